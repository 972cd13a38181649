package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.spark.distributed.DistributionException;

/** The estimator where Spark ML puts estimators: in pipelines and in the cross-validator. */
class SparkEstimatorTest {
  private static SparkSession spark;
  private static Dataset<Row> table;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = Session.start("local[4]");
    table = Disc.table(spark, 400, 2).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkEstimator estimator() {
    return new SparkEstimator()
        .setFeaturesCol("at")
        .setHidden(16)
        .setBatchSize(32)
        .setLearningRate(0.03)
        .setEpochs(15);
  }

  private static double accuracy(Dataset<Row> answered) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answered);
  }

  @Test
  void itLearnsAndTheModelIsOneOfItsOwn() throws IOException {
    SparkModel model = estimator().fit(table);
    assertTrue(accuracy(model.transform(table)) > 0.9);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    assertEquals(
        model.transform(table).collectAsList(),
        SparkModel.load(path).transform(table).collectAsList());
  }

  @Test
  void aPipelineIsSavedBeforeAndAfterItIsFitted() throws IOException {
    Dataset<Row> columns =
        table.selectExpr("label * 2 + 0.5 AS twice", "label AS x", "1 - label AS y");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"x", "y"})
                      .setOutputCol("features"),
                  new SparkEstimator()
                      .setLabelCol("twice")
                      .setClasses(0)
                      .setHidden()
                      .setLearningRate(0.1)
                      .setBatchSize(40)
                      .setEpochs(20)
                });
    pipeline.write().save(folder.resolve("pipeline").toString());
    PipelineModel fitted = Pipeline.load(folder.resolve("pipeline").toString()).fit(columns);
    fitted.write().save(folder.resolve("fitted").toString());
    double worst =
        PipelineModel.load(folder.resolve("fitted").toString())
            .transform(columns)
            .selectExpr("max(abs(prediction - twice))")
            .first()
            .getDouble(0);
    assertEquals(0, worst, 0.05);
  }

  @Test
  void theCrossValidatorChoosesTheBetterOneInParallel() {
    SparkEstimator estimator = estimator();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(estimator.learningRate(), new double[] {1e-6, 0.03}).build();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(estimator)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(3)
            .fit(table);
    assertTrue(chosen.avgMetrics()[1] > 0.85, chosen.avgMetrics()[1] + "");
    assertTrue(chosen.avgMetrics()[0] < chosen.avgMetrics()[1]);
  }

  @Test
  void whatDoesNotFitIsSaid() {
    DistributionException e =
        assertThrows(DistributionException.class, () -> estimator().setClasses(1).fit(table));
    assertTrue(e.getMessage().contains("two classes or more"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> estimator().setLabelCol("kind").fit(table));
    assertTrue(e.getMessage().contains("no column 'kind'"), e.getMessage());
  }
}
