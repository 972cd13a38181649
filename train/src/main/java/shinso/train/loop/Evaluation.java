package shinso.train.loop;

import java.util.List;
import java.util.Map;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;

/** Measures a model on a data set. */
public final class Evaluation {
  private static final Rng NO_RANDOMNESS = Rng.of(0);

  private final Program program;

  private Evaluation(Program program) {
    this.program = program;
  }

  /** Returns the evaluation of a learner's model as it is at the time of measuring. */
  public static Evaluation of(Learner learner) {
    return new Evaluation(Program.of((batch, rng) -> learner.evaluate(batch)));
  }

  /**
   * Returns the means of all metrics over a data set.
   *
   * @throws NotFiniteException if the loss is not finite because the data isn't
   */
  public Map<String, Tensor> on(Batches batches) {
    return averages("", batches).means();
  }

  Averages averages(String set, Batches batches) {
    Averages averages = new Averages();
    try (Batches.Epoch epoch = batches.epoch(0)) {
      while (epoch.hasNext()) {
        int position = epoch.position();
        List<Tensor> batch = epoch.next();
        Map<String, Tensor> metrics =
            program.run(NO_RANDOMNESS, batch.toArray(Tensor[]::new)).metrics();
        Tensor loss = metrics.get(Learner.LOSS);
        if (loss != null && loss.shape().size() == 1 && !Double.isFinite(loss.item())) {
          String when = set.isEmpty() ? "evaluation" : "evaluation of " + set;
          Diagnosis.ofData(when, loss.item(), batches, 0, position, batch);
        }
        averages.add(metrics, batch.getFirst().shape().dim(0));
      }
    }
    return averages;
  }
}
