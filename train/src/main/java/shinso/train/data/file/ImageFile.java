package shinso.train.data.file;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;

/**
 * Images in the formats of {@link ImageIO}: PNG, JPEG, GIF (its first frame), BMP, TIFF.
 *
 * <p>Pixels are the numbers in the file over their largest value, without regard to colour profiles
 * and to the orientation that a camera noted; transparent parts are white.
 */
public final class ImageFile {
  private static final int LARGEST = 1 << 28;

  private ImageFile() {}

  /**
   * Reads an image as it is.
   *
   * @return F32 {@code [height, width, c]} in 0..1, c being 1 for grey files and 3 for others
   * @throws DataException if the file is missing, empty, no image or a damaged one
   */
  public static Tensor read(Path file) {
    return tensor(picture(file));
  }

  /**
   * Reads an image and brings it to a size, stretching it if its proportions are others.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @return F32 {@code [height, width, channels]} in 0..1
   * @throws DataException if the file is missing, empty, no image or a damaged one
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static Tensor read(Path file, int height, int width, int channels, Interpolation how) {
    checkSize(height, width, channels);
    return tensor(picture(file).withChannels(channels).resize(height, width, how));
  }

  static void checkSize(int height, int width, int channels) {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "images of %d x %d with %d channels can't be made; channels are 1 or 3"
              .formatted(height, width, channels));
    }
  }

  static Picture picture(Path file) {
    byte[] content = DataFile.readAll(file);
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new DataException(
            "%s: is not an image that can be read: it begins with %s; known are PNG, JPEG, GIF, BMP and TIFF"
                .formatted(file, beginning(content)));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return decode(file, reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static Picture decode(Path file, ImageReader reader) {
    // The JPEG reader only warns of a file that is cut off, and leaves the rest grey.
    AtomicBoolean cutOff = new AtomicBoolean();
    reader.addIIOReadWarningListener((_, warning) -> {
      if (warning.contains("Truncated") || warning.contains("premature end")) {
        cutOff.set(true);
      }
    });
    BufferedImage image;
    try {
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > LARGEST) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: the image has %,d x %,d pixels, which is too large; make it smaller",
                file,
                reader.getWidth(0),
                reader.getHeight(0)));
      }
      image = reader.read(0);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Decoders meet damage with all kinds of exceptions, an index out of bounds among them.
      throw damaged(file, e);
    }
    if (cutOff.get()) {
      throw new DataException(file + ": the image is cut off; download or copy it again");
    }
    return Picture.of(image);
  }

  private static DataException damaged(Path file, Exception e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataException(
        "%s: the image is damaged or of an unusual kind (%s); save it again as PNG"
            .formatted(file, reason.lines().findFirst().orElse("")),
        e);
  }

  private static String beginning(byte[] content) {
    return HexFormat.ofDelimiter(" ")
        .formatHex(Arrays.copyOf(content, Math.min(content.length, 4)));
  }

  private static Tensor tensor(Picture p) {
    return Tensor.owning(p.values(), Shape.of(p.height(), p.width(), p.channels()));
  }
}
