package shinso.dashboard.model;

import java.util.Base64;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.dashboard.web.RefusedException;
import shinso.train.data.file.ImageFile;
import shinso.zoo.harness.ImageInput;

/**
 * A picture that a request gives: pixels that were drawn, a PNG file, or the number of a test
 * example. The first two become like training pictures as {@code predict} does it.
 */
final class GivenPicture {
  /** The longest side of drawn pixels. */
  static final int MOST_SIDE = 280;

  /** Bytes of a PNG file. */
  static final int MOST_BYTES = 1 << 20;

  /** Pixels of a PNG file. */
  static final long MOST_PIXELS = 4_000_000;

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final String NAME = "the picture";

  private GivenPicture() {}

  /**
   * Returns the picture as the model sees it, {@code [h, w, c]}.
   *
   * @throws RefusedException 400, if it is described wrongly or beyond the limits
   * @throws shinso.train.data.DataException if a file is damaged, the picture shows nothing, or the
   *     data isn't on this machine
   */
  static ImageInput.Read read(OpenModel model, Fields picture) {
    picture.requireOne("pixels", "png", "example");
    if (picture.has("example")) {
      TestExamples all = model.examples();
      if (all.size() == 0) {
        throw new RefusedException(409, "the run's data is not on this machine; draw a picture");
      }
      int number = picture.count("example", 0, 0, all.size() - 1);
      Tensor image = all.slice(number, number + 1).at(0, 0);
      return new ImageInput.Read(image.evaluate(), List.of());
    }
    ImageInput input = model.input();
    return input.fit(NAME, picture.has("png") ? png(picture) : pixels(picture));
  }

  private static Tensor pixels(Fields picture) {
    int height = picture.count("height", 28, 1, MOST_SIDE);
    int width = picture.count("width", 28, 1, MOST_SIDE);
    float[] values = picture.numbers("pixels", height * width, 0, 1);
    return Tensor.owning(values, Shape.of(height, width, 1));
  }

  private static Tensor png(Fields picture) {
    // Four characters are three bytes.
    String text = picture.text("png", MOST_BYTES / 3 * 4 + 4);
    byte[] content;
    try {
      content = Base64.getDecoder().decode(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.bad("png has to be a PNG file in base 64");
    }
    if (content.length < PNG.length || !startsLikePng(content)) {
      throw RefusedException.bad("png has to be a PNG file in base 64; this is of another kind");
    }
    return ImageFile.read(NAME, content, MOST_PIXELS);
  }

  private static boolean startsLikePng(byte[] content) {
    for (int i = 0; i < PNG.length; i++) {
      if (content[i] != PNG[i]) {
        return false;
      }
    }
    return true;
  }
}
