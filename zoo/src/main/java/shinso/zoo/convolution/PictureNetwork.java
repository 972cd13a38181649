package shinso.zoo.convolution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;

/** An architecture for classifying pictures, of any size and with any number of classes. */
@FunctionalInterface
public interface PictureNetwork {
  /**
   * Returns an untrained network: {@code [b, height, width, channels] -> [b, classes]}, logits.
   *
   * @param picture {@code [height, width, channels]}
   * @throws IllegalArgumentException if there is no class, or pictures are too small; the message
   *     says how large they must be
   */
  Network build(Shape picture, int classes, Rng rng);

  /**
   * Fails for pictures that an architecture can't take.
   *
   * @param name of the architecture
   * @param least the rows and columns that it needs
   * @throws IllegalArgumentException that says so
   */
  static void require(String name, Shape picture, int classes, int least) {
    if (picture.rank() != 3) {
      throw new IllegalArgumentException(
          "%s: a picture is [height, width, channels], not %s".formatted(name, picture));
    }
    if (Math.min(picture.dim(0), picture.dim(1)) < least) {
      throw new IllegalArgumentException(
          "%s: pictures of %d x %d are too small; it needs %d x %d at least"
              .formatted(name, picture.dim(0), picture.dim(1), least, least));
    }
    if (classes < 1) {
      throw new IllegalArgumentException(
          "%s: there is at least one class, not %d".formatted(name, classes));
    }
  }
}
