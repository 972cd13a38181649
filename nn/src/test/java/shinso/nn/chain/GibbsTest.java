package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static shinso.nn.Failures.refusal;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class GibbsTest {
  private static final long SEED = 20_261_130;

  @Test
  void chainsHaveTheModelsMeans() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    double[] exact = Enumeration.of(6).sums(rbm::logWeight, v -> v).mean();
    int n = 20_000;
    Gibbs chains = Gibbs.of(Tensor.zeros(n, 6), rbm::gibbs);
    double[] mean = chains.run(50, Rng.of(SEED)).mean(0).toDoubleArray();
    for (int i = 0; i < 6; i++) {
      // Chains are independent, and after 50 steps forgot their start: four standard errors.
      assertEquals(exact[i], mean[i], 4 * Math.sqrt(exact[i] * (1 - exact[i]) / n));
    }
  }

  @Test
  void chainsGoOnFromWhereTheyAre() {
    Gibbs counting = Gibbs.of(Tensor.zeros(3, 2), (x, rng) -> x.add(1));
    counting.run(37, Rng.of(1));
    assertEquals(37, counting.states().value().max().item());
    counting.run(0, Rng.of(1));
    counting.run(16, Rng.of(1));
    assertEquals(53, counting.states().value().min().item());
    Tensor draws = counting.draws(3, 5, Rng.of(1));
    assertEquals(Shape.of(3, 3, 2), draws.shape());
    assertArrayEquals(new double[] {58, 63, 68}, draws.at(2, 0).at(1, 0).toDoubleArray());
    refusal(() -> counting.run(-1, Rng.of(1)));
    refusal(() -> counting.draws(0, 1, Rng.of(1)));
  }

  @Test
  void parametersAreReadWhenItRuns() {
    Param speed = Param.of(Tensor.scalar(1));
    Param state = Param.of(Tensor.zeros(1, 1));
    Gibbs chain = Gibbs.of(state, (x, rng) -> x.add(speed.value()));
    chain.run(20, Rng.of(1));
    speed.assign(Tensor.scalar(100));
    chain.run(20, Rng.of(1));
    assertEquals(2020, state.value().item());
  }

  @Test
  void theSameKeyGivesTheSameBitsAndEveryStepNewOnes() {
    SmallRbm rbm = SmallRbm.waves(6, 4, DType.F32);
    float[] one = Gibbs.of(Tensor.zeros(50, 6), rbm::gibbs).run(19, Rng.of(7)).toFloatArray();
    float[] two = Gibbs.of(Tensor.zeros(50, 6), rbm::gibbs).run(19, Rng.of(7)).toFloatArray();
    assertArrayEquals(one, two);
    Gibbs noise = Gibbs.of(Tensor.zeros(1, 64), (x, rng) -> x.uniformLike(rng));
    double[][] seen = new double[35][];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = noise.run(i % 2 == 0 ? 1 : 17, Rng.of(9).split(i)).toDoubleArray();
      for (int j = 0; j < i; j++) {
        assertEquals(false, Arrays.equals(seen[i], seen[j]));
      }
    }
    Tensor repeated = ((Transition) rbm::gibbs).repeat(Tensor.zeros(50, 6), 16, Rng.of(7).split(0));
    assertArrayEquals(
        Gibbs.of(Tensor.zeros(50, 6), rbm::gibbs).run(16, Rng.of(7)).toFloatArray(),
        repeated.toFloatArray());
  }

  @Test
  void aChainThatLeavesTheNumbersIsNamedAndNothingIsLost() {
    Tensor start = Tensor.of(new float[] {1, 1, 2}, 3, 1);
    Gibbs chains = Gibbs.of(start, (x, rng) -> x.square().square());
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> chains.run(16, Rng.of(1)));
    assertEquals(
        "gibbs: chain 2 left the finite numbers in step 1 to 16; look at the model's parameters",
        e.getMessage());
    assertArrayEquals(new float[] {1, 1, 2}, chains.states().value().toFloatArray());
    chains.run(3, Rng.of(1));
    IllegalStateException later =
        assertThrows(IllegalStateException.class, () -> chains.run(1, Rng.of(1)));
    assertEquals(
        "gibbs: chain 2 left the finite numbers in step 1; look at the model's parameters",
        later.getMessage());
  }
}
