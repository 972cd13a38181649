package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.GeometricPath;
import shinso.nn.distribution.Normal;
import shinso.spark.distributed.DistributionException;
import shinso.train.judge.Estimate;
import shinso.zoo.Recipes;
import shinso.zoo.energy.Rbm;
import shinso.zoo.harness.RecipeRun;

/** Chains of executors come to the bits that chains of one process come to. */
class SparkAnnealingTest {
  private static final double[] BETAS = Ais.even(0, 1, 100);
  private static final int CHAINS = 26;
  private static final int BLOCKS = 4;

  @TempDir private static Path folder;
  private static LocalCluster cluster;
  private static SparkSession spark;
  private static RecipeRun run;

  @BeforeAll
  static void start() throws IOException {
    run =
        Trained.run(
            folder.resolve("runs"),
            Recipes.named("rbm-mnist"),
            Map.of("train", "300", "test", "50", "hidden", "8", "temperatures", "10"));
    cluster = LocalCluster.start(Files.createDirectory(folder.resolve("cluster")), 2);
    spark = cluster.session(2).getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    cluster.close();
  }

  private static Rbm rbm() {
    return run.model(Rbm.class, "be annealed");
  }

  private static Ais ais(int block) {
    int chains = CHAINS * (block + 1) / BLOCKS - CHAINS * block / BLOCKS;
    Tensor rates = Objects.requireNonNull(run.baseRates());
    return Ais.of(rbm().annealing(rates)).chains(chains).betas(BETAS);
  }

  private static SparkAnnealing annealing() {
    return SparkAnnealing.of(spark, run.folder().path()).chains(CHAINS).blocks(BLOCKS).betas(BETAS);
  }

  private static void assertSame(Ais.Estimate expected, Ais.Estimate actual) {
    assertArrayEquals(expected.logWeights(), actual.logWeights());
    assertEquals(expected.base(), actual.base());
    assertEquals(expected.reversed(), actual.reversed());
    assertArrayEquals(expected.states().toFloatArray(), actual.states().toFloatArray());
    assertEquals(expected.interval(), actual.interval());
    assertEquals(expected.warnings(), actual.warnings());
  }

  @Test
  void bothDirectionsOfARunHaveTheBitsOfOneProcess() {
    Rng rng = Rng.of(7);
    List<Ais.Estimate> up = new ArrayList<>();
    List<Ais.Estimate> down = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      up.add(ais(block).forward(rng.split(0).split(block)));
      Rng back = rng.split(1).split(block);
      int chains = up.getLast().logWeights().length;
      down.add(ais(block).reverse(rbm().reverseStart(chains, back.split("draws")), back));
    }
    Ais.Bracket z = annealing().both(rng);
    assertSame(Ais.Estimate.merged(up), z.up());
    assertSame(Ais.Estimate.merged(down), z.down());
    assertEquals(CHAINS, z.up().logWeights().length);
    double exact = rbm().exactLogPartition();
    assertEquals(exact, z.up().logZ(), 5 * z.up().standardError());
    assertEquals(exact, z.down().logZ(), 5 * z.down().standardError());
    assertSame(z.up(), annealing().forward(rng.split(0)));
  }

  /** −F of the rows' mean less log Z is the mean log-likelihood. */
  @Test
  void theFreeEnergyOfRowsHasAMean() {
    Tensor v = rbm().sample(30, Rng.of(8)).evaluate();
    float[] pixels = v.toFloatArray();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(RowFactory.create((Object) Arrays.copyOfRange(pixels, i * 784, (i + 1) * 784)));
    }
    StructType schema =
        new StructType().add("pixels", DataTypes.createArrayType(DataTypes.FloatType));
    SparkModel model =
        SparkModel.of(run.folder().path()).setFeaturesCol("pixels").setAbility("freeEnergy");
    Estimate mean =
        SparkEvaluation.of(model)
            .evaluate(spark.createDataFrame(rows, schema))
            .estimate(SparkEvaluation.FREE_ENERGY);
    Estimate expected = Estimate.mean(rbm().freeEnergy(v).toDoubleArray());
    assertEquals(expected.value(), mean.value(), 1e-3);
    assertEquals(expected.error(), mean.error(), 1e-3);
  }

  @Test
  void annealingBackBeginsAtDrawsThatAreGiven() {
    Tensor draws = rbm().sample(10, Rng.of(3)).evaluate();
    Tensor rates = Objects.requireNonNull(run.baseRates());
    Ais ais = Ais.of(rbm().annealing(rates)).betas(BETAS);
    Ais.Estimate expected =
        Ais.Estimate.merged(
            List.of(
                ais.reverse(draws.slice(0, 0, 5), Rng.of(4).split(0)),
                ais.reverse(draws.slice(0, 5, 10), Rng.of(4).split(1))));
    assertSame(expected, annealing().blocks(2).samples(draws).reverse(Rng.of(4)));
  }

  /** From a normal distribution to another: log Z is known. */
  @Test
  void anyPathIsAnnealedAlong() {
    SparkAnnealing annealing =
        SparkAnnealing.of(
                spark,
                () ->
                    GeometricPath.hmc(
                        new Normal(Tensor.zeros(2), Tensor.ones(2)).independent(1),
                        x -> x.square().sum(1).mul(-2),
                        5,
                        0.2))
            .chains(200)
            .betas(Ais.even(0, 1, 50));
    Ais.Estimate z = annealing.forward(Rng.of(1));
    assertEquals(Math.log(Math.PI / 2), z.logZ(), 5 * z.standardError());
    DistributionException e =
        assertThrows(DistributionException.class, () -> annealing.reverse(Rng.of(1)));
    assertTrue(e.getMessage().contains("samples(draws)"), e.getMessage());
  }

  @Test
  void whatCannotBeAnnealedIsSaid() {
    DistributionException e =
        assertThrows(DistributionException.class, () -> annealing().chains(7).forward(Rng.of(1)));
    assertTrue(e.getMessage().contains("7 chains in 4 blocks"), e.getMessage());
    RecipeRun flow =
        Trained.run(
            folder.resolve("runs"),
            Recipes.named("flow-moons"),
            Map.of("steps", "20", "couplings", "2", "hidden", "8"));
    e =
        assertThrows(
            DistributionException.class, () -> SparkAnnealing.of(spark, flow.folder().path()));
    assertTrue(e.getMessage().contains("SparkAnnealing.of(session"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> annealing().betas(0, 0.5));
  }
}
