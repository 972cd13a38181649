package shinso.spark.distributed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.loop.Learner;

/**
 * Local descent: each worker makes steps of its own, any learner's, and after so many of them the
 * model is the mean of all workers'. The model's floating-point parameters and running statistics
 * are averaged, and the state of the optimisers if asked for; other state, such as persistent
 * chains, counters, and moments, stays with the worker.
 *
 * <p>Source: Stich, "Local SGD converges fast and communicates little" (2019), algorithm 1.
 */
final class LocalLearner implements WorkerLearner {
  private final int steps;
  private final List<Param> averaged = new ArrayList<>();
  private final Map<String, Param> own = new LinkedHashMap<>();
  private final Program program;
  private int made;
  private Contribution metrics = new Contribution(new float[0]);

  /**
   * Creates a learner of one worker.
   *
   * @param steps after how many steps the workers agree
   * @param withMoments whether the optimisers' moments are averaged as well
   */
  LocalLearner(Learner learner, Sharing sharing, int steps, boolean withMoments) {
    this.steps = steps;
    this.program = Program.of(learner::train);
    for (Param p : learner.model().values()) {
      if (p.dtype() == DType.F32) {
        averaged.add(p);
      }
    }
    learner
        .state()
        .forEach((name, p) -> {
          // The weights themselves, of a learner whose model holds their running average.
          boolean isWeight = name.startsWith("average.trained.");
          if (p.dtype() == DType.F32 && (isWeight || withMoments && sharing.owns(p))) {
            averaged.add(p);
          } else {
            own.put(name, p);
          }
        });
  }

  @Override
  public Map<String, Double> step(List<Tensor> batch, Rng rng, Reduction reduction) {
    Program.Result result = program.run(rng, batch.toArray(Tensor[]::new));
    metrics.addMetrics(result.metrics());
    made++;
    return made < steps ? Map.of() : average(reduction);
  }

  private Map<String, Double> average(Reduction reduction) {
    int size = averaged.stream().mapToInt(p -> p.shape().size()).sum();
    float[] mine = new float[size];
    int at = 0;
    for (Param p : averaged) {
      float[] values = p.value().toFloatArray();
      System.arraycopy(values, 0, mine, at, values.length);
      at += values.length;
    }
    Contribution contribution = new Contribution(mine);
    contribution.metricsOf(metrics);
    Contribution mean = reduction.mean(contribution);
    Metrics.requireFinite(mean.metricMeans());
    Tensor all = Tensor.owning(mean.values(), Shape.of(size));
    at = 0;
    for (Param p : averaged) {
      p.assign(all.slice(0, at, at + p.shape().size()).reshape(p.shape()));
      at += p.shape().size();
    }
    made = 0;
    metrics = new Contribution(new float[0]);
    return mean.metricMeans();
  }

  @Override
  public void finish(Reduction reduction) {
    if (made > 0) {
      average(reduction);
    }
  }

  @Override
  public boolean agrees() {
    return made == 0;
  }

  @Override
  public Map<String, Param> own() {
    return own;
  }
}
