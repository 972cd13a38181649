package shinso.train.data.file;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.file.ReadLimit;

/**
 * Images in the formats of {@link ImageIO}: PNG, JPEG, GIF (its first frame), BMP, TIFF.
 *
 * <p>Pixels are the numbers in the file over their largest value, without regard to colour
 * profiles; transparent parts are white. A picture that was taken with the camera on its side is
 * upright, as its file says (EXIF). What a file claims is checked before room is made for it:
 * pictures have at most 100 million pixels and sides of 65,535, and less if the heap is small.
 */
public final class ImageFile {
  private static final long MOST_PIXELS = 100_000_000;
  private static final int LONGEST_SIDE = 65_535;

  /** PNG gets to 8,256; only facsimiles in TIFF have more, as a bit for each blank row. */
  private static final int MOST_PIXELS_A_BYTE = 10_000;

  /** In pixels. */
  private static final long LARGEST_TILE = 1 << 20;

  /** A file, unpacked. */
  private static final ReadLimit LIMIT = limit();

  /** What pictures that are decoded at the same time may take of the heap, in kilobytes. */
  private static final int ROOM =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 8 * 5 / 1024);

  private static final Semaphore FREE = new Semaphore(ROOM, true);

  private ImageFile() {}

  private static ReadLimit limit() {
    ReadLimit heap = ReadLimit.ofHeap(8);
    long largest = 1 << 28;
    return heap.bytes() < largest
        ? heap
        : new ReadLimit(largest, "the most that is read of a picture; is it the right file?");
  }

  /**
   * Reads an image as it is.
   *
   * @return F32 {@code [height, width, c]} in 0..1, c being 1 for grey files and 3 for others
   * @throws DataException if the file is missing, empty, no image, a damaged one, or too large
   */
  public static Tensor read(Path file) {
    return use(file, ImageFile::tensor);
  }

  /**
   * Reads an image that is in memory, such as one that was sent, as it is.
   *
   * @param name what messages call it
   * @param mostPixels that are decoded
   * @return F32 {@code [height, width, c]} in 0..1, c being 1 for grey files and 3 for others
   * @throws DataException if it is empty, no image, a damaged one, or too large
   */
  public static Tensor read(String name, byte[] content, long mostPixels) {
    return use(name, content, mostPixels, ImageFile::tensor);
  }

  /**
   * Reads an image and brings it to a size, stretching it if its proportions are others.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @return F32 {@code [height, width, channels]} in 0..1
   * @throws DataException if the file is missing, empty, no image, a damaged one, or too large
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static Tensor read(Path file, int height, int width, int channels, Interpolation how) {
    checkSize(height, width, channels);
    return use(file, p -> tensor(p.withChannels(channels).resize(height, width, how)));
  }

  /**
   * Reads the middle of an image, the largest part with the proportions of a size, and brings it to
   * that size.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @return F32 {@code [height, width, channels]} in 0..1
   * @throws DataException if the file is missing, empty, no image, a damaged one, or too large
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static Tensor readMiddle(
      Path file, int height, int width, int channels, Interpolation how) {
    checkSize(height, width, channels);
    return use(
        file,
        p -> tensor(p.withChannels(channels).middle(height, width).resize(height, width, how)));
  }

  /**
   * Returns the middle of an image, the largest part with the proportions of a size, brought to
   * that size; what {@link #readMiddle} makes of a file.
   *
   * @param image F32 {@code [h, w, c]} in 0..1
   * @param channels 1 for grey, 3 for red, green, blue
   * @return F32 {@code [height, width, channels]} in 0..1
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static Tensor middle(
      Tensor image, int height, int width, int channels, Interpolation how) {
    checkSize(height, width, channels);
    Shape s = image.shape();
    Picture p = new Picture(s.dim(0), s.dim(1), s.dim(2), image.toFloatArray());
    return tensor(p.withChannels(channels).middle(height, width).resize(height, width, how));
  }

  /**
   * Writes an image as PNG.
   *
   * @param image {@code [height, width, c]}, c being 1 for grey and 3 for red, green, blue; what is
   *     below 0 or above 1 is drawn as these
   * @throws FileException if it can't be written
   */
  public static void writePng(Path file, Tensor image) {
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    int c = image.shape().dim(2);
    checkSize(h, w, c);
    double[] values = image.toDoubleArray();
    int type = c == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage picture = new BufferedImage(w, h, type);
    for (int i = 0; i < values.length; i++) {
      int level = (int) Math.round(255 * Math.clamp(values[i], 0.0, 1.0));
      picture.getRaster().setSample(i / c % w, i / c / w, i % c, level);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // Of itself ImageIO takes a file in the temporary folder, which may be missing or full.
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(picture, "png", stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFile.write(file, png.toByteArray());
  }

  static void checkSize(int height, int width, int channels) {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "images of %d x %d with %d channels can't be made; channels are 1 or 3"
              .formatted(height, width, channels));
    }
  }

  /**
   * Decodes an image and makes something of it, waiting while others fill the room that there is.
   *
   * @throws DataException if the file is missing, empty, no image, a damaged one, or too large
   */
  static <T> T use(Path file, Function<Picture, T> use) {
    return use(file.toString(), DataFile.readAll(file, LIMIT), MOST_PIXELS, use);
  }

  private static <T> T use(String file, byte[] content, long mostPixels, Function<Picture, T> use) {
    try (ImageInputStream stream = new Content(content)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new DataException(
            "%s: is not an image that can be read: it begins with %s; known are PNG, JPEG, GIF, BMP and TIFF"
                .formatted(file, beginning(content)));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        int room = room(file, content.length, mostPixels, reader);
        FREE.acquireUninterruptibly(room);
        try {
          return use.apply(decode(file, reader, Orientation.of(content)));
        } finally {
          FREE.release(room);
        }
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  /** Returns the kilobytes that an image takes by what its header says. */
  private static int room(String file, long size, long mostPixels, ImageReader reader) {
    long width;
    long height;
    boolean dense;
    long bits = 0;
    try {
      width = reader.getWidth(0);
      height = reader.getHeight(0);
      dense = !isTiff(reader);
      Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
      if (!types.hasNext()) {
        throw new IIOException("its colours are neither grey nor red, green and blue");
      }
      ImageTypeSpecifier type = types.next();
      for (int band = 0; band < type.getNumBands(); band++) {
        bits += type.getBitsPerBand(band);
      }
      if (width < 1 || height < 1) {
        throw new IIOException("a size of " + width + " x " + height);
      }
      // The tiles of a small picture may be larger than itself, but not by much.
      long tile = isInTiles(reader) ? (long) reader.getTileWidth(0) * reader.getTileHeight(0) : 0;
      if (tile > Math.max(width * height, LARGEST_TILE)) {
        throw new IIOException("its tiles are larger than itself");
      }
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
    String claim =
        String.format(Locale.ROOT, "%s: the image claims %,d x %,d pixels", file, width, height);
    if (Math.max(width, height) > LONGEST_SIDE || width * height > mostPixels) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s; the limits are %,d pixels and sides of %,d; make it smaller",
              claim,
              mostPixels,
              LONGEST_SIDE));
    }
    if (dense && width * height / MOST_PIXELS_A_BYTE > size) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s, more than %,d bytes can hold; it is damaged, download or copy it again",
              claim,
              size));
    }
    // What is decoded, a buffer of the decoder, three floats and their grey.
    long kilobytes = width * height * (2 * Math.ceilDiv(bits, 8) + 4 * Float.BYTES) / 1024 + 1;
    if (kilobytes > ROOM) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s of %d bits, which take %,d kB of the heap, more than the %,d kB that there are"
                  + " for pictures; make it smaller, or give the heap more, such as"
                  + " SHINSO_JAVA_OPTS=-Xmx8g",
              claim,
              bits,
              kilobytes,
              ROOM));
    }
    return (int) kilobytes;
  }

  private static boolean isTiff(ImageReader reader) throws IOException {
    return reader.getFormatName().equalsIgnoreCase("tif");
  }

  /** Returns whether there are tiles, and not strips, which may claim more rows than there are. */
  private static boolean isInTiles(ImageReader reader) throws IOException {
    return isTiff(reader)
        && TIFFDirectory.createFromMetadata(reader.getImageMetadata(0))
            .containsTIFFField(BaselineTIFFTagSet.TAG_TILE_LENGTH);
  }

  private static Picture decode(String file, ImageReader reader, Orientation orientation) {
    // The JPEG reader only warns of a file that is cut off, and leaves the rest grey.
    AtomicBoolean cutOff = new AtomicBoolean();
    reader.addIIOReadWarningListener((_, warning) -> {
      if (warning.contains("Truncated") || warning.contains("premature end")) {
        cutOff.set(true);
      }
    });
    Picture picture;
    try {
      picture = Picture.of(reader.read(0), orientation);
    } catch (IOException | RuntimeException e) {
      // Decoders meet damage with all kinds of exceptions, an index out of bounds among them.
      throw damaged(file, e);
    }
    if (cutOff.get()) {
      throw new DataException(file + ": the image is cut off; download or copy it again");
    }
    return picture;
  }

  private static DataException damaged(String file, Exception e) {
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

  /** A file in memory that tells decoders its length, with which they check what they read. */
  private static final class Content extends ImageInputStreamImpl {
    private final byte[] bytes;

    Content(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      checkClosed();
      bitOffset = 0;
      return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      checkClosed();
      bitOffset = 0;
      if (length == 0) {
        return 0;
      }
      if (streamPos >= bytes.length) {
        return -1;
      }
      int n = (int) Math.min(length, bytes.length - streamPos);
      System.arraycopy(bytes, (int) streamPos, to, from, n);
      streamPos += n;
      return n;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
