package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.model.EnergyModel;

/** What is checked of every machine with real-valued visible units. */
final class EnergyChecks {
  private static final double EDGE = 14;
  private static final int CELLS = 280;

  private EnergyChecks() {}

  static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64);
  }

  static Param param(Tensor value, DType dtype) {
    return Param.of(value.cast(dtype));
  }

  /** All points of a grid on the plane: {@code [points, 2]}. */
  private static Tensor grid() {
    int side = CELLS + 1;
    double[] points = new double[2 * side * side];
    for (int i = 0; i < side * side; i++) {
      points[2 * i] = EDGE * (2.0 * (i % side) / CELLS - 1);
      points[2 * i + 1] = EDGE * (2.0 * (i / side) / CELLS - 1);
    }
    return Tensor.of(points).reshape(side * side, 2);
  }

  /** log ∫ exp(−F(x)) dx on the plane; sums over a grid converge fast for what is smooth. */
  static double quadrature(UnaryOperator<Tensor> free) {
    double cell = 2 * EDGE / CELLS;
    return free.apply(grid()).neg().logSumExp(0).item() + 2 * Math.log(cell);
  }

  /** E x, E y, E x², E xy, E y² of the distribution on the plane. */
  static double[] moments(EnergyModel model) {
    Tensor x = grid();
    Tensor p = model.freeEnergy(x).neg().softmax(0).unsqueeze(1);
    return statistics(x).mul(p).sum(0).toDoubleArray();
  }

  private static Tensor statistics(Tensor x) {
    Tensor a = x.slice(1, 0, 1);
    Tensor b = x.slice(1, 1, 2);
    return Tensor.concat(1, java.util.List.of(a, b, a.square(), a.mul(b), b.square()));
  }

  /** Independent draws have these moments, up to 4.5 standard errors. */
  static void assertMoments(double[] expected, Tensor draws) {
    int n = draws.shape().dim(0);
    Tensor s = statistics(draws.cast(DType.F64));
    double[] mean = s.mean(0).toDoubleArray();
    double[] square = s.square().mean(0).toDoubleArray();
    for (int i = 0; i < mean.length; i++) {
      double error = Math.sqrt((square[i] - mean[i] * mean[i]) / n);
      assertEquals(expected[i], mean[i], 4.5 * error, "moment " + i);
    }
  }

  /** Gradients of the free energy by every parameter, and by x, against differences. */
  static void assertGradients(EnergyModel model, Tensor x) {
    Tensor share = normal(99, x.shape().dim(0));
    ToDoubleFunction<Tensor> f = v -> model.freeEnergy(v).mul(share).sum().item();
    for (Map.Entry<String, Param> e : Parameters.all(model).entrySet()) {
      Param p = e.getValue();
      Tensor at = p.value();
      Tensor way = at.normalLike(Rng.of(7));
      double slope =
          Autodiff.gradient(model.freeEnergy(x).mul(share).sum(), p).mul(way).sum().item();
      p.assign(at.add(way.mul(1e-5)).evaluate());
      double up = f.applyAsDouble(x);
      p.assign(at.sub(way.mul(1e-5)).evaluate());
      double down = f.applyAsDouble(x);
      p.assign(at);
      assertEquals(slope, (up - down) / 2e-5, 1e-7 * Math.max(1, Math.abs(slope)), e.getKey());
    }
    Tensor way = x.normalLike(Rng.of(8)).evaluate();
    double slope = Autodiff.gradient(model.freeEnergy(x).mul(share).sum(), x).mul(way).sum().item();
    double up = f.applyAsDouble(x.add(way.mul(1e-5)));
    double down = f.applyAsDouble(x.sub(way.mul(1e-5)));
    assertEquals(slope, (up - down) / 2e-5, 1e-7 * Math.max(1, Math.abs(slope)), "x");
  }

  /** All numbers are equal, as sums of logarithms of proportional densities are. */
  static void assertConstant(Tensor x) {
    double[] v = x.toDoubleArray();
    for (double each : v) {
      assertEquals(v[0], each, 1e-9);
    }
  }
}
