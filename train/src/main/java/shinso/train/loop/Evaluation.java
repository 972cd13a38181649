package shinso.train.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;

/** Measures a model on a data set. */
public final class Evaluation {
  private final Learner learner;
  private final Program program;
  private final Rng keys;

  private Evaluation(Learner learner, Program program, Rng keys) {
    this.learner = learner;
    this.program = program;
    this.keys = keys;
  }

  /**
   * Returns the evaluation of a learner's model as it is at the time of measuring.
   *
   * @param rng of which each batch gets a child, the same one whenever it is evaluated
   */
  public static Evaluation of(Learner learner, Rng rng) {
    return new Evaluation(learner, Program.of(learner::evaluate), rng);
  }

  /**
   * Returns the means of all metrics over a data set, and what {@linkplain Learner#overall follows}
   * from them.
   *
   * @throws NotFiniteException if a loss is not finite because the data isn't
   */
  public Map<String, Tensor> on(Batches batches) {
    Map<String, Tensor> means = averages("", batches).means();
    Map<String, Tensor> all = new LinkedHashMap<>(means);
    learner.overall(means).forEach((name, number) -> all.put(name, Tensor.scalar(number)));
    return all;
  }

  /** Returns the single numbers of a data set by their names. */
  Map<String, Double> numbers(String set, Batches batches) {
    return numbers(averages(set, batches));
  }

  private Map<String, Double> numbers(Averages averages) {
    Map<String, Double> numbers = new LinkedHashMap<>(averages.scalars());
    numbers.putAll(learner.overall(averages.means()));
    return numbers;
  }

  /** Returns what the numbers of a data set are called, from its first batch. */
  Set<String> names(Batches batches) {
    Averages averages = new Averages();
    try (Batches.Epoch epoch = batches.epoch(0)) {
      List<Tensor> batch = epoch.next();
      averages.add(
          program.run(keys.split(0), batch.toArray(Tensor[]::new)).metrics(),
          batch.getFirst().shape().dim(0));
    }
    return numbers(averages).keySet();
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
