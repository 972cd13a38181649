package shinso.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import shinso.core.random.Rng;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.model.Architecture;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.loop.SupervisedLearner;

/**
 * Trains a network as an estimator of Spark ML, for pipelines and for {@code CrossValidator}:
 * softmax cross-entropy where {@code classes} is two or more, squared error where it is 0, with
 * Adam. Everything else is done with a {@link SparkTrainer}.
 *
 * <pre>{@code
 * SparkModel model =
 *     new SparkEstimator().setHidden(100).setClasses(10).setWorkers(4).setEpochs(5).fit(rows);
 * }</pre>
 */
public final class SparkEstimator extends Estimator<SparkModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> architecture;
  private final IntArrayParam hidden;
  private final IntArrayParam inputShape;
  private final IntParam classes;
  private final IntParam workers;
  private final IntParam batchSize;
  private final IntParam epochs;
  private final IntParam localSteps;
  private final DoubleParam learningRate;
  private final LongParam seed;
  private final Param<String> checkpoints;
  private final IntParam checkpointEvery;

  /** Creates an estimator with a name of its own. */
  public SparkEstimator() {
    this(Identifiable$.MODULE$.randomUID("shinsoEstimator"));
  }

  /** Creates an estimator with this name, as Spark ML does when it reads one. */
  public SparkEstimator(String uid) {
    this.uid = uid;
    this.featuresCol = new Param<>(this, "featuresCol", "the column of the input, a vector");
    this.labelCol = new Param<>(this, "labelCol", "the column of the class or number");
    this.predictionCol = new Param<>(this, "predictionCol", "the column for the class or number");
    this.probabilityCol = new Param<>(this, "probabilityCol", "the column for the probabilities");
    this.architecture =
        new Param<>(this, "architecture", "the class of the network, made from sizes");
    this.hidden = new IntArrayParam(this, "hidden", "units of the hidden layers");
    this.inputShape =
        new IntArrayParam(this, "inputShape", "shape of one input; that of the vector by default");
    this.classes =
        new IntParam(this, "classes", "how many classes there are, 0 if the label is a number");
    this.workers = new IntParam(this, "workers", "how many tasks train together");
    this.batchSize = new IntParam(this, "batchSize", "examples of a step, in all workers together");
    this.epochs = new IntParam(this, "epochs", "how often each example is seen");
    this.localSteps =
        new IntParam(this, "localSteps", "0 for synchronous steps, else after how many to average");
    this.learningRate = new DoubleParam(this, "learningRate", "the length of Adam's steps");
    this.seed = new LongParam(this, "seed", "of initial values and of the order of examples");
    this.checkpoints =
        new Param<>(this, "checkpoints", "a folder for checkpoints that all executors see");
    this.checkpointEvery =
        new IntParam(this, "checkpointEvery", "after how many steps there is a checkpoint");
    setDefault(featuresCol, "features");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(architecture, DenseNetwork.class.getName());
    setDefault(hidden, new int[] {100});
    setDefault(inputShape, new int[0]);
    setDefault(classes, 2);
    setDefault(workers, 2);
    setDefault(batchSize, 128);
    setDefault(epochs, 1);
    setDefault(localSteps, 0);
    setDefault(learningRate, 1e-3);
    setDefault(seed, 1L);
    setDefault(checkpoints, "");
    setDefault(checkpointEvery, 100);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of the input. */
  public Param<String> featuresCol() {
    return featuresCol;
  }

  /** The column of the class or number. */
  public Param<String> labelCol() {
    return labelCol;
  }

  /** The column for the class or number. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** The column for the probabilities. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** The class of the network. */
  public Param<String> architecture() {
    return architecture;
  }

  /** The units of the hidden layers. */
  public IntArrayParam hidden() {
    return hidden;
  }

  /** The shape of one input. */
  public IntArrayParam inputShape() {
    return inputShape;
  }

  /** The number of classes. */
  public IntParam classes() {
    return classes;
  }

  /** How many tasks train together. */
  public IntParam workers() {
    return workers;
  }

  /** The examples of a step. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** How often each example is seen. */
  public IntParam epochs() {
    return epochs;
  }

  /** After how many steps workers agree. */
  public IntParam localSteps() {
    return localSteps;
  }

  /** The length of Adam's steps. */
  public DoubleParam learningRate() {
    return learningRate;
  }

  /** The seed. */
  public LongParam seed() {
    return seed;
  }

  /** The folder for checkpoints. */
  public Param<String> checkpoints() {
    return checkpoints;
  }

  /** After how many steps there is a checkpoint. */
  public IntParam checkpointEvery() {
    return checkpointEvery;
  }

  /** Sets the column of the input. */
  public SparkEstimator setFeaturesCol(String column) {
    set(featuresCol, column);
    return this;
  }

  /** Sets the column of the class or number. */
  public SparkEstimator setLabelCol(String column) {
    set(labelCol, column);
    return this;
  }

  /** Sets the column for the class or number. */
  public SparkEstimator setPredictionCol(String column) {
    set(predictionCol, column);
    return this;
  }

  /** Sets the column for the probabilities. */
  public SparkEstimator setProbabilityCol(String column) {
    set(probabilityCol, column);
    return this;
  }

  /**
   * Sets the class of the network, which gets the number of inputs, those of {@link #hidden}, and
   * the number of outputs.
   */
  public SparkEstimator setArchitecture(Class<? extends Architecture> type) {
    set(architecture, type.getName());
    return this;
  }

  /** Sets the units of the hidden layers; none makes a linear model. */
  public SparkEstimator setHidden(int... units) {
    set(hidden, units);
    return this;
  }

  /** Sets the shape of one input, such as {@code 28, 28, 1}. */
  public SparkEstimator setInputShape(int... shape) {
    set(inputShape, shape);
    return this;
  }

  /** Sets the number of classes, 0 if the label is a number. */
  public SparkEstimator setClasses(int count) {
    set(classes, count);
    return this;
  }

  /** Sets how many tasks train together. */
  public SparkEstimator setWorkers(int count) {
    set(workers, count);
    return this;
  }

  /** Sets the examples of a step. */
  public SparkEstimator setBatchSize(int count) {
    set(batchSize, count);
    return this;
  }

  /** Sets how often each example is seen. */
  public SparkEstimator setEpochs(int count) {
    set(epochs, count);
    return this;
  }

  /** Sets after how many steps workers agree; 0 has them agree on each gradient. */
  public SparkEstimator setLocalSteps(int count) {
    set(localSteps, count);
    return this;
  }

  /** Sets the length of Adam's steps. */
  public SparkEstimator setLearningRate(double rate) {
    set(learningRate, rate);
    return this;
  }

  /** Sets the seed. */
  public SparkEstimator setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** Keeps checkpoints in a folder that all executors see. */
  public SparkEstimator setCheckpoints(String folder) {
    set(checkpoints, folder);
    return this;
  }

  /** Sets after how many steps there is a checkpoint. */
  public SparkEstimator setCheckpointEvery(int steps) {
    set(checkpointEvery, steps);
    return this;
  }

  /**
   * Trains a model.
   *
   * @throws DistributionException if the rows don't fit, the cluster is too small, or training went
   *     wrong
   */
  @Override
  public SparkModel fit(Dataset<?> rows) {
    transformSchema(rows.schema());
    int count = (int) $(classes);
    int[] shape = shape(rows);
    int width = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    int[] sizes = new int[$(hidden).length + 2];
    sizes[0] = width;
    System.arraycopy($(hidden), 0, sizes, 1, $(hidden).length);
    sizes[sizes.length - 1] = Math.max(1, count);
    LearnerFactory factory =
        learner($(architecture), sizes, count, (long) $(seed), (double) $(learningRate));
    SparkTrainer trainer =
        SparkTrainer.of(factory)
            .features(shape, $(featuresCol))
            .workers((int) $(workers))
            .batch((int) $(batchSize))
            .epochs((int) $(epochs))
            .seed((long) $(seed));
    if (count > 0) {
      trainer.label($(labelCol), count);
    } else {
      trainer.target($(labelCol));
    }
    if ((int) $(localSteps) > 0) {
      trainer.localSteps((int) $(localSteps));
    }
    if (!$(checkpoints).isEmpty()) {
      trainer.checkpoints($(checkpoints), (int) $(checkpointEvery));
    }
    SparkOutcome outcome = trainer.fit(rows.toDF());
    ModelPackage source =
        ModelPackage.ofNetwork($(architecture), sizes, count, shape, outcome.model());
    return new SparkModel(uid + "-model", source)
        .setFeaturesCol($(featuresCol))
        .setPredictionCol($(predictionCol))
        .setProbabilityCol($(probabilityCol))
        .trainedBy(this);
  }

  /** Static: what is sent to the executors is the learner's recipe, not the estimator. */
  private static LearnerFactory learner(
      String architecture, int[] sizes, int classes, long seed, double rate) {
    return sharing -> {
      var network = Architecture.named(architecture, sizes).network(Rng.of(seed).split("model"));
      var rule = sharing.rule(Adam.of(rate));
      return classes > 0
          ? SupervisedLearner.of(network, Losses::softmaxCrossEntropy, rule)
              .metric("accuracy", Metrics::accuracy)
          : SupervisedLearner.of(network, Losses::mse, rule);
    };
  }

  private int[] shape(Dataset<?> rows) {
    if ($(inputShape).length > 0) {
      return $(inputShape);
    }
    List<Row> first = rows.toDF().select($(featuresCol)).takeAsList(1);
    if (first.isEmpty()) {
      throw new DistributionException("there are no rows to train on");
    }
    Object value = first.getFirst().get(0);
    if (value instanceof Vector v) {
      return new int[] {v.size()};
    }
    throw new DistributionException(
        "the column '%s' is no vector; say how many numbers it has: setInputShape(…)"
            .formatted($(featuresCol)));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if ((int) $(classes) == 1 || (int) $(classes) < 0) {
      throw new DistributionException(
          "there are two classes or more, or 0 for numbers, not " + $(classes));
    }
    new ExampleForm(List.of($(featuresCol)), List.of(), $(labelCol), (int) $(classes))
        .check(schema);
    StructType with = schema.add($(predictionCol), DataTypes.DoubleType);
    return (int) $(classes) > 0 ? with.add($(probabilityCol), SQLDataTypes.VectorType()) : with;
  }

  @Override
  public SparkEstimator copy(ParamMap extra) {
    return (SparkEstimator) defaultCopy(extra);
  }

  /** Returns what reads an estimator that was saved, also within a pipeline. */
  public static MLReader<SparkEstimator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads an estimator that was saved. */
  public static SparkEstimator load(String path) {
    return read().load(path);
  }
}
