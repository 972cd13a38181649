package shinso.train.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.UserException;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

/** Models judged by their samples, and put in an order. */
@Tag("row-M1")
final class SamplesTest {
  private static Dataset data(Tensor x) {
    Column column = Column.floats("x", Shape.of(x.shape().dim(1)), x.toFloatArray());
    return InMemoryDataset.of("points", List.of(column));
  }

  private static Tensor normal(long seed, int n, int d) {
    return Tensor.normal(Rng.of(seed), n, d).evaluate();
  }

  @Test
  void aWindowIsAMixtureOfNormalDistributions() {
    Tensor samples = Tensor.of(new double[] {0, 0, 1, 2, -1, 3}, 3, 2);
    ParzenWindow window = new ParzenWindow(samples, 0.7);
    double[] x = {0.5, 1.5};
    double sum = 0;
    for (double[] s : new double[][] {{0, 0}, {1, 2}, {-1, 3}}) {
      double d = Math.pow(x[0] - s[0], 2) + Math.pow(x[1] - s[1], 2);
      sum += Math.exp(-d / (2 * .49)) / (2 * Math.PI * .49);
    }
    double found = window.logDensity(Tensor.of(x, 1, 2)).item();
    assertEquals(Math.log(sum / 3), found, 1e-6);
  }

  /** By the trapezoid rule on a grid of .01. */
  @Test
  void theDensityIntegratesToOne() {
    ParzenWindow window = new ParzenWindow(Tensor.of(new float[] {-1, 0.2f, 2}, 3, 1), 0.3);
    Tensor grid = Tensor.iota(1_000).cast(DType.F32).mul(0.01).sub(4.5).reshape(1_000, 1);
    assertEquals(1, window.logDensity(grid).exp().sum().item() * 0.01, 1e-5);
  }

  @Test
  void theWidthIsTheOneThatHeldOutExamplesLike() {
    Dataset validation = data(normal(2, 300, 3));
    double[] widths = {0.01, 0.1, 0.4, 1, 4};
    ParzenWindow best = ParzenWindow.fit(normal(1, 200, 3), widths, validation);
    double[] means =
        Arrays.stream(widths)
            .map(s -> new ParzenWindow(normal(1, 200, 3), s).mean(validation).value())
            .toArray();
    int position = Arrays.binarySearch(widths, best.sigma());
    assertEquals(Arrays.stream(means).max().orElseThrow(), means[position]);
    assertTrue(position > 0 && position < 4);
  }

  /** Why it is warned of: copies of the mean beat draws of the true distribution. */
  @Test
  void aWindowPrefersTheMeanToTrueSamples() {
    Dataset validation = data(normal(2, 200, 100));
    Dataset test = data(normal(3, 200, 100));
    double[] widths = {0.3, 0.5, 0.7, 1, 1.4};
    double truth = ParzenWindow.fit(normal(1, 1_000, 100), widths, validation).mean(test).value();
    double mean = ParzenWindow.fit(Tensor.zeros(1, 100), widths, validation).mean(test).value();
    assertTrue(mean > truth + 10, mean + " and " + truth);
  }

  @Test
  void copiesHaveTheirOriginalsAsNeighbours() {
    Tensor train = normal(1, 2_300, 8);
    int[] positions = {0, 999, 1_000, 2_299};
    Tensor copies = train.gather(0, Tensor.of(positions)).add(0.01);
    NearestNeighbours found = NearestNeighbours.of(copies, data(train));
    assertArrayEquals(positions, found.index());
    for (double d : found.distance()) {
      assertEquals(0.01 * Math.sqrt(8), d, 1e-3);
    }
    assertTrue(NearestNeighbours.of(normal(2, 50, 8), data(train)).mean().value() > 0.5);
    assertThrows(
        IllegalArgumentException.class, () -> NearestNeighbours.of(normal(2, 5, 7), data(train)));
  }

  @Test
  void onlyNumbersOfOneProtocolAreRanked() {
    Quantity q = Quantity.TEST_LOG_LIKELIHOOD;
    Protocol fixed = Protocol.on("binarized-mnist");
    Ranking ranking =
        Ranking.empty()
            .with("DBN", q.under(fixed.bound()), Estimate.exact(-86))
            .with("DRAW", q.under(fixed.bound()), Estimate.exact(-88))
            .with("VAE", q.under(fixed.bound()), Estimate.exact(-85));
    List<String> order = ranking.entries().stream().map(Ranking.Entry::model).toList();
    assertEquals(List.of("VAE", "DBN", "DRAW"), order);
    Estimate any = Estimate.exact(0);
    for (Protocol other :
        List.of(
            Protocol.on("mnist").redrawn().bound(),
            fixed.density().bound(),
            fixed,
            fixed.estimate(),
            Protocol.on("mnist").bound())) {
      assertThrows(UserException.class, () -> ranking.with("other", q.under(other), any));
    }
    assertThrows(UserException.class, () -> ranking.with("none", q, any));
    assertThrows(UserException.class, () -> ranking.with("accuracy", Quantity.TEST_ACCURACY, any));
    Ranking errors =
        Ranking.empty()
            .with("a", Quantity.smaller("error", ""), Estimate.exact(2))
            .with("b", Quantity.smaller("error", ""), Estimate.exact(1));
    assertEquals("b", errors.entries().getFirst().model());
  }

  @Test
  void badWindowsAreRefused() {
    Tensor one = Tensor.zeros(1, 2);
    assertThrows(IllegalArgumentException.class, () -> new ParzenWindow(one, 0));
    assertThrows(IllegalArgumentException.class, () -> new ParzenWindow(Tensor.zeros(0, 2), 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> ParzenWindow.fit(one, new double[0], data(normal(1, 3, 2))));
  }
}
