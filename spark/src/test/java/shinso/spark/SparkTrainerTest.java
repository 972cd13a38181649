package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Sgd;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.distributed.TrainingPlan;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.InMemoryDataset;
import shinso.train.loop.AveragedLearner;
import shinso.train.loop.Learner;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.energy.ContrastiveDivergence;
import shinso.zoo.energy.Rbm;

/** Workers in one process: they come to what one machine comes to, and to the same bits again. */
class SparkTrainerTest {
  private static final int ROWS = 515;
  private static SparkSession spark;
  private static Dataset<Row> table;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = Session.start("local[4]");
    table = Disc.table(spark, ROWS, 3).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Network network() {
    return Network.of(2).dense(16).tanh().dense(2).build(Rng.of(7));
  }

  private static Learner learner(Optimizer rule) {
    return SupervisedLearner.of(network(), Losses::softmaxCrossEntropy, rule)
        .metric("accuracy", Metrics::accuracy);
  }

  private static SparkTrainer trainer(LearnerFactory factory) {
    return SparkTrainer.of(factory).features(2, "at").label("label", 2).batch(32).seed(5);
  }

  private static SparkTrainer adam() {
    return trainer(sharing -> learner(sharing.rule(Adam.of(0.01))));
  }

  /** Trains one learner on the batches that the workers have together. */
  private static float[] alone(Learner learner, int workers, int epochs) {
    List<Row> rows = Disc.points(ROWS, 1);
    List<Batches> parts = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      List<Row> mine = new ArrayList<>();
      for (int i = w; i < rows.size(); i += workers) {
        mine.add(rows.get(i));
      }
      float[] x = new float[2 * mine.size()];
      int[] y = new int[mine.size()];
      for (int i = 0; i < y.length; i++) {
        Vector at = mine.get(i).getAs(0);
        x[2 * i] = (float) at.apply(0);
        x[2 * i + 1] = (float) at.apply(1);
        y[i] = mine.get(i).getInt(1);
      }
      int[] words = Rng.of(5).split("shard").split(w).words();
      parts.add(
          Batches.shuffled(
              InMemoryDataset.of(
                  "part",
                  List.of(
                      Column.floats("at", shinso.core.tensor.Shape.of(2), x),
                      Column.labels("label", y, 2))),
              32 / workers,
              words[0] & 0xFFFFFFFFL | (long) words[1] << 32));
    }
    Program program = Program.of(learner::train);
    int steps = ROWS / workers / (32 / workers);
    for (int e = 0; e < epochs; e++) {
      List<Batches.Epoch> epoch = new ArrayList<>();
      for (Batches b : parts) {
        epoch.add(b.epoch(e));
      }
      for (int s = 0; s < steps; s++) {
        List<Tensor> x = new ArrayList<>();
        List<Tensor> y = new ArrayList<>();
        for (Batches.Epoch part : epoch) {
          List<Tensor> batch = part.next();
          x.add(batch.getFirst());
          y.add(batch.getLast());
        }
        program.run(Rng.of(0), Tensor.concat(0, x), Tensor.concat(0, y));
      }
      epoch.forEach(Batches.Epoch::close);
    }
    return flat(learner.model());
  }

  private static float[] flat(Map<String, Param> model) {
    List<Tensor> parts = new ArrayList<>();
    model.values().forEach(p -> parts.add(p.value().reshape(p.shape().size())));
    return Tensor.concat(0, parts).toFloatArray();
  }

  private static float[] flat(SparkOutcome outcome, Map<String, Param> model) {
    outcome.restore(model);
    return flat(model);
  }

  @Test
  void synchronousStepsAreThoseOfOneMachine() {
    for (int workers : new int[] {1, 2, 4}) {
      SparkOutcome outcome = adam().workers(workers).epochs(3).fit(table);
      float[] together = flat(outcome, new LinkedHashMap<>(learner(Sgd.of(1)).model()));
      float[] alone = alone(learner(Adam.of(0.01)), workers, 3);
      assertEquals(3 * (ROWS / 32), outcome.steps());
      // Adam divides by small numbers: what rounding makes of the first gradients is amplified.
      assertArrayEquals(alone, together, 1e-3f, workers + " workers");
    }
  }

  @Test
  void theSameBitsAgainWhateverThePartitionsAndTheTransport() {
    byte[] once = adam().epochs(2).fit(table).model();
    assertArrayEquals(once, adam().epochs(2).fit(table.coalesce(1)).model());
    assertArrayEquals(
        once, adam().epochs(2).transport(TrainingPlan.Transport.BLOCKS).fit(table).model());
    assertArrayEquals(
        once, adam().epochs(2).transport(TrainingPlan.Transport.GATHER).fit(table).model());
  }

  @Test
  void oneLocalStepOfGradientDescentIsASynchronousOne() {
    Map<String, Param> model = learner(Sgd.of(1)).model();
    LearnerFactory sgd = sharing -> learner(sharing.rule(Sgd.of(0.1)));
    float[] synchronous = flat(trainer(sgd).workers(4).fit(table), model);
    float[] local = flat(trainer(sgd).workers(4).localSteps(1).fit(table), model);
    assertArrayEquals(synchronous, local, 1e-5f);
  }

  @Test
  void localStepsLearn() {
    SparkOutcome outcome =
        trainer(sharing -> learner(Adam.of(0.05))).localSteps(4).epochs(30).fit(table);
    assertTrue(outcome.last("accuracy") > 0.9, outcome.metrics()::toString);
  }

  @Test
  void aTrainingThatStoppedGoesOnWithTheSameBits() {
    byte[] whole = adam().epochs(2).fit(table).model();
    String kept = folder.resolve("sync").toUri().toString();
    adam().epochs(2).maxSteps(11).checkpoints(kept, 4).fit(table);
    SparkOutcome resumed = adam().epochs(2).checkpoints(kept, 4).fit(table);
    assertArrayEquals(whole, resumed.model());
    assertEquals(32, resumed.metrics().size());

    LearnerFactory local = sharing -> learner(sharing.rule(Adam.of(0.01)));
    byte[] wholeLocal = trainer(local).localSteps(3).epochs(2).fit(table).model();
    String keptLocal = folder.resolve("local").toUri().toString();
    // A stop at an agreement: elsewhere it would be one more agreement.
    trainer(local).localSteps(3).epochs(2).maxSteps(12).checkpoints(keptLocal, 4).fit(table);
    assertArrayEquals(
        wholeLocal,
        trainer(local).localSteps(3).epochs(2).checkpoints(keptLocal, 4).fit(table).model());

    DistributionException other =
        assertThrows(
            DistributionException.class,
            () -> adam().seed(6).epochs(2).checkpoints(kept, 4).fit(table));
    assertTrue(other.getMessage().contains("were made with seed 5, not 6"), other.getMessage());
  }

  /** A network, and behind each of its steps one of another that imitates it. */
  private record Imitation(Network first, Network second, Optimizer rule, Optimizer other)
      implements Learner {
    static Imitation of(Optimizer rule, Optimizer other) {
      return new Imitation(network(), network(), rule.named("first"), other.named("second"));
    }

    @Override
    public Map<String, Param> model() {
      Map<String, Param> all = new LinkedHashMap<>();
      Parameters.all(first).forEach((name, p) -> all.put("first." + name, p));
      Parameters.all(second).forEach((name, p) -> all.put("second." + name, p));
      return all;
    }

    @Override
    public Map<String, Param> state() {
      Map<String, Param> all = new LinkedHashMap<>(rule.state(Parameters.all(first)));
      all.putAll(other.state(Parameters.all(second)));
      return all;
    }

    private static Step step(Optimizer rule, Network network, Tensor loss) {
      List<Param> params = List.copyOf(Parameters.all(network).values());
      return Step.of(rule.update(params, Autodiff.gradients(loss, params)));
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor x = batch.getFirst();
      Tensor loss = Losses.softmaxCrossEntropy(first.forward(x, Pass.inference()), batch.getLast());
      return step(rule, first, loss)
          .metric("loss", loss)
          .then(() -> {
            Tensor gap =
                Losses.mse(second.forward(x, Pass.inference()), first.forward(x, Pass.inference()));
            return step(other, second, gap).metric("gap", gap);
          });
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      return Step.of(List.of());
    }
  }

  @Test
  void partsOfAStepThatFollowOnOneAnotherAreSharedOneAfterTheOther() {
    LearnerFactory factory =
        sharing -> Imitation.of(sharing.rule(Sgd.of(0.5)), sharing.rule(Sgd.of(0.3)));
    Learner alone = Imitation.of(Sgd.of(0.5), Sgd.of(0.3));
    float[] together = flat(trainer(factory).fit(table), new LinkedHashMap<>(alone.model()));
    Learner again = Imitation.of(Sgd.of(0.5), Sgd.of(0.3));
    assertArrayEquals(alone(again, 2, 1), together, 1e-5f);
  }

  @Test
  void persistentChainsStayWithTheirWorkers() {
    LearnerFactory chains =
        sharing ->
            ContrastiveDivergence.persistent(
                Rbm.of(2, 4, Rng.of(1)),
                Param.of(Tensor.zeros(8, 2)),
                1,
                sharing.rule(Sgd.of(0.05)));
    SparkTrainer trainer = SparkTrainer.of(chains).features(2, "bits").batch(32).epochs(2);
    Dataset<Row> bits = table.selectExpr("array(label, 1 - label) AS bits");
    byte[] whole = trainer.fit(bits).model();
    String kept = folder.resolve("chains").toUri().toString();
    trainer.checkpoints(kept, 5).maxSteps(9).fit(bits);
    assertArrayEquals(whole, trainer.maxSteps(Long.MAX_VALUE).fit(bits).model());
  }

  @Test
  void compressedGradientsLearnAsWell() {
    SparkOutcome outcome =
        trainer(sharing -> learner(sharing.rule(Adam.of(0.05)))).compressed().epochs(30).fit(table);
    assertTrue(outcome.last("accuracy") > 0.9, outcome.metrics()::toString);
  }

  @Test
  void runningStatisticsAreAveragedAndAveragesOfWeightsKept() {
    LearnerFactory normalised =
        sharing ->
            AveragedLearner.of(
                SupervisedLearner.of(
                    Network.of(2).dense(8).batchNorm().relu().dense(2).build(Rng.of(7)),
                    Losses::softmaxCrossEntropy,
                    sharing.rule(Adam.of(0.01))),
                0.9);
    byte[] once = trainer(normalised).fit(table).model();
    assertArrayEquals(once, trainer(normalised).fit(table).model());
  }

  @Test
  void whatCannotBeSharedIsSaid() {
    DistributionException e =
        assertThrows(
            DistributionException.class,
            () -> trainer(sharing -> learner(Adam.of(0.01))).fit(table));
    assertTrue(e.getMessage().contains("sharing.rule"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> adam().batch(1024).fit(table));
    assertTrue(e.getMessage().contains("don't fill its part of a batch"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> adam().workers(8).fit(table));
    assertTrue(e.getMessage().contains("runs 4 task(s) at once"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> adam().features(3, "at").fit(table));
    assertTrue(e.getMessage().contains("has 2 numbers, not 3"), e.getMessage());
    e = assertThrows(DistributionException.class, () -> adam().features(2, "att").fit(table));
    assertTrue(e.getMessage().contains("no column 'att'"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () -> adam().fit(table.selectExpr("at", "nullif(label, 1) as label")));
    assertTrue(e.getMessage().contains("label is null"), e.getMessage());
  }

  @Test
  void aLossThatIsNoNumberEndsTheTraining() {
    DistributionException e =
        assertThrows(
            DistributionException.class,
            () -> trainer(sharing -> learner(sharing.rule(Sgd.of(1e38)))).fit(table));
    assertTrue(e.getMessage().contains("learning rate smaller"), e.getMessage());
  }

  @Test
  void theModelIsAFileLikeAnyOther() {
    SparkOutcome outcome = adam().fit(table);
    Path file = folder.resolve("model.safetensors");
    outcome.save(file);
    Map<String, Param> model = Parameters.all(network());
    ModelFile.load(file, model);
    assertEquals(4, model.size());
  }
}
