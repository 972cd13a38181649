package shinso.app;

import java.nio.file.Path;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.file.FileException;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.OwnSource;
import shinso.zoo.harness.PictureSource;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;

/** What commands that read or draw pictures have in common. */
final class PictureFiles {
  private PictureFiles() {}

  /**
   * Returns how pictures are read for a run's model.
   *
   * @throws UsageException if it was trained on something else
   */
  static ImageInput input(RecipeRun run) {
    if (run.setup().data() instanceof PictureSource pictures) {
      return pictures.input();
    }
    OwnSource own = run.setup().own();
    ImageInput input = own == null ? null : own.input();
    if (input == null) {
      throw new UsageException(
          "the recipe %s is not about pictures in classes, so no picture can be read for it"
              .formatted(run.recipe().name()));
    }
    return input;
  }

  /**
   * Returns examples that a model made, in the form that the run's data has.
   *
   * @param made {@code [n, *]}
   * @throws DataException if a value is NaN or infinite
   */
  static Tensor shaped(RecipeRun run, Tensor made) {
    Tensor examples = made.evaluate();
    Prediction.checkNumbers(run.folder().path(), examples.toDoubleArray());
    Shape one = run.input();
    boolean fits = one.size() * (long) examples.shape().dim(0) == examples.shape().size();
    return fits ? examples.reshape(Shape.of(examples.shape().dim(0)).concat(one)) : examples;
  }

  /** Returns whether examples can be drawn. */
  static boolean areImages(Tensor examples) {
    Shape s = examples.shape();
    return s.rank() == 4 && (s.dim(3) == 1 || s.dim(3) == 3);
  }

  /**
   * Returns the file that a command writes, in the run's folder if none is named.
   *
   * @throws FileException if its ending is not {@code .png}
   */
  static Path png(RecipeRun run, Path named, String usual) {
    return png(named.toString().isEmpty() ? run.folder().file(usual) : named);
  }

  /**
   * Returns a file for a picture.
   *
   * @throws FileException if its ending is not {@code .png}
   */
  static Path png(Path file) {
    if (!file.toString().endsWith(".png")) {
      throw new FileException("pictures are written as PNG, so '" + file + "' must end in .png");
    }
    return file;
  }
}
