package shinso.zoo.autoencoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Steps by hand, gradients through walks, and labels. */
final class GenerativeStochasticNetworkTest {
  private static final Tensor X = Tensor.of(new double[] {1, 0, 1, 1, 0, 0, 1, 0}, 2, 4);
  private static final Tensor LABEL = Tensor.of(new int[] {2, 0}, 2);

  private static GenerativeStochasticNetwork small(Corruption corruption, double noise) {
    return new GenerativeStochasticNetwork(
        List.of(Slopes.param(1, 4, 3), Slopes.param(2, 3, 2)),
        List.of(Slopes.param(3, 4), Slopes.param(4, 3), Slopes.param(5, 2)),
        corruption,
        noise);
  }

  private static DiscriminativeGsn withLabels(Corruption corruption, double noise) {
    return new DiscriminativeGsn(
        small(corruption, noise), Slopes.param(6, 2, 3), Slopes.param(7, 3), 4);
  }

  private static double[][] rows(Param p) {
    int columns = p.shape().dim(1);
    double[] all = p.value().toDoubleArray();
    double[][] rows = new double[p.shape().dim(0)][columns];
    for (int i = 0; i < all.length; i++) {
      rows[i / columns][i % columns] = all[i];
    }
    return rows;
  }

  /** b + x W. */
  private static double[] up(double[] b, double[] x, double[][] w) {
    double[] a = b.clone();
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < a.length; j++) {
        a[j] += x[i] * w[i][j];
      }
    }
    return a;
  }

  /** b + h Wᵀ. */
  private static double[] down(double[] b, double[] h, double[][] w) {
    double[] a = b.clone();
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < h.length; j++) {
        a[i] += h[j] * w[i][j];
      }
    }
    return a;
  }

  private static double[] tanh(double[] a) {
    double[] h = a.clone();
    for (int i = 0; i < a.length; i++) {
      h[i] = Math.tanh(a[i]);
    }
    return h;
  }

  /** Two steps without noise: odd layers first, from the layers on both sides. */
  @Test
  void stepsByHand() {
    GenerativeStochasticNetwork gsn = small(Corruption.none(), 0);
    double[][] w1 = rows(gsn.weights().get(0));
    double[][] w2 = rows(gsn.weights().get(1));
    double[] b0 = gsn.biases().get(0).value().toDoubleArray();
    double[] b1 = gsn.biases().get(1).value().toDoubleArray();
    double[] b2 = gsn.biases().get(2).value().toDoubleArray();
    List<Tensor> h = gsn.start(X);
    double[] h2 = new double[2];
    for (int k = 0; k < 2; k++) {
      double[] x = h.getFirst().at(0, 0).toDoubleArray();
      double[] h1 = tanh(down(up(b1, x, w1), h2, w2));
      h2 = tanh(up(b2, h1, w2));
      h = gsn.update(h, null, Rng.of(9).split(k));
      assertArrayEquals(h1, h.get(1).at(0, 0).toDoubleArray(), 1e-12);
      assertArrayEquals(h2, h.get(2).at(0, 0).toDoubleArray(), 1e-12);
      assertArrayEquals(down(b0, h1, w1), gsn.visible(h).at(0, 0).toDoubleArray(), 1e-12);
    }
  }

  @Test
  void noiseIsAddedBeforeAndAfterTheFunction() {
    GenerativeStochasticNetwork gsn = small(Corruption.none(), 2);
    Tensor many = X.slice(0, 0, 1).tile(0, 20_000);
    Tensor h2 = gsn.update(gsn.start(many), null, Rng.of(1)).get(2);
    // Var tanh(a + 2 η) is between 0.5 and 1, and the second noise adds 4 to it.
    double variance = h2.at(1, 0).variance().item();
    assertEquals(4.75, variance, 0.45);
    Tensor h1 = gsn.update(gsn.start(many), null, Rng.of(1)).get(1);
    assertEquals(0, h1.at(1, 0).variance().item(), 1e-12, "none in the first layer");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void gradientsThroughWalks(int steps) {
    GenerativeStochasticNetwork gsn = small(Corruption.saltAndPepper(0.4), 0.7);
    Slopes.check(gsn, () -> gsn.loss(X, steps, Rng.of(2)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void gradientsWithLabels(double lambda) {
    DiscriminativeGsn gsn = withLabels(Corruption.saltAndPepper(0.4), 0.7);
    Slopes.check(gsn, () -> gsn.loss(X, LABEL, lambda, Rng.of(3)));
  }

  /** With all labels held the loss is λ times a reconstruction that depends on the label. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1})
  void gradientsWithHeldLabels(double held) {
    DiscriminativeGsn gsn = withLabels(Corruption.saltAndPepper(0.4), 0.7);
    Slopes.check(gsn.network(), () -> gsn.loss(X, LABEL, 0.5, held, Rng.of(3)));
    double[] one = gsn.loss(X, LABEL, 0.5, 1, Rng.of(3)).toDoubleArray();
    double[] half = gsn.loss(X, LABEL, 0.25, 1, Rng.of(3)).toDoubleArray();
    double[] other = gsn.loss(X, Tensor.of(new int[] {1, 0}, 2), 0.5, 1, Rng.of(3)).toDoubleArray();
    assertEquals(one[0], 2 * half[0], 1e-12);
    assertTrue(Math.abs(one[0] - other[0]) > 1e-6, "of another label");
    assertEquals(one[1], other[1], 1e-12);
  }

  /** λ weighs the two reconstructions; both chains draw the same. */
  @Test
  void theHybridLossIsAMixture() {
    DiscriminativeGsn gsn = withLabels(Corruption.saltAndPepper(0.4), 0.7);
    double[] generative = gsn.loss(X, LABEL, 1, Rng.of(4)).toDoubleArray();
    double[] half = gsn.loss(X, LABEL, 0.5, Rng.of(4)).toDoubleArray();
    double[] quarter = gsn.loss(X, LABEL, 0.25, Rng.of(4)).toDoubleArray();
    for (int i = 0; i < 2; i++) {
      double discriminative = 2 * half[i] - generative[i];
      assertEquals(0.25 * generative[i] + 0.75 * discriminative, quarter[i], 1e-12);
    }
  }

  private static DiscriminativeGsn knowingNothing() {
    return new DiscriminativeGsn(
        small(Corruption.masking(0.3), 1),
        Param.of(Slopes.random(6, 2, 3).mul(0).evaluate()),
        Param.of(Slopes.random(6, 3).mul(0).evaluate()),
        2);
  }

  /** Without weights to the label all classes cost log 3. */
  @Test
  void aLabelThatNothingIsKnownOf() {
    DiscriminativeGsn gsn = knowingNothing();
    double[] loss = gsn.loss(X, LABEL, 0, Rng.of(5)).toDoubleArray();
    assertEquals(Math.log(3), loss[0], 1e-12);
    assertArrayEquals(new double[6], gsn.logits(X).toDoubleArray(), 0);
  }

  /** A held label costs nothing, and others log 3 if nothing is known of them. */
  @Test
  void aShareOfTheLabelsIsHeld() {
    DiscriminativeGsn gsn = knowingNothing();
    int n = 2_000;
    Tensor loss = gsn.loss(X.tile(0, n / 2), LABEL.tile(0, n / 2), 0, 0.25, Rng.of(5)).evaluate();
    double share = 1 - loss.mean().item() / Math.log(3);
    assertEquals(0.25, share, 4 * Math.sqrt(0.25 * 0.75 / n));
  }

  @Test
  void joinedStatesAreTheLayers() {
    GenerativeStochasticNetwork gsn = small(Corruption.saltAndPepper(0.4), 0.7);
    Tensor states = gsn.chain().next(gsn.states(X), Rng.of(6));
    List<Tensor> h = gsn.update(gsn.start(X), null, Rng.of(6));
    assertArrayEquals(Tensor.concat(1, h).toDoubleArray(), states.toDoubleArray(), 0);
    assertArrayEquals(
        gsn.visible(h).sigmoid().toDoubleArray(), gsn.means(states).toDoubleArray(), 0);
  }

  @Test
  void givenUnitsAreHeld() {
    GenerativeStochasticNetwork gsn =
        GenerativeStochasticNetwork.of(
            List.of(4, 5, 3), Corruption.saltAndPepper(0.4), 1, Rng.of(1));
    Tensor x = Tensor.of(new float[] {1, 0, 1, 1, 0, 1, 0, 0}, 2, 4);
    Tensor known = Tensor.of(new float[] {1, 1, 0, 0}, 4);
    double[] y = gsn.complete(x, known, Rng.of(2)).toDoubleArray();
    for (int i : new int[] {0, 1, 4, 5}) {
      assertEquals(x.toDoubleArray()[i], y[i], "unit " + i);
    }
  }

  /**
   * Labels that drive all, in a network that has no noise but pixels' draws: class k holds h² at
   * ±1, and by way of h¹ pixels 0 and 1 follow it.
   */
  @Test
  void examplesOfAClassFollowIt() {
    GenerativeStochasticNetwork network =
        new GenerativeStochasticNetwork(
            List.of(
                Param.of(Tensor.of(new float[] {9, -9}, 2, 1)),
                Param.of(Tensor.of(new float[] {40}, 1, 1))),
            List.of(
                Param.of(Tensor.zeros(2)), Param.of(Tensor.zeros(1)), Param.of(Tensor.zeros(1))),
            Corruption.none(),
            0);
    DiscriminativeGsn gsn =
        new DiscriminativeGsn(
            network,
            Param.of(Tensor.of(new float[] {200, -200}, 1, 2)),
            Param.of(Tensor.zeros(2)),
            4);
    assertEquals(2, gsn.classes());
    Tensor x = gsn.sampleGiven(Tensor.of(new int[] {0, 1, 0}, 3), Rng.of(1));
    assertArrayEquals(new double[] {1, 0, 0, 1, 1, 0}, x.toDoubleArray(), 1e-3);
  }

  @Test
  void wrongNumbers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new GenerativeStochasticNetwork(List.of(), List.of(), Corruption.none(), 1));
    DiscriminativeGsn gsn = withLabels(Corruption.none(), 0);
    assertThrows(IllegalArgumentException.class, () -> gsn.loss(X, LABEL, 1.5, Rng.of(1)));
    assertThrows(IllegalArgumentException.class, () -> gsn.loss(X, LABEL, 0.5, -1, Rng.of(1)));
  }
}
