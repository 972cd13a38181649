package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.file.ImageFile;

/** How a picture from a file becomes like those that a model was trained on. */
public interface ImageInput {
  /** Digits as MNIST was made: in a box of 20 of 28 pixels, by the centre of mass. */
  ImageInput DIGIT = new InkInput(28, 20 / 28.0, true);

  /** Things as Fashion-MNIST was made: filling the image. */
  ImageInput FILLING = new InkInput(28, 1, false);

  /** Returns photographs in colour: the largest square in their middle, scaled to a size. */
  static ImageInput photo(int side) {
    return new PhotoInput(side);
  }

  /**
   * A picture that was read.
   *
   * @param image F32 {@code [height, width, channels]} in 0..1
   * @param changes what was done to it, a few words each
   */
  record Read(Tensor image, List<String> changes) {}

  /** Returns the shape of an image. */
  Shape shape();

  /**
   * Reads a picture.
   *
   * @throws shinso.train.data.DataException if the file is missing, empty or no image, or the
   *     picture shows nothing
   */
  default Read read(Path file) {
    return fit(file.toString(), ImageFile.read(file));
  }

  /**
   * Makes pixels that are there already, such as those of a drawing, like a training image.
   *
   * @param name what messages call the picture
   * @param pixels F32 {@code [h, w, c]} in 0..1, c being 1 or 3
   * @throws shinso.train.data.DataException if the picture shows nothing
   */
  Read fit(String name, Tensor pixels);
}
