package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class TemperingTest {
  private static final long SEED = 20_261_204;

  /** W = w everywhere: half of the mass has few units on, half has many. */
  private static SmallRbm twoModes() {
    int v = 12;
    int h = 12;
    double w = 0.9;
    return new SmallRbm(
        Tensor.full(Shape.of(v, h), w),
        Tensor.full(Shape.of(v), -w * h / 2),
        Tensor.full(Shape.of(h), -w * v / 2),
        Tensor.zeros(v));
  }

  @Test
  void chainsReachBothModes() {
    SmallRbm rbm = twoModes();
    double exact = Enumeration.of(12).sums(rbm::logWeight, v -> v).mean()[0];
    assertEquals(0.5, exact, 1e-4);
    int n = 60;
    Tensor off = Tensor.zeros(n, 12);
    // Gibbs sampling stays where it began.
    double stuck = Gibbs.of(off, rbm::gibbs).run(200, Rng.of(SEED)).mean().item();
    assertTrue(stuck < 0.15, "mean " + stuck);
    Tempering ladder = Tempering.of(rbm, 6);
    Tensor start = Tensor.zeros(6, n, 12);
    Tempering.Run run = ladder.run(start, 150, 250, Rng.of(SEED));
    Mixing m = Mixing.of(run.draws().mean(2));
    assertEquals(exact, m.mean(), 4 * m.standardError());
    assertTrue(m.isMixed() && m.standardError() < 0.03, "mixing " + m);
    for (double rate : run.swaps()) {
      assertTrue(rate > 0.2 && rate <= 1, "rate " + rate);
    }
    assertEquals(Shape.of(6, n, 12), run.states().shape());
  }

  /** Exact draws at each β are exact draws after a move. */
  @Test
  void aMoveLeavesTheDistributionsAsTheyAre() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    int n = 30_000;
    double[] betas = {0, 0.3, 0.6, 1};
    Tensor[] exact = new Tensor[4];
    double[][] means = new double[4][];
    for (int i = 0; i < 4; i++) {
      Tensor beta = Tensor.scalar(betas[i]);
      double[] p = Enumeration.of(6).probabilities(v -> rbm.logWeight(v, beta));
      Tensor logits = Tensor.of(p).cast(DType.F32).log();
      Tensor rows = logits.unsqueeze(0).tile(0, n).categorical(Rng.of(SEED + i));
      exact[i] = Enumeration.of(6).states().gather(0, rows);
      means[i] = Enumeration.of(6).sums(v -> rbm.logWeight(v, beta), v -> v).mean();
    }
    Tempering.Move move =
        Tempering.of(rbm, betas).move(Tensor.stack(0, List.of(exact)).evaluate(), Rng.of(7));
    double[] after = move.states().mean(1).toDoubleArray();
    for (int i = 0; i < 24; i++) {
      double mean = means[i / 6][i % 6];
      assertEquals(mean, after[i], 4 * Math.sqrt(mean * (1 - mean) / n), "unit " + i);
    }
    assertTrue(IntStream.range(0, 3).allMatch(i -> move.swaps().at(0, i).item() < 0.99));
  }

  @Test
  void runsAsChainsThatKeepTheirStates() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    Tempering ladder = Tempering.of(rbm, 3);
    Gibbs chains = Gibbs.of(ladder.start(50, Rng.of(1)), ladder);
    assertEquals(Shape.of(50, 6), ladder.target(chains.run(20, Rng.of(2))).shape());
  }

  @Test
  void saysWhatDoesNotFit() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    refusal(() -> Tempering.of(rbm, 1));
    refusal(() -> Tempering.of(rbm, 0, 0.5));
    refusal(() -> Tempering.of(rbm, 0.5, 0.5, 1));
    refusal(() -> Tempering.of(rbm, 3).move(Tensor.zeros(2, 5, 6), Rng.of(1)));
    refusal(() -> Tempering.of(rbm, 3).run(Tensor.zeros(3, 5, 6), 0, 0, Rng.of(1)));
  }
}
