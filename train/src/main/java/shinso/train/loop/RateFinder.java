package shinso.train.loop;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Schedule;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.data.Batches;

/**
 * Looks for a learning rate: makes steps with rates that grow exponentially until the loss
 * diverges. The model is afterwards what it was before.
 *
 * <p>Source: Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
 *
 * <pre>{@code
 * RateCurve curve =
 *     RateFinder.of(
 *             rate -> SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Adam.of(rate)), batches)
 *         .run();
 * curve.figure().write(Path.of("rates.png"));
 * double rate = curve.suggestion();
 * }</pre>
 */
public final class RateFinder {
  /** How far the loss rises above its least value before that is called divergence. */
  private static final double RISE = 3;

  /** Weight of the past in the loss by which divergence is judged. */
  private static final double MEMORY = 0.9;

  private final Function<Schedule, ? extends Learner> learners;
  private final Batches batches;
  private double first = 1e-6;
  private double last = 10;
  private int steps = 100;
  private long seed;

  private RateFinder(Function<Schedule, ? extends Learner> learners, Batches batches) {
    this.learners = learners;
    this.batches = batches;
  }

  /**
   * Returns a search from 1e-6 to 10 in 100 steps.
   *
   * @param learners gives a learner for a learning rate, with an optimiser of its own
   * @param batches those of the training
   */
  public static RateFinder of(Function<Schedule, ? extends Learner> learners, Batches batches) {
    return new RateFinder(learners, batches);
  }

  /**
   * Sets the smallest and the largest rate.
   *
   * @throws IllegalArgumentException if they are not positive, finite and in this order
   */
  public RateFinder range(double first, double last) {
    if (!(first > 0 && last > first && last < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learning rates are looked for from a positive number to a larger one, not from "
              + first
              + " to "
              + last);
    }
    this.first = first;
    this.last = last;
    return this;
  }

  /**
   * Sets the number of steps.
   *
   * @throws IllegalArgumentException if it is less than 10
   */
  public RateFinder steps(int steps) {
    if (steps < 10) {
      throw new IllegalArgumentException(
          "a learning rate is looked for in at least 10 steps, not " + steps);
    }
    this.steps = steps;
    return this;
  }

  /** Sets the seed of the keys that steps draw random numbers with; 0 by default. */
  public RateFinder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Makes the steps.
   *
   * @throws NotFiniteException if the loss of the very first step isn't finite
   * @throws IllegalArgumentException if the learner's steps have no metric that is a loss
   */
  public RateCurve run() {
    Learner learner = learners.apply(Schedule.exponential(first, last / first, steps - 1));
    Map<String, Tensor> model = Checkpoint.values(learner.model());
    Map<String, Tensor> state = Checkpoint.values(learner.state());
    try {
      return curve(learner);
    } finally {
      new Checkpoint(0, null, model, state, Map.of()).restore(learner.model(), learner.state());
    }
  }

  private RateCurve curve(Learner learner) {
    Program program = Program.of(learner::train);
    Rng keys = Rng.of(seed).split("rates");
    double[] rates = new double[steps];
    double[] losses = new double[steps];
    double average = 0;
    double least = Double.NaN;
    int step = 0;
    for (int epoch = 0; step < steps; epoch++) {
      try (Batches.Epoch e = batches.epoch(epoch)) {
        while (e.hasNext() && step < steps) {
          int position = e.position();
          List<Tensor> batch = e.next();
          double rate = first * Math.pow(last / first, step / (steps - 1.0));
          double loss = loss(program.run(keys.split(step), batch.toArray(Tensor[]::new)).metrics());
          if (step == 0 && !Double.isFinite(loss)) {
            Diagnosis.ofData("step 1", "loss", loss, batches, epoch, position, batch);
            throw Diagnosis.ofModel("step 1", "loss", loss, learner.model());
          }
          average = MEMORY * average + (1 - MEMORY) * loss;
          double recent = average / (1 - Math.pow(MEMORY, step + 1));
          least = step == 0 ? recent : Math.min(least, recent);
          double scale = Math.max(Math.abs(least), 0.1 * Math.abs(losses[0]));
          if (!Double.isFinite(loss) || (step > 0 && recent > least + RISE * scale)) {
            return result(rates, losses, step, rate);
          }
          rates[step] = rate;
          losses[step] = loss;
          step++;
        }
      }
    }
    return result(rates, losses, step, null);
  }

  private static RateCurve result(
      double[] rates, double[] losses, int steps, @Nullable Double diverged) {
    return new RateCurve(Arrays.copyOf(rates, steps), Arrays.copyOf(losses, steps), diverged);
  }

  /** Returns the metric {@code loss}, or the first one that is a loss. */
  private static double loss(Map<String, Tensor> metrics) {
    Tensor named = metrics.get("loss");
    if (named != null) {
      return named.item();
    }
    return metrics.entrySet().stream()
        .filter(e -> Learner.isLoss(e.getKey()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the learner's steps have no metric 'loss', but %s; a rate is judged by a loss"
                    .formatted(metrics.keySet())))
        .getValue()
        .item();
  }
}
