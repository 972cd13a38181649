package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.train.figure.Region;

/** A flow with drawn weights in double. */
@Tag("row-J6")
final class RealNvpTest {
  private static RealNvp small(int size, int layers) {
    List<RealNvp.Coupling> couplings =
        IntStream.range(0, layers)
            .mapToObj(i -> {
              Tensor scale = Tensor.of(new double[] {0.8, -0.5, 1.1}, 3).slice(0, 0, size);
              return new RealNvp.Coupling(
                  Differences.Mlp.of(10 * i, size, 5, 2 * size), Param.of(scale.evaluate()), i % 2);
            })
            .toList();
    return new RealNvp(couplings, size);
  }

  private static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  @Test
  void theDeterminantIsThatOfTheJacobian() {
    RealNvp flow = small(3, 4);
    Tensor x = normal(1, 5, 3);
    RealNvp.Mapped z = flow.map(x);
    Tensor jacobian = Autodiff.batchJacobian(z.value(), x); // [5, 3, 3]
    for (int i = 0; i < 5; i++) {
      Tensor j = jacobian.at(0, i);
      // det J Jᵀ is positive definite and has twice the logarithm.
      double expected = LinearAlgebra.logDeterminant(j.matmul(j.transpose()).evaluate()).item() / 2;
      assertEquals(expected, z.logDeterminant().at(0, i).item(), 1e-10);
    }
  }

  @Test
  void theGeneratorIsTheInverse() {
    RealNvp flow = small(3, 4);
    Tensor x = normal(2, 6, 3);
    assertArrayEquals(x.toDoubleArray(), flow.decode(flow.encode(x)).toDoubleArray(), 1e-12);
    assertArrayEquals(x.toDoubleArray(), flow.encode(flow.decode(x)).toDoubleArray(), 1e-12);
  }

  /** Every coupling leaves its half as it is. */
  @Test
  void aCouplingLeavesItsHalf() {
    RealNvp flow = small(3, 2);
    Tensor x = normal(3, 4, 3);
    Tensor first = flow.couplings().getFirst().forward(x).value();
    for (int i : new int[] {0, 2}) {
      assertArrayEquals(x.at(1, i).toDoubleArray(), first.at(1, i).toDoubleArray());
    }
    Tensor second = flow.couplings().getLast().forward(x).value();
    assertArrayEquals(x.at(1, 1).toDoubleArray(), second.at(1, 1).toDoubleArray());
  }

  /** Sums over a grid converge fast for what is smooth. */
  @Test
  void theDensityIntegratesToOneAndIsThatOfTheSamples() {
    RealNvp flow = small(2, 4);
    int side = 801;
    double edge = 16;
    double[] points = new double[2 * side * side];
    for (int i = 0; i < side * side; i++) {
      points[2 * i] = edge * (2.0 * (i % side) / (side - 1) - 1);
      points[2 * i + 1] = edge * (2.0 * (i / side) / (side - 1) - 1);
    }
    Tensor x = Tensor.of(points, side * side, 2);
    double cell = Math.pow(2 * edge / (side - 1), 2);
    Tensor p = flow.logProbability(x).exp().mul(cell).evaluate();
    assertEquals(1, p.sum().item(), 1e-6);

    int n = 100_000;
    Tensor draws = flow.decode(normal(5, n, 2)).evaluate();
    for (int axis = 0; axis < 2; axis++) {
      double mean = x.at(1, axis).mul(p).sum().item();
      double square = x.at(1, axis).square().mul(p).sum().item();
      double fourth = x.at(1, axis).square().square().mul(p).sum().item();
      assertEquals(
          mean, draws.at(1, axis).mean().item(), 4 * Math.sqrt((square - mean * mean) / n));
      assertEquals(
          square,
          draws.at(1, axis).square().mean().item(),
          4 * Math.sqrt((fourth - square * square) / n));
    }
  }

  @Test
  void gradients() {
    RealNvp flow = small(3, 3);
    Tensor x = normal(6, 4, 3);
    Differences.assertGradients(flow, () -> flow.logProbability(x).mean());
    GradientCheck.run(in -> flow.logProbability(in.getFirst()), List.of(x), 2, Rng.of(7))
        .requireBelow(1e-6);
  }

  /** The density of the moons, which the flow is held against, is one. */
  @Test
  void theMoonsHaveADensity() {
    Region region = Region.of(-2, 3, -1.5, 2).resolution(251, 176);
    Tensor p = Moons.logDensity(region.points()).exp();
    assertEquals(1, p.sum().item() * 0.02 * 0.02, 1e-4);
  }

  @Test
  void quantilesOfTheNormalDistribution() {
    assertEquals(0, Latents.quantile(0.5), 1e-5);
    assertEquals(1.959964, Latents.quantile(0.975), 1e-5);
    assertEquals(-1.281552, Latents.quantile(0.1), 1e-5);
  }
}
