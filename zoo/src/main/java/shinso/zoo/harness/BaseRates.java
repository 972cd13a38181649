package shinso.zoo.harness;

import java.nio.file.Files;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.run.RunFolder;

/**
 * How often each unit of the training data is on, by which models of binary units begin. The data's
 * values are from 0 to 1, those between being probabilities.
 */
public final class BaseRates {
  private static final int BATCH = 500;
  private static final String NAME = "base-rates";

  private BaseRates() {}

  /**
   * Returns how often each unit of a run's training part is on, {@code [units]}, and keeps it with
   * the run.
   *
   * @throws DataException if a value can't be a unit's, such as a grey value of 254
   */
  public static Tensor of(Run run) {
    return run.once(NAME, () -> of(run.data().train()));
  }

  /** Returns whether a run keeps them. */
  static boolean isKept(RunFolder folder) {
    return Files.exists(folder.file("kept").resolve(NAME + ".safetensors"));
  }

  /**
   * Returns how often each unit is on: {@code [units]}.
   *
   * @throws DataException if a value can't be a unit's, such as a grey value of 254
   */
  public static Tensor of(Dataset data) {
    require(data);
    Tensor mean = data.mean();
    return mean.reshape(Shape.of(mean.shape().size())).evaluate();
  }

  /**
   * Fails if a value is not in 0 to 1.
   *
   * @throws DataException that names it
   */
  private static void require(Dataset data) {
    int before = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, BATCH).epoch(0)) {
      while (epoch.hasNext()) {
        List<Tensor> batch = epoch.next();
        float[] x = batch.getFirst().toFloatArray();
        int units = x.length / batch.getFirst().shape().dim(0);
        for (int i = 0; i < x.length; i++) {
          if (!(x[i] >= 0 && x[i] <= 1)) {
            throw new DataException(
                ("%s: unit %d of example %d is %s; binary units are 0 or 1, and values between are"
                        + " probabilities by which they are drawn: divide grey values by the"
                        + " largest, or cut them at a threshold")
                    .formatted(data.description(), i % units, before + i / units, x[i]));
          }
        }
        before += x.length / units;
      }
    }
  }
}
