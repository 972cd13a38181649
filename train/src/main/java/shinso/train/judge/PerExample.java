package shinso.train.judge;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;

/** A number of each example of a data set. */
public final class PerExample {
  private static final int BATCH = 500;

  private PerExample() {}

  /** A number of each example. */
  @FunctionalInterface
  public interface Measure {
    /** Returns the numbers of some examples, {@code [b, *] -> [b]}; draws with the key. */
    Tensor of(Tensor x, Rng rng);
  }

  /** A number of each example that needs more than its first field. */
  @FunctionalInterface
  public interface FieldsMeasure {
    /** Returns the numbers of the examples of a batch, {@code [b]}; draws with the key. */
    Tensor of(List<Tensor> batch, Rng rng);
  }

  /** Returns the numbers of all examples in their order, made of their first field. */
  public static double[] of(Dataset data, Rng rng, Measure measure) {
    return ofFields(data, rng, (batch, key) -> measure.of(batch.getFirst(), key));
  }

  /** Returns the numbers of all examples in their order, so many at once: for measures of size. */
  public static double[] of(Dataset data, int atOnce, Rng rng, Measure measure) {
    return ofFields(data, atOnce, rng, (batch, key) -> measure.of(batch.getFirst(), key));
  }

  /**
   * Returns the numbers of all examples in their order. The measure is traced once for each size of
   * a batch.
   *
   * @param rng of which each batch gets a child
   * @throws IllegalArgumentException if the measure doesn't give one number an example
   */
  public static double[] ofFields(Dataset data, Rng rng, FieldsMeasure measure) {
    return ofFields(data, BATCH, rng, measure);
  }

  private static double[] ofFields(Dataset data, int atOnce, Rng rng, FieldsMeasure measure) {
    Program program = Program.of((in, key) -> Step.outputs(measure.of(in, key)));
    double[] all = new double[data.size()];
    int filled = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, atOnce).epoch(0)) {
      while (epoch.hasNext()) {
        int position = epoch.position();
        List<Tensor> batch = new ArrayList<>(epoch.next());
        Tensor x = batch.getFirst();
        Tensor[] in = batch.toArray(Tensor[]::new);
        double[] part = program.run(rng.split(position), in).output(0).toDoubleArray();
        if (part.length != x.shape().dim(0)) {
          throw new IllegalArgumentException(
              "a measure gives one number for each of the %d examples, not %d"
                  .formatted(x.shape().dim(0), part.length));
        }
        System.arraycopy(part, 0, all, filled, part.length);
        filled += part.length;
      }
    }
    return all;
  }

  /** Returns the mean of the numbers of all examples, with its standard error. */
  public static Estimate mean(Dataset data, Rng rng, Measure measure) {
    return Estimate.mean(of(data, rng, measure));
  }
}
