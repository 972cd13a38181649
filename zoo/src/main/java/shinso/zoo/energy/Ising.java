package shinso.zoo.energy;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;

/**
 * The Ising model as a Boltzmann machine without hidden units: spins s = 2x − 1 of ±1 with p(s) ∝
 * exp(Σ K sᵢ sⱼ) over the pairs that are connected, K being coupling over temperature.
 *
 * <pre>
 * K s s' = 4K x x' − 2K x − 2K x' + K
 * </pre>
 *
 * @param machine of units 0 and 1
 * @param offset what log Z of the spins has more than that of the machine
 */
public record Ising(BoltzmannMachine machine, double offset) {
  /** Returns spins on a graph. */
  public static Ising of(Connections graph, double coupling) {
    int n = graph.units();
    float[] bias = new float[n];
    for (int i = 0; i < n; i++) {
      bias[i] = (float) (-2 * coupling * graph.degree(i));
    }
    BoltzmannMachine machine =
        new BoltzmannMachine(
            Param.of(Tensor.zeros(n, n).add(4 * coupling)), Param.of(Tensor.of(bias)), graph, n);
    return new Ising(machine, coupling * graph.pairs());
  }

  /**
   * Returns the model of Curie and Weiss, in which every two spins are connected: p(s) ∝ exp(β (Σ
   * s)² / 2n).
   */
  public static Ising curieWeiss(int spins, double beta) {
    Ising pairs = of(Connections.complete(spins), beta / spins);
    return new Ising(pairs.machine, pairs.offset + beta / 2); // Each spin with itself.
  }

  /** Returns log Z of {@link #curieWeiss}: log Σₖ C(n, k) exp(β (2k − n)² / 2n). */
  public static double logPartitionOfCurieWeiss(int spins, double beta) {
    double[] logs = new double[spins + 1];
    double choose = 0;
    for (int k = 0; k <= spins; k++) {
      double m = 2.0 * k - spins;
      logs[k] = choose + beta * m * m / (2 * spins);
      choose += Math.log(spins - k) - Math.log(k + 1);
    }
    double max = Arrays.stream(logs).max().orElseThrow();
    return max + Math.log(Arrays.stream(logs).map(l -> Math.exp(l - max)).sum());
  }

  /**
   * Returns log Z of a torus of m x n spins in the closed form of Kaufman, "Crystal statistics. II"
   * (1949), equation 39:
   *
   * <pre>
   * Z = ½ (2 sinh 2K)^{mn/2} (Πᵣ 2 cosh m γ₂ᵣ₊₁/2 + Πᵣ 2 sinh m γ₂ᵣ₊₁/2
   *                           + Πᵣ 2 cosh m γ₂ᵣ/2   + Πᵣ 2 sinh m γ₂ᵣ/2),   r = 0 … n − 1
   * cosh γₗ = cosh 2K coth 2K − cos(π l / n),   γ₀ = 2K + log tanh K
   * </pre>
   */
  public static double logPartitionOfTorus(int rows, int columns, double coupling) {
    double k = coupling;
    IntToDoubleFunction gamma =
        l -> {
          double c = Math.cosh(2 * k) / Math.tanh(2 * k) - Math.cos(Math.PI * l / columns);
          // γ₀ has a sign; at the critical point rounding may bring the others below 1.
          return l == 0
              ? 2 * k + Math.log(Math.tanh(k))
              : Math.log(c + Math.sqrt(Math.max(0, c * c - 1)));
        };
    double[] logs = new double[4];
    double[] signs = {1, 1, 1, 1};
    for (int r = 0; r < columns; r++) {
      for (int even = 0; even < 2; even++) {
        double x = rows * gamma.applyAsDouble(2 * r + 1 - even) / 2;
        double size = Math.abs(x);
        logs[2 * even] += size + Math.log1p(Math.exp(-2 * size)); // log 2 cosh x
        logs[2 * even + 1] += size + Math.log(-Math.expm1(-2 * size)); // log |2 sinh x|
        signs[2 * even + 1] *= Math.signum(x);
      }
    }
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += signs[i] == 0 ? 0 : signs[i] * Math.exp(logs[i] - logs[0]);
    }
    return -Math.log(2)
        + rows * columns / 2.0 * Math.log(2 * Math.sinh(2 * k))
        + logs[0]
        + Math.log(sum);
  }

  /** Returns the coupling of the phase transition of an infinite lattice, ½ log(1 + √2). */
  public static double criticalCoupling() {
    return Math.log1p(Math.sqrt(2)) / 2;
  }
}
