package shinso.spark.model;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.spark.distributed.DistributionException;

/**
 * A model as a function of SQL, of one row at a time: what {@code SELECT} needs. A {@link
 * MapPartitionsFunction}, as the transformer uses it, computes batches.
 */
public final class RowFunction implements UDF1<Object, Object> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<ModelPackage> source;
  private final Ability ability;
  private final long seed;

  /** Creates the function of a model that all executors have been sent. */
  public RowFunction(Broadcast<ModelPackage> source, Ability ability, long seed) {
    this.source = source;
    this.ability = ability;
    this.seed = seed;
  }

  /** Returns the class or the number, else a vector; null for null. */
  @Override
  public @Nullable Object call(@Nullable Object input) {
    if (input == null) {
      return null;
    }
    OpenModel model = OpenModel.of(source.value());
    float[] x = numbers(input);
    if (x.length != model.input().size()) {
      throw new DistributionException(
          "the model takes %d numbers, not %d".formatted(model.input().size(), x.length));
    }
    Tensor batch = Tensor.owning(x, Shape.of(1).concat(model.input()));
    float[] y = model.answer(ability, batch, Rng.of(seed)).toFloatArray();
    if (ability == Ability.CLASSIFY) {
      return (double) RowAnswers.best(y);
    }
    return y.length == 1 ? (Object) (double) y[0] : RowAnswers.vector(y);
  }

  private static float[] numbers(Object input) {
    return switch (input) {
      case Vector v -> {
        float[] x = new float[v.size()];
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) v.apply(i);
        }
        yield x;
      }
      case Seq<?> s -> {
        float[] x = new float[s.size()];
        int i = 0;
        for (Object value : CollectionConverters.asJava(s)) {
          if (!(value instanceof Number n)) {
            throw new DistributionException("there is null at position %d".formatted(i));
          }
          x[i++] = n.floatValue();
        }
        yield x;
      }
      case Number n -> new float[] {n.floatValue()};
      default ->
          throw new DistributionException(
              "the model takes a vector or an array of numbers, not "
                  + input.getClass().getSimpleName());
    };
  }
}
