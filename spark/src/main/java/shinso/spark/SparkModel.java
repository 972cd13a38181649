package shinso.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.spark.model.Ability;
import shinso.spark.model.ModelPackage;
import shinso.spark.model.OpenModel;
import shinso.spark.model.RowAnswers;
import shinso.spark.model.RowFunction;
import shinso.train.data.file.CsvEncoder;

/**
 * A trained model as a transformer of Spark ML: it puts columns with its answers behind each row.
 * The model is sent to each executor once and opened there once; rows are answered in batches.
 *
 * <pre>{@code
 * Dataset<Row> answered = SparkModel.of(Path.of("runs/20261129-1232-digits"))
 *     .setFeaturesCol("pixels")
 *     .transform(rows);
 * }</pre>
 *
 * <p>What it is asked for is the parameter {@code ability}: {@code classify} ({@code prediction}
 * and {@code probability}), {@code regress} ({@code prediction}), {@code encode}, {@code
 * logLikelihood}, {@code sample} and {@code freeEnergy} ({@code output}); {@code auto} is the first
 * that the model can. The model of a run on a table reads the columns that the table had.
 */
public final class SparkModel extends Model<SparkModel> implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final List<String> INVALID = List.of("error", "skip", "keep");

  private final String uid;
  private final ModelPackage source;
  private final StringArrayParam featuresCols;
  private final Param<String> ability;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> outputCol;
  private final Param<String> handleInvalid;
  private final IntParam batchSize;
  private final LongParam seed;

  SparkModel(String uid, ModelPackage source) {
    this.uid = uid;
    this.source = source;
    this.featuresCols =
        new StringArrayParam(this, "featuresCols", "the columns of the input, one after the other");
    this.ability =
        new Param<>(
            this,
            "ability",
            "auto, classify, regress, encode, logLikelihood, sample or freeEnergy");
    this.predictionCol = new Param<>(this, "predictionCol", "the column for the class or number");
    this.probabilityCol = new Param<>(this, "probabilityCol", "the column for the probabilities");
    this.outputCol = new Param<>(this, "outputCol", "the column for all other answers");
    this.handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what to do with rows that can't be read: error, skip (leave them out) or keep (null)");
    this.batchSize = new IntParam(this, "batchSize", "how many rows are answered at once");
    this.seed = new LongParam(this, "seed", "of what is drawn");
    setDefault(featuresCols, new String[] {"features"});
    setDefault(ability, "auto");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(outputCol, "output");
    setDefault(handleInvalid, "error");
    setDefault(batchSize, 256);
    setDefault(seed, 1L);
  }

  /**
   * Returns the model of a run, or of an ONNX file. Such a file's outputs are numbers ({@code
   * regress}) unless its last operator is Softmax or LogSoftmax; asked to {@code classify}, it
   * takes them for unnormalised log-probabilities.
   *
   * @param place the run's folder, the model's file in it, or a file that ends in {@code .onnx}
   * @throws shinso.train.file.FileException if there is no run, it has no model yet, another
   *     version made it, or the ONNX file is damaged
   * @throws shinso.interchange.OnnxException if the ONNX file has an operator that isn't supported,
   *     or no single input of fixed lengths behind the batch
   * @throws DistributionException if the ONNX file gives no answer for each row of a batch
   */
  public static SparkModel of(Path place) {
    return of(
        place.toString().endsWith(".onnx")
            ? ModelPackage.ofOnnx(place)
            : ModelPackage.ofRun(place));
  }

  /**
   * Returns several runs as one model, whose probabilities or predictions are the means of theirs:
   * trained on bootstrap samples ({@link shinso.spark.run.SparkRuns.Order#bagging}), it is bagging.
   *
   * @param runs their folders
   * @throws shinso.train.file.FileException if one is no run, has no model yet, or another version
   *     made it
   * @throws DistributionException if they don't all classify or all predict numbers, from the same
   *     input
   */
  public static SparkModel ensemble(List<Path> runs) {
    return of(ModelPackage.ofRuns(runs));
  }

  /**
   * Returns a model of an architecture.
   *
   * @param source the architecture and its values
   * @throws DistributionException if there is no such architecture here
   * @throws shinso.train.file.FileException if the values don't fit
   */
  public static SparkModel of(ModelPackage source) {
    OpenModel.of(source);
    return new SparkModel(Identifiable$.MODULE$.randomUID("shinso"), source);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The columns of the input. */
  public StringArrayParam featuresCols() {
    return featuresCols;
  }

  /** What the model is asked for. */
  public Param<String> ability() {
    return ability;
  }

  /** The column for the class or number. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** The column for the probabilities of the classes. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** The column for codes, log-likelihoods and samples. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** What to do with rows that can't be read. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** How many rows are answered at once. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** The seed of what is drawn. */
  public LongParam seed() {
    return seed;
  }

  /** Sets the column of the input: a vector, an array, bytes or a picture. */
  public SparkModel setFeaturesCol(String column) {
    return setFeaturesCols(column);
  }

  /** Sets the columns of the input. */
  public SparkModel setFeaturesCols(String... columns) {
    set(featuresCols, columns);
    return this;
  }

  /**
   * Sets what the model is asked for.
   *
   * @throws DistributionException if it can't do that
   */
  public SparkModel setAbility(String name) {
    OpenModel.of(source).ability(name);
    set(ability, name);
    return this;
  }

  /** Sets the column for the class or number. */
  public SparkModel setPredictionCol(String column) {
    set(predictionCol, column);
    return this;
  }

  /** Sets the column for the probabilities. */
  public SparkModel setProbabilityCol(String column) {
    set(probabilityCol, column);
    return this;
  }

  /** Sets the column for codes, log-likelihoods and samples. */
  public SparkModel setOutputCol(String column) {
    set(outputCol, column);
    return this;
  }

  /**
   * Sets what to do with rows that can't be read.
   *
   * @throws DistributionException if it isn't error, skip or keep
   */
  public SparkModel setHandleInvalid(String what) {
    if (!INVALID.contains(what)) {
      throw new DistributionException(
          "rows that can't be read are an 'error', or one can 'skip' or 'keep' them, not '%s'"
              .formatted(what));
    }
    set(handleInvalid, what);
    return this;
  }

  /**
   * Sets how many rows are answered at once.
   *
   * @throws DistributionException if it isn't positive
   */
  public SparkModel setBatchSize(int rows) {
    if (rows < 1) {
      throw new DistributionException("the batch size is " + rows + "; it is 1 or more");
    }
    set(batchSize, rows);
    return this;
  }

  /** Sets the seed of what is drawn. */
  public SparkModel setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** Returns the names of the classes, empty if the model has none. */
  public List<String> classNames() {
    return OpenModel.of(source).classNames();
  }

  SparkModel trainedBy(SparkEstimator estimator) {
    return setParent(estimator);
  }

  ModelPackage source() {
    return source;
  }

  /** Returns what the model is asked for. */
  Ability asked() {
    return OpenModel.of(source).ability($(ability));
  }

  /** Returns the columns of the input: the table's own, unless others are named. */
  List<String> columns() {
    CsvEncoder encoder = OpenModel.of(source).encoder();
    return encoder != null && !isSet(featuresCols)
        ? encoder.columns()
        : Arrays.asList($(featuresCols));
  }

  /**
   * Requires that rows have the columns of the input.
   *
   * @throws DistributionException that names the column
   */
  void requireColumns(StructType schema) {
    OpenModel model = OpenModel.of(source);
    List<String> columns = columns();
    if (model.encoder() == null || isSet(featuresCols)) {
      List<Integer> shape = Arrays.stream(model.input().dims()).boxed().toList();
      new ExampleForm(columns, shape, null, 0).check(schema);
    } else {
      List<String> names = List.of(schema.fieldNames());
      List<String> lacking = columns.stream().filter(c -> !names.contains(c)).toList();
      if (!lacking.isEmpty()) {
        throw new DistributionException(
            "the rows lack '%s', which the model was trained with; they have '%s'"
                .formatted(String.join("', '", lacking), String.join("', '", names)));
      }
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    requireColumns(schema);
    OpenModel model = OpenModel.of(source);
    Ability asked = asked();
    DataType numbers = model.width(asked) == 1 ? DataTypes.DoubleType : SQLDataTypes.VectorType();
    return switch (asked) {
      case CLASSIFY ->
          with(
              with(schema, $(predictionCol), DataTypes.DoubleType),
              $(probabilityCol),
              SQLDataTypes.VectorType());
      case REGRESS -> with(schema, $(predictionCol), numbers);
      case ENCODE, LOG_LIKELIHOOD, SAMPLE, FREE_ENERGY -> with(schema, $(outputCol), numbers);
    };
  }

  private static StructType with(StructType schema, String name, DataType type) {
    if (List.of(schema.fieldNames()).contains(name)) {
      throw new DistributionException(
          "the rows have a column '%s' already; give the answer another name".formatted(name));
    }
    return schema.add(name, type);
  }

  /**
   * Returns the rows with answers behind them.
   *
   * @throws DistributionException if the rows lack the columns of the input
   */
  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    StructType schema = transformSchema(rows.schema());
    OpenModel model = OpenModel.of(source);
    Ability asked = asked();
    RowAnswers.Request request =
        new RowAnswers.Request(
            asked,
            new ArrayList<>(columns()),
            (int) $(batchSize),
            (long) $(seed),
            $(handleInvalid),
            model.width(asked));
    return rows.toDF()
        .mapPartitions(new RowAnswers(sent(rows.sparkSession()), request), Encoders.row(schema));
  }

  /**
   * Makes the model a function of SQL, of a vector or an array of numbers: {@code SELECT id,
   * digit(pixels) FROM scans}. It answers row by row; {@link #transform} is faster.
   */
  public void register(SparkSession session, String name) {
    OpenModel model = OpenModel.of(source);
    Ability asked = asked();
    boolean isNumber = asked == Ability.CLASSIFY || model.width(asked) == 1;
    session
        .udf()
        .register(
            name,
            new RowFunction(sent(session), asked, (long) $(seed)),
            isNumber ? DataTypes.DoubleType : SQLDataTypes.VectorType());
  }

  private Broadcast<ModelPackage> sent(SparkSession session) {
    return JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(source);
  }

  @Override
  public SparkModel copy(ParamMap extra) {
    SparkModel copy = new SparkModel(uid, source);
    copyValues(copy, extra);
    copy.setParent(parent());
    return copy;
  }

  @Override
  public MLWriter write() {
    return new SparkModelFiles.Writer(this);
  }

  /** Returns what reads a model that was saved, also within a pipeline. */
  public static MLReader<SparkModel> read() {
    return new SparkModelFiles.Reader();
  }

  /** Reads a model that was saved. */
  public static SparkModel load(String path) {
    return read().load(path);
  }
}
