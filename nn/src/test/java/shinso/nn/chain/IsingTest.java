package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Estimators on the Ising model of a torus, whose normaliser Kaufman (1949) found. */
@Tag("row-I4")
class IsingTest {
  private static final long SEED = 20_261_206;
  private static final double CRITICAL = Math.log(1 + Math.sqrt(2)) / 2;

  /**
   * Spins s = 2 x − 1 of a square torus, log f_β = β K Σ s s' over neighbours, drawn as on a
   * chessboard: all white ones given the black ones, then the others.
   */
  private record Ising(int side, double coupling) implements Ais.Path {
    private Tensor spins(Tensor x) {
      return x.mul(2).sub(1).reshape(x.shape().dim(0), side, side);
    }

    private Tensor rolled(Tensor s, int axis) {
      return Tensor.concat(axis, List.of(s.slice(axis, 1, side), s.slice(axis, 0, 1)));
    }

    private Tensor unrolled(Tensor s, int axis) {
      return Tensor.concat(
          axis, List.of(s.slice(axis, side - 1, side), s.slice(axis, 0, side - 1)));
    }

    Tensor bonds(Tensor x) {
      Tensor s = spins(x);
      return s.mul(rolled(s, 1).add(rolled(s, 2))).sum(1, 2).mul(coupling);
    }

    @Override
    public Tensor start(int chains, Rng rng) {
      return Tensor.uniform(rng, chains, side * side).round().evaluate();
    }

    @Override
    public double logNormalizer() {
      return side * side * Math.log(2);
    }

    @Override
    public Tensor logWeight(Tensor x, Tensor beta) {
      return bonds(x).mul(beta);
    }

    @Override
    public Tensor transition(Tensor x, Tensor beta, Rng rng) {
      return half(half(x, 0, beta, rng.split(0)), 1, beta, rng.split(1));
    }

    @Override
    public Tensor reverse(Tensor x, Tensor beta, Rng rng) {
      return half(half(x, 1, beta, rng.split(1)), 0, beta, rng.split(0));
    }

    private Tensor half(Tensor x, int colour, Tensor beta, Rng rng) {
      Tensor s = spins(x);
      Tensor field =
          rolled(s, 1).add(unrolled(s, 1)).add(rolled(s, 2)).add(unrolled(s, 2)).flatten(1);
      Tensor drawn = field.mul(beta).mul(2 * coupling).sigmoid().bernoulli(rng);
      Tensor site = Tensor.iota(side * side);
      Tensor board = site.div(Tensor.of(new int[] {side})).add(site).mod(2);
      return Tensor.select(board.equal(colour), drawn, x);
    }
  }

  /** Kaufman, "Crystal statistics II" (1949), for a square torus. */
  private static double kaufman(int n, double k) {
    double[] terms = new double[4];
    double[] signs = {1, 1, 1, 1};
    for (int l = 0; l < 2 * n; l++) {
      double c = Math.cosh(2 * k) / Math.tanh(2 * k) - Math.cos(l * Math.PI / n);
      double gamma = l == 0 ? 2 * k + Math.log(Math.tanh(k)) : Math.log(c + Math.sqrt(c * c - 1));
      int at = l % 2 == 1 ? 0 : 2;
      double half = n * gamma / 2;
      terms[at] += Math.abs(half) + Math.log1p(Math.exp(-2 * Math.abs(half)));
      terms[at + 1] += Math.abs(half) + Math.log(-Math.expm1(-2 * Math.abs(half)));
      signs[at + 1] *= half < 0 ? -1 : 1;
    }
    double max = Math.max(terms[0], terms[2]);
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += terms[i] == Double.NEGATIVE_INFINITY ? 0 : signs[i] * Math.exp(terms[i] - max);
    }
    return max + Math.log(sum) - Math.log(2) + n * n * Math.log(2 * Math.sinh(2 * k)) / 2;
  }

  @ParameterizedTest
  @CsvSource({"0.3, 12.785523326", "0.44068679350977147, 15.521915459", "0.5, 17.105367119"})
  void theClosedFormIsTheSumOverAllStates(double k, double logZ) {
    assertEquals(logZ, kaufman(4, k), 1e-8);
    Ising ising = new Ising(4, k);
    assertEquals(logZ, Enumeration.of(16).logPartition(ising::bonds), 1e-5);
  }

  @Test
  void theClosedFormOfLargerOnes() {
    assertEquals(60.141780789, kaufman(8, CRITICAL), 1e-8);
    assertEquals(952.648079549, kaufman(32, CRITICAL), 1e-6);
  }

  @Test
  void annealingAtTheCriticalTemperature() {
    Ising ising = new Ising(8, CRITICAL);
    Ais ais = Ais.of(ising).chains(200).betas(Ais.even(0, 1, 300));
    // Draws of the target from a ladder of temperatures.
    Tempering ladder = Tempering.of(ising, 0, 0.4, 0.7, 0.85, 1);
    Tempering.Run run = ladder.run(ladder.start(200, Rng.of(SEED)), 150, 1, Rng.of(SEED + 1));
    Ais.Bracket z = ais.both(run.draws().at(0, 0).evaluate(), Rng.of(SEED + 2));
    assertEquals(60.141780789, z.up().logZ(), 4 * z.up().standardError());
    assertEquals(60.141780789, z.down().logZ(), 4 * z.down().standardError());
    assertTrue(z.up().standardError() < 0.1, "error " + z.up().standardError());
    assertTrue(z.warnings().isEmpty(), "warnings " + z.warnings());
  }

  /** ∂ log Z / ∂K is the mean of the bonds, at 4 x 4 by enumeration. */
  @Test
  void temperedChainsHaveTheEnergyOfTheClosedForm() {
    Ising ising = new Ising(4, 0.5);
    double slope = (kaufman(4, 0.5 + 1e-5) - kaufman(4, 0.5 - 1e-5)) / 2e-5;
    Tempering ladder = Tempering.of(ising, 4);
    Tempering.Run run = ladder.run(ladder.start(50, Rng.of(SEED)), 50, 150, Rng.of(SEED));
    Tensor all = run.draws().reshape(150 * 50, 16);
    Mixing m = Mixing.of(ising.bonds(all).div(0.5).reshape(150, 50));
    assertEquals(slope, m.mean(), 4 * m.standardError());
    assertTrue(m.isMixed(), "R̂ " + m.rHat());
  }
}
