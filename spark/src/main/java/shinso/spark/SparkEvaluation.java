package shinso.spark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.StatCounter;
import org.jspecify.annotations.Nullable;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.spark.model.Ability;
import shinso.spark.model.ModelPackage;
import shinso.spark.model.OpenModel;
import shinso.spark.model.RowMeasures;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;

/**
 * What a model is worth on the rows of a table: means over all rows with their standard errors, in
 * one job that goes through the rows once.
 *
 * <pre>{@code
 * SparkEvaluation.Result result =
 *     SparkEvaluation.of(SparkModel.of(run).setFeaturesCol("pixels")).target("digit").evaluate(rows);
 * Estimate loss = result.estimate(SparkEvaluation.LOG_LOSS);
 * }</pre>
 *
 * <p>What is measured follows from the model's ability: {@code classify} gives {@link #LOG_LOSS},
 * {@link #PERPLEXITY} and {@link #ACCURACY}; {@code regress} {@link #SQUARED_ERROR}; {@code
 * logLikelihood} {@link #LOG_LIKELIHOOD}; {@code freeEnergy} {@link #FREE_ENERGY}. Spark's own
 * evaluators work on the columns of {@link SparkModel#transform} and know more quantities, without
 * errors.
 *
 * <p>Means and variances are updated row by row in double precision, and those of the partitions
 * are merged in their order: the same partitions give the same bits.
 */
public final class SparkEvaluation {
  /** The mean of −log p of the right class. */
  public static final Quantity LOG_LOSS = Quantity.smaller("log loss", "nats");

  /**
   * The exponential of the log loss: of so many equally probable classes one would be as unsure.
   */
  public static final Quantity PERPLEXITY = Quantity.smaller("perplexity", "");

  /** The share of rows whose most probable class is the right one. */
  public static final Quantity ACCURACY = Quantity.share("accuracy", Quantity.Better.LARGER);

  /** The mean over rows and outputs of (y − t)². */
  public static final Quantity SQUARED_ERROR = Quantity.smaller("mean squared error", "");

  /** The mean of log p. */
  public static final Quantity LOG_LIKELIHOOD = Quantity.larger("log-likelihood", "nats");

  /** The mean of −log p − log Z, for models whose log Z is unknown or is estimated. */
  public static final Quantity FREE_ENERGY = Quantity.of("free energy", "nats");

  private final SparkModel model;
  private @Nullable String target;

  private SparkEvaluation(SparkModel model) {
    this.model = model;
  }

  /** Returns the evaluation of a model, by its ability, on the columns that it reads. */
  public static SparkEvaluation of(SparkModel model) {
    return new SparkEvaluation(model);
  }

  /**
   * Sets the column with the truth: a class by its number or its name, or what a regressor
   * predicts. Returns this.
   */
  public SparkEvaluation target(String column) {
    this.target = column;
    return this;
  }

  /**
   * What came out.
   *
   * @param rows how many rows the means are of
   * @param leftOut how many rows couldn't be read, where the model says that these are skipped
   * @param means by quantity
   */
  public record Result(long rows, long leftOut, Map<Quantity, Estimate> means) {
    /**
     * Returns the mean of a quantity with its standard error.
     *
     * @throws DistributionException if it wasn't measured
     */
    public Estimate estimate(Quantity quantity) {
      Estimate mean = means.get(quantity);
      if (mean == null) {
        throw new DistributionException(
            "the %s wasn't measured, only %s; another ability of the model measures it"
                .formatted(
                    quantity.name(),
                    String.join(", ", means.keySet().stream().map(Quantity::name).toList())));
      }
      return mean;
    }
  }

  /**
   * Goes through the rows.
   *
   * @throws DistributionException if they lack a column, there are none, one can't be read, or the
   *     model's ability is none that is measured
   */
  public Result evaluate(Dataset<Row> rows) {
    OpenModel open = OpenModel.of(model.source());
    Ability ability = model.asked();
    boolean needsTruth = ability == Ability.CLASSIFY || ability == Ability.REGRESS;
    if (ability == Ability.ENCODE || ability == Ability.SAMPLE) {
      throw new DistributionException(
          "that a model can %s is not measured; choose classify, regress, logLikelihood or freeEnergy with setAbility"
              .formatted(ability));
    }
    model.requireColumns(rows.schema());
    if (needsTruth && target == null) {
      throw new DistributionException(
          "what the model says is compared with a column of the rows; name it: target(\"label\")");
    }
    String truth = needsTruth ? target : null;
    if (truth != null && !isText(rows.schema(), truth)) {
      new ExampleForm(List.of(), List.of(0), truth, 0).check(rows.schema());
    }
    RowMeasures.Request request =
        new RowMeasures.Request(
            ability,
            new ArrayList<>(model.columns()),
            truth,
            (int) model.getOrDefault(model.batchSize()),
            model.getOrDefault(model.handleInvalid()),
            open.width(ability));
    Column[] needed =
        Stream.concat(model.columns().stream(), Stream.ofNullable(truth))
            .distinct()
            .map(rows::col)
            .toArray(Column[]::new);
    Broadcast<ModelPackage> sent =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
            .broadcast(model.source());
    try {
      List<RowMeasures.Sums> parts =
          rows.select(needed)
              .javaRDD()
              .mapPartitionsWithIndex(new RowMeasures(sent, request), true)
              .collect();
      RowMeasures.Sums sums = RowMeasures.Sums.none(ability);
      for (RowMeasures.Sums part : parts) {
        sums = sums.and(part);
      }
      return result(ability, sums);
    } catch (Exception e) {
      // Spark throws its own exceptions without declaring them.
      throw DistributionException.explained("the evaluation", e);
    } finally {
      sent.destroy();
    }
  }

  private static boolean isText(StructType schema, String column) {
    return List.of(schema.fieldNames()).contains(column)
        && schema.apply(column).dataType() instanceof StringType;
  }

  private static Result result(Ability ability, RowMeasures.Sums sums) {
    StatCounter first = sums.measures().getFirst();
    if (first.count() == 0) {
      throw new DistributionException(
          sums.leftOut() == 0
              ? "the table has no rows to evaluate a model on"
              : "none of the %,d rows can be read; setHandleInvalid(\"error\") says why"
                  .formatted(sums.leftOut()));
    }
    Map<Quantity, Estimate> means = new LinkedHashMap<>();
    Estimate mean = estimate(first);
    switch (ability) {
      case CLASSIFY -> {
        means.put(LOG_LOSS, mean);
        // By the delta method.
        double perplexity = Math.exp(mean.value());
        means.put(PERPLEXITY, new Estimate(perplexity, perplexity * mean.error()));
        means.put(ACCURACY, estimate(sums.measures().getLast()));
      }
      case REGRESS -> means.put(SQUARED_ERROR, mean);
      case LOG_LIKELIHOOD -> means.put(LOG_LIKELIHOOD, mean);
      case FREE_ENERGY -> means.put(FREE_ENERGY, mean);
      case ENCODE, SAMPLE -> throw new IllegalStateException(ability + " is not measured");
    }
    return new Result(first.count(), sums.leftOut(), means);
  }

  private static Estimate estimate(StatCounter sums) {
    double error = sums.count() < 2 ? 0 : sums.sampleStdev() / Math.sqrt(sums.count());
    return new Estimate(sums.mean(), error);
  }
}
