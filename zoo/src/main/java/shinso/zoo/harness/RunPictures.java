package shinso.zoo.harness;

import java.nio.file.Path;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;

/** How pictures come to a run's model, and what it makes becomes pictures. */
public final class RunPictures {
  private RunPictures() {}

  /**
   * Returns how pictures are read for a run's model.
   *
   * @throws UsageException if it was trained on something else
   */
  public static ImageInput input(RecipeRun run) {
    DataSource data = run.setup().data();
    ImageInput input = data == null ? null : data.input();
    if (input == null) {
      throw new UsageException(
          "the recipe %s is not about pictures of one kind, so no picture can be read for it"
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
  public static Tensor shaped(RecipeRun run, Tensor made) {
    return shaped(run.folder().path(), run.input(), made);
  }

  /**
   * Returns examples that a model made, in the form that its data has.
   *
   * @param run its folder, for messages
   * @param one the shape of an example of the data
   * @param made {@code [n, *]}
   * @throws DataException if a value is NaN or infinite
   */
  public static Tensor shaped(Path run, Shape one, Tensor made) {
    Tensor examples = made.evaluate();
    Prediction.checkNumbers(run, examples.toDoubleArray());
    boolean fits = one.size() * (long) examples.shape().dim(0) == examples.shape().size();
    return fits ? examples.reshape(Shape.of(examples.shape().dim(0)).concat(one)) : examples;
  }

  /** Returns whether examples can be drawn. */
  public static boolean areImages(Tensor examples) {
    Shape s = examples.shape();
    return s.rank() == 4 && isImage(s.slice(1, 4));
  }

  /** Returns whether an example of a shape can be drawn. */
  static boolean isImage(Shape one) {
    return one.rank() == 3 && (one.dim(2) == 1 || one.dim(2) == 3);
  }
}
