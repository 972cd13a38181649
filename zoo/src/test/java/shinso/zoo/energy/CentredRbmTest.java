package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.optim.Sgd;

@Tag("row-I3")
final class CentredRbmTest {
  private static final int V = 6;
  private static final int H = 4;

  private static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64);
  }

  private static CentredRbm machine() {
    return new CentredRbm(
        Param.of(normal(1, V, H)),
        Param.of(normal(2, V)),
        Param.of(normal(3, H)),
        Param.of(normal(4, V).sigmoid()),
        Param.of(normal(5, H).sigmoid()),
        0.3);
  }

  private static Tensor states() {
    return Enumeration.exact(V).states();
  }

  private static double[] probabilities(GibbsModel model) {
    return Enumeration.exact(V).probabilities(v -> model.freeEnergy(v).neg());
  }

  @Test
  void theFreeEnergyIsTheSumOverHiddenStates() {
    CentredRbm rbm = machine();
    double[] sum = Enumeration.exact(H).freeEnergy(rbm, states()).toDoubleArray();
    assertArrayEquals(sum, rbm.freeEnergy(states()).toDoubleArray(), 1e-12);
    double[] mean =
        Enumeration.exact(H)
            .posterior(rbm, states())
            .matmul(Enumeration.exact(H).states())
            .toDoubleArray();
    assertArrayEquals(mean, rbm.hidden(states()).toDoubleArray(), 1e-12);
  }

  @Test
  void thePlainMachineHasTheSameProbabilities() {
    CentredRbm rbm = machine();
    assertArrayEquals(probabilities(rbm), probabilities(rbm.plain()), 1e-13);
    assertArrayEquals(
        rbm.visible(Enumeration.exact(H).states()).toDoubleArray(),
        rbm.plain().visible(Enumeration.exact(H).states()).toDoubleArray(),
        1e-13);
  }

  /** Offsets move a part of the way to the means, and no probability changes. */
  @Test
  void recentringChangesNoProbability() {
    CentredRbm rbm = machine();
    double[] before = probabilities(rbm);
    Tensor v = states().slice(0, 3, 20);
    double[] mu = rbm.visibleOffset().value().toDoubleArray();
    double[] mean = v.mean(0).toDoubleArray();
    Tensor over = rbm.hidden(v).mean(0).sub(rbm.hiddenOffset().value()).mul(0.3);
    double[] lambda = rbm.hiddenOffset().value().add(over).toDoubleArray();
    Program.compile((Tensor x) -> Step.of(rbm.recentred(x))).run(v);
    assertArrayEquals(before, probabilities(rbm), 1e-13);
    double[] expected = mu.clone();
    Arrays.setAll(expected, i -> mu[i] + 0.3 * (mean[i] - mu[i]));
    assertArrayEquals(expected, rbm.visibleOffset().value().toDoubleArray(), 1e-14);
    assertArrayEquals(lambda, rbm.hiddenOffset().value().toDoubleArray(), 1e-14);
  }

  /** ∂F/∂W = −(v − μ)(p(h | v) − λ)ᵀ, ∂F/∂b = −(v − μ), ∂F/∂c = −(p(h | v) − λ). */
  @Test
  void gradientsAreThoseOfCentredVariables() {
    CentredRbm rbm = machine();
    Tensor v = states().slice(0, 37, 38);
    List<Tensor> g =
        Autodiff.gradients(
            rbm.freeEnergy(v).sum(), List.of(rbm.weight(), rbm.visibleBias(), rbm.hiddenBias()));
    Tensor dv = v.sub(rbm.visibleOffset().value());
    Tensor dh = rbm.hidden(v).sub(rbm.hiddenOffset().value());
    assertArrayEquals(
        dv.transpose().matmul(dh).neg().toDoubleArray(), g.get(0).toDoubleArray(), 1e-13);
    assertArrayEquals(dv.neg().toDoubleArray(), g.get(1).toDoubleArray(), 1e-13);
    assertArrayEquals(dh.neg().toDoubleArray(), g.get(2).toDoubleArray(), 1e-13);
  }

  /** With 0 and 1 in turn, W, b negated and μ turned, energies and gradients are the same. */
  @Test
  @Tag("row-I4")
  void flippedDataIsLearnedAlike() {
    CentredRbm rbm = machine();
    CentredRbm other =
        new CentredRbm(
            Param.of(rbm.weight().value().neg()),
            Param.of(rbm.visibleBias().value().neg()),
            Param.of(rbm.hiddenBias().value()),
            Param.of(rbm.visibleOffset().value().rsub(1)),
            Param.of(rbm.hiddenOffset().value()),
            0.3);
    Tensor v = states();
    Tensor flipped = v.rsub(1);
    assertArrayEquals(
        rbm.freeEnergy(v).toDoubleArray(), other.freeEnergy(flipped).toDoubleArray(), 1e-12);
    Tensor share = Tensor.iota(64).cast(DType.F64).sin();
    Tensor a = Autodiff.gradient(rbm.freeEnergy(v).mul(share).sum(), rbm.weight());
    Tensor b = Autodiff.gradient(other.freeEnergy(flipped).mul(share).sum(), other.weight());
    assertArrayEquals(a.neg().toDoubleArray(), b.toDoubleArray(), 1e-12);
  }

  /** Offsets are saved, follow the data, and no rule moves them. */
  @Test
  void learningMovesOffsetsByTheirOwnRule() {
    CentredRbm rbm = CentredRbm.of(Tensor.zeros(V).add(0.5), H, 0.1, Rng.of(1));
    ContrastiveDivergence learner = ContrastiveDivergence.of(rbm, 1, Sgd.of(0.1));
    assertEquals(5, learner.model().size());
    Tensor ones = Tensor.ones(10, V);
    Program step = Program.of(learner::train);
    for (int i = 0; i < 3; i++) {
      step.run(Rng.of(i), ones);
    }
    double[] mu = rbm.visibleOffset().value().toDoubleArray();
    assertEquals(1 - 0.5 * Math.pow(0.9, 3), mu[0], 1e-6);
    double[] lambda = rbm.hiddenOffset().value().toDoubleArray();
    assertEquals(true, Arrays.stream(lambda).allMatch(x -> x > 0 && x < 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> CentredRbm.of(Tensor.zeros(V).add(0.5), H, 1.5, Rng.of(1)));
  }
}
