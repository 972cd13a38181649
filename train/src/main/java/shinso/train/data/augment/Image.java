package shinso.train.data.augment;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A picture on its way through augmentations.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 for grey, 3 for red, green and blue
 * @param values {@code [height, width, channels]} in row-major order; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // lives only while a batch is made
public record Image(int height, int width, int channels, float[] values) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there are not height · width · channels values
   */
  public Image {
    if (values.length != (long) height * width * channels) {
      throw new IllegalArgumentException(
          "an image of %d x %d with %d channels doesn't have %d values"
              .formatted(height, width, channels, values.length));
    }
  }

  /**
   * Returns the image in a tensor {@code [height, width, channels]}.
   *
   * @throws IllegalArgumentException if the tensor has another number of axes
   */
  public static Image of(Tensor t) {
    Shape s = t.shape();
    if (s.rank() != 3) {
      throw new IllegalArgumentException("an image is [height, width, channels], not " + s);
    }
    return new Image(s.dim(0), s.dim(1), s.dim(2), t.toFloatArray());
  }

  /** Returns the image as a tensor {@code [height, width, channels]}. */
  public Tensor tensor() {
    return Tensor.of(values, height, width, channels);
  }

  /** Returns the value at a pixel; 0 outside of the image. */
  float at(int y, int x, int channel) {
    return x < 0 || y < 0 || x >= width || y >= height
        ? 0
        : values[(y * width + x) * channels + channel];
  }
}
