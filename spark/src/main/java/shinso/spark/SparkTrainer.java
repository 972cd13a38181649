package shinso.spark;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.distributed.TrainingJob;
import shinso.spark.distributed.TrainingPlan;

/**
 * Trains a learner on the rows of a table, on all machines of a cluster.
 *
 * <pre>{@code
 * SparkOutcome outcome =
 *     SparkTrainer.of(sharing ->
 *             SupervisedLearner.of(
 *                 Network.of(784).dense(100).relu().dense(10).build(Rng.of(1)),
 *                 Losses::softmaxCrossEntropy,
 *                 sharing.rule(Adam.of(1e-3))))
 *         .features(784, "pixels")
 *         .label("digit", 10)
 *         .workers(4)
 *         .batch(512)
 *         .epochs(10)
 *         .checkpoints("hdfs:///models/digits", 100)
 *         .fit(rows);
 * }</pre>
 *
 * <p>Steps are synchronous: each worker computes the gradients of its part of a batch, all workers
 * move by their mean, as one machine would that was given the whole batch, up to rounding. That
 * needs a learner whose parameters are moved by {@linkplain shinso.nn.optim.Optimizer optimisers}
 * that are {@linkplain shinso.spark.distributed.Sharing#rule shared}: supervised ones, those of a
 * likelihood or a bound, contrastive divergence, adversarial pairs, and others that say {@code
 * optimizer.update(…)}. Running statistics, as batch normalisation has them, are averaged;
 * persistent chains are each worker's own; what is random is drawn anew in each worker. Any learner
 * at all is trained with {@link #localSteps}.
 *
 * <p>The same rows, seed and number of workers give the same bits, also after executors were lost.
 * Each method returns this trainer.
 */
public final class SparkTrainer {
  private final LearnerFactory factory;
  private List<String> features = List.of();
  private List<Integer> shape = List.of();
  private @Nullable String target;
  private int classes;
  private int workers = 2;
  private int batch = 128;
  private int epochs = 1;
  private long maxSteps = Long.MAX_VALUE;
  private long seed = 1;
  private int localSteps;
  private boolean averagesMoments;
  private boolean compressed;
  private TrainingPlan.Transport transport = TrainingPlan.Transport.CHOSEN;
  private @Nullable String checkpoints;
  private int checkpointEvery = 100;
  private int recordEvery = 1;

  private SparkTrainer(LearnerFactory factory) {
    this.factory = factory;
  }

  /** Returns a trainer for one epoch of batches of 128, on two workers. */
  public static SparkTrainer of(LearnerFactory factory) {
    return new SparkTrainer(factory);
  }

  /**
   * Sets the input: a column that is a vector, an array, bytes or a picture, or several columns of
   * numbers.
   *
   * @param width how many numbers that is
   */
  public SparkTrainer features(int width, String... columns) {
    return features(new int[] {width}, columns);
  }

  /**
   * Sets the input.
   *
   * @param shape in which the numbers are given to the learner, such as {@code [28, 28, 1]}
   */
  public SparkTrainer features(int[] shape, String... columns) {
    this.features = List.of(columns);
    this.shape = Arrays.stream(shape).boxed().toList();
    return this;
  }

  /**
   * Sets the column with the class, a whole number from 0.
   *
   * @throws DistributionException if there are fewer than two classes
   */
  public SparkTrainer label(String column, int classes) {
    if (classes < 2) {
      throw new DistributionException("there are two classes or more, not " + classes);
    }
    this.target = column;
    this.classes = classes;
    return this;
  }

  /** Sets the column with the target, a number, an array or a vector. */
  public SparkTrainer target(String column) {
    this.target = column;
    this.classes = 0;
    return this;
  }

  /**
   * Sets how many workers train together; as many tasks must be able to run at once.
   *
   * @throws DistributionException if it isn't positive
   */
  public SparkTrainer workers(int count) {
    requirePositive("number of workers", count);
    this.workers = count;
    return this;
  }

  /** Sets the number of examples of a step, a multiple of the number of workers. */
  public SparkTrainer batch(int size) {
    requirePositive("batch size", size);
    this.batch = size;
    return this;
  }

  /** Sets how often each example is seen. */
  public SparkTrainer epochs(int count) {
    requirePositive("number of epochs", count);
    this.epochs = count;
    return this;
  }

  /** Sets after how many steps training ends, if it hasn't ended before. */
  public SparkTrainer maxSteps(long count) {
    this.maxSteps = count;
    return this;
  }

  /** Sets the seed of the order of examples and of what is drawn. */
  public SparkTrainer seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Has each worker make so many steps of its own before the models are averaged: fewer messages,
   * another path. Moments, counters and chains stay with the worker; any learner can be trained so.
   */
  public SparkTrainer localSteps(int steps) {
    requirePositive("number of local steps", steps);
    this.localSteps = steps;
    this.averagesMoments = false;
    return this;
  }

  /** As {@link #localSteps}, the moments of shared optimisers being averaged as well. */
  public SparkTrainer localStepsAveragingMoments(int steps) {
    requirePositive("number of local steps", steps);
    this.localSteps = steps;
    this.averagesMoments = true;
    return this;
  }

  /** Has gradients (with local steps: parameters) travel as bf16, in half the bytes. */
  public SparkTrainer compressed() {
    this.compressed = true;
    return this;
  }

  /** Sets how gradients travel, where the choice by size isn't the best. */
  public SparkTrainer transport(TrainingPlan.Transport transport) {
    this.transport = transport;
    return this;
  }

  /**
   * Keeps checkpoints, from which training goes on when an executor is lost, and when it is started
   * again with the same settings.
   *
   * @param folder which all executors see: {@code hdfs://}, {@code s3a://}, or a shared disk
   * @param every after how many steps
   */
  public SparkTrainer checkpoints(String folder, int every) {
    requirePositive("distance of checkpoints", every);
    this.checkpoints = folder;
    this.checkpointEvery = every;
    return this;
  }

  /** Sets after how many steps metrics are kept; every step by default. */
  public SparkTrainer recordEvery(int steps) {
    requirePositive("distance of records", steps);
    this.recordEvery = steps;
    return this;
  }

  /**
   * Trains.
   *
   * @throws DistributionException if the rows don't fit, the cluster is too small, the learner
   *     can't be distributed, or training went wrong
   */
  public SparkOutcome fit(Dataset<Row> rows) {
    if (features.isEmpty()) {
      throw new DistributionException("no features are named; say which columns: features(784, …)");
    }
    if (batch % workers != 0) {
      throw new DistributionException(
          "a batch of %d can't be shared out evenly by %d workers; take a multiple of them"
              .formatted(batch, workers));
    }
    Map<String, String> hadoop = new HashMap<>();
    if (checkpoints != null) {
      rows.sparkSession()
          .sparkContext()
          .hadoopConfiguration()
          .forEach(e -> hadoop.put(e.getKey(), e.getValue()));
    }
    TrainingPlan plan =
        new TrainingPlan(
            factory,
            batch,
            epochs,
            seed,
            localSteps,
            averagesMoments,
            compressed,
            transport,
            checkpoints,
            checkpointEvery,
            recordEvery,
            maxSteps,
            hadoop);
    ExampleForm form = new ExampleForm(features, shape, target, classes);
    return SparkOutcome.of(new TrainingJob(plan, form, workers).run(rows));
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new DistributionException("the %s is %d; it is 1 or more".formatted(what, value));
    }
  }
}
