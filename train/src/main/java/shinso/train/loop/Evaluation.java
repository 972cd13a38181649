package shinso.train.loop;

import java.util.List;
import java.util.Map;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;

/** Measures a model on a data set. */
public final class Evaluation {
  private final Program program;
  private final Rng keys;

  private Evaluation(Program program, Rng keys) {
    this.program = program;
    this.keys = keys;
  }

  /**
   * Returns the evaluation of a learner's model as it is at the time of measuring.
   *
   * @param rng of which each batch gets a child, the same one whenever it is evaluated
   */
  public static Evaluation of(Learner learner, Rng rng) {
    return new Evaluation(Program.of(learner::evaluate), rng);
  }

  /**
   * Returns the means of all metrics over a data set.
   *
   * @throws NotFiniteException if a loss is not finite because the data isn't
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
            program.run(keys.split(position), batch.toArray(Tensor[]::new)).metrics();
        String when = set.isEmpty() ? "evaluation" : "evaluation of " + set;
        metrics.forEach((name, value) -> {
          if (Learner.isLoss(name) && value.shape().size() == 1 && !Double.isFinite(value.item())) {
            Diagnosis.ofData(when, name, value.item(), batches, 0, position, batch);
          }
        });
        averages.add(metrics, batch.getFirst().shape().dim(0));
      }
    }
    return averages;
  }
}
