package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.file.ImageFile;
import shinso.train.data.file.Interpolation;

/**
 * Reads photographs: the largest square in their middle, in colour, scaled to a size.
 *
 * @param side rows and columns of the result
 */
record PhotoInput(int side) implements ImageInput {
  @Override
  public Shape shape() {
    return Shape.of(side, side, 3);
  }

  @Override
  public Read read(Path file) {
    return new Read(ImageFile.readMiddle(file, side, side, 3, Interpolation.AREA), List.of());
  }

  @Override
  public Read fit(String name, Tensor pixels) {
    return new Read(ImageFile.middle(pixels, side, side, 3, Interpolation.AREA), List.of());
  }
}
