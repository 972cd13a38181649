package shinso.nn.penalty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;

@Tag("row-C6")
class SoftWeightSharingTest {
  private static final double[] W = {-1.3, 0.02, 0.4, 0.9, -0.05, 1.1, 0.0};

  private static SoftWeightSharing prior(double floor) {
    return new SoftWeightSharing(
        Param.of(f64(-1, 0.1, 0.8)),
        Param.of(f64(-0.5, -2, -1.2)),
        Param.of(f64(0.3, 1, -0.4)),
        floor);
  }

  /** What equations 5.136 to 5.147 say, number by number. */
  private static final class Bishop {
    final double[] mu = {-1, 0.1, 0.8};
    final double[] sigma = new double[3];
    final double[] pi = new double[3];
    final double[][] gamma = new double[W.length][3];
    double omega;

    Bishop() {
      double[] xi = {-0.5, -2, -1.2};
      double[] eta = {0.3, 1, -0.4};
      double z = Math.exp(0.3) + Math.exp(1) + Math.exp(-0.4);
      for (int j = 0; j < 3; j++) {
        sigma[j] = Math.sqrt(Math.exp(xi[j]));
        pi[j] = Math.exp(eta[j]) / z;
      }
      for (int i = 0; i < W.length; i++) {
        double density = 0;
        for (int j = 0; j < 3; j++) {
          double d = (W[i] - mu[j]) / sigma[j];
          gamma[i][j] = pi[j] * Math.exp(-d * d / 2) / Math.sqrt(2 * Math.PI) / sigma[j];
          density += gamma[i][j];
        }
        for (int j = 0; j < 3; j++) {
          gamma[i][j] /= density;
        }
        omega -= Math.log(density);
      }
    }

    /** Equation 5.141. */
    double[] byWeights() {
      double[] g = new double[W.length];
      for (int i = 0; i < W.length; i++) {
        for (int j = 0; j < 3; j++) {
          g[i] += gamma[i][j] * (W[i] - mu[j]) / (sigma[j] * sigma[j]);
        }
      }
      return g;
    }

    /** Equation 5.142. */
    double[] byMeans() {
      double[] g = new double[3];
      for (int i = 0; i < W.length; i++) {
        for (int j = 0; j < 3; j++) {
          g[j] += gamma[i][j] * (mu[j] - W[i]) / (sigma[j] * sigma[j]);
        }
      }
      return g;
    }

    /** Equation 5.143 times dσ/dξ = σ / 2. */
    double[] byLogVariances() {
      double[] g = new double[3];
      for (int i = 0; i < W.length; i++) {
        for (int j = 0; j < 3; j++) {
          double d = W[i] - mu[j];
          double bySigma = gamma[i][j] * (1 / sigma[j] - d * d / Math.pow(sigma[j], 3));
          g[j] += bySigma * sigma[j] / 2;
        }
      }
      return g;
    }

    /** Equation 5.147. */
    double[] byLogits() {
      double[] g = new double[3];
      for (int i = 0; i < W.length; i++) {
        for (int j = 0; j < 3; j++) {
          g[j] += pi[j] - gamma[i][j];
        }
      }
      return g;
    }
  }

  @Test
  void gradientsAreThoseOfBishop() {
    Bishop expected = new Bishop();
    SoftWeightSharing prior = prior(0);
    Tensor w = f64(W);
    Tensor omega = prior.penalty(1, List.of(w));
    assertClose(expected.omega, omega, 1e-13);
    assertClose(0.3 * expected.omega, prior.penalty(0.3, List.of(w)), 1e-13);
    List<Tensor> g =
        Autodiff.gradients(omega, List.of(w, prior.means(), prior.logVariances(), prior.logits()));
    assertClose(expected.byWeights(), g.get(0), 1e-12);
    assertClose(expected.byMeans(), g.get(1), 1e-12);
    assertClose(expected.byLogVariances(), g.get(2), 1e-12);
    assertClose(expected.byLogits(), g.get(3), 1e-12);
    double[] gamma = prior.responsibilities(List.of(w)).toDoubleArray();
    for (int i = 0; i < W.length; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(expected.gamma[i][j], gamma[3 * i + j], 1e-13);
      }
    }
    assertClose(expected.pi, prior.mixing(), 1e-15);
    assertClose(expected.sigma, prior.deviations(), 1e-15);
  }

  @Test
  void derivativesAgreeWithDifferences() {
    List<Tensor> points =
        List.of(f64(W), f64(-1, 0.1, 0.8), f64(-0.5, -2, -1.2), f64(0.3, 1, -0.4));
    GradientCheck.run(
            in -> {
              // The formula, since a prior's parameters are cells.
              Tensor d = in.get(0).unsqueeze(1).sub(in.get(1)).square().mul(in.get(2).neg().exp());
              return in.get(3)
                  .logSoftmax(0)
                  .sub(d.add(in.get(2)).mul(0.5))
                  .logSumExp(1)
                  .sum()
                  .neg();
            },
            points,
            2,
            Rng.of(1))
        .requireBelow(1e-7);
  }

  /** Three clumps of weights, 300 of them. */
  private static Tensor clumps() {
    RandomGenerator random = Rng.of(7).generator();
    double[] w = new double[300];
    for (int i = 0; i < w.length; i++) {
      double u = random.nextDouble(-1, 1) + random.nextDouble(-1, 1) + random.nextDouble(-1, 1);
      w[i] = (i % 10 < 6 ? 0 : i % 10 < 8 ? -0.7 : 0.5) + 0.05 * u;
    }
    return f64(w);
  }

  private static SoftWeightSharing start() {
    return new SoftWeightSharing(
        Param.of(f64(-0.6, 0.1, 0.4)), Param.of(f64(-3, -3, -3)), Param.of(f64(0, 0, 0)), 0);
  }

  @Test
  void expectationMaximizationAgreesWithDescent() {
    Tensor w = clumps();
    SoftWeightSharing em = start();
    Program round =
        Program.of((in, rng) ->
            Step.of(em.expectationMaximization(in)).metric("omega", em.penalty(1, in)));
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 400; i++) {
      double omega = round.run(Rng.of(0), w).metric("omega").item();
      assertTrue(omega <= before + 1e-9, "round %d: %s after %s".formatted(i, omega, before));
      before = omega;
    }

    SoftWeightSharing descent = start();
    List<Param> theta = List.copyOf(Parameters.trainable(descent).values());
    Adam rule = Adam.of(Schedule.cosine(0.05, 0, 3_000));
    Program step =
        Program.of((in, rng) ->
            Step.of(rule.update(theta, Autodiff.gradients(descent.penalty(1, in), theta))));
    for (int i = 0; i < 3_000; i++) {
      step.run(Rng.of(0), w);
    }
    assertClose(em.penalty(1, List.of(w)).item(), descent.penalty(1, List.of(w)), 1e-8);
    assertClose(em.means().value().toDoubleArray(), descent.means().value(), 1e-4);
    assertClose(em.deviations().toDoubleArray(), descent.deviations(), 1e-4);
    assertClose(em.mixing().toDoubleArray(), descent.mixing(), 1e-4);
    assertClose(new double[] {-0.7, 0, 0.5}, em.means().value(), 0.03);
    assertArrayEquals(new int[] {60, 180, 60}, em.sizes(List.of(w)));
  }

  @Test
  void weightsAreDrawnToTheirGroups() {
    // With one group of fixed centre and width the penalty is weight decay towards the centre.
    SoftWeightSharing one =
        new SoftWeightSharing(Param.of(f64(0)), Param.of(f64(Math.log(0.25))), Param.of(f64(3)), 0);
    Tensor w = f64(W);
    assertClose(
        Autodiff.gradient(Penalties.l2(4, List.of(w)), w).toDoubleArray(),
        Autodiff.gradient(one.penalty(1, List.of(w)), w),
        1e-13);
  }

  @Test
  void aGroupNeverGetsNarrowerThanItsFloor() {
    SoftWeightSharing prior = prior(0.6);
    assertClose(
        new double[] {Math.exp(-0.25), 0.6, 0.6},
        prior.deviations(),
        1e-14); // exp(−1) and exp(−.6)
    SoftWeightSharing lone =
        new SoftWeightSharing(Param.of(f64(0, 5)), Param.of(f64(0, 0)), Param.of(f64(0, 0)), 1e-2);
    Program round = Program.of((in, rng) -> Step.of(lone.expectationMaximization(in)));
    Tensor w = f64(-0.3, -0.1, 0.1, 0.3, 5);
    for (int i = 0; i < 50; i++) {
      round.run(Rng.of(0), w);
    }
    assertClose(new double[] {Math.sqrt(0.05), 0.01}, lone.deviations(), 1e-9);
    assertTrue(Double.isFinite(lone.penalty(1, List.of(w)).item()));
  }

  @Test
  void aGroupThatLosesAllStaysFinite() {
    SoftWeightSharing prior =
        new SoftWeightSharing(
            Param.of(f64(0, 1e3)), Param.of(f64(0, -5)), Param.of(f64(0, 0)), 1e-3);
    Program round = Program.of((in, rng) -> Step.of(prior.expectationMaximization(in)));
    for (int i = 0; i < 5; i++) {
      round.run(Rng.of(0), f64(-0.3, 0.1, 0.2));
    }
    assertClose(new double[] {0, 1e3}, prior.means().value(), 1e-9);
    assertTrue(Double.isFinite(prior.penalty(1, List.of(f64(-0.3, 0.1, 0.2))).item()));
  }

  @Test
  void groupsBeginEvenlySpread() {
    SoftWeightSharing prior = SoftWeightSharing.of(3, 0.8);
    assertClose(new double[] {-0.8f, 0, 0.8f}, prior.means().value(), 0);
    assertClose(new double[] {0.8, 0.8, 0.8}, prior.deviations(), 1e-6);
    assertClose(new double[] {1.0 / 3, 1.0 / 3, 1.0 / 3}, prior.mixing(), 1e-6);
    assertClose(0, SoftWeightSharing.of(1, 2).means().value(), 0);
    assertEquals(
        List.of("means", "logVariances", "logits"),
        List.copyOf(Parameters.trainable(prior).keySet()));
  }

  @Test
  void wrongUse() {
    assertEquals(
        "soft weight-sharing: there are no weights",
        refusal(() -> prior(0).penalty(1, List.<Param>of())));
    assertEquals(
        "soft weight-sharing: the strength is not negative: -1.0",
        refusal(() -> prior(0).penalty(-1, List.of(f64(1)))));
    refusal(() -> SoftWeightSharing.of(0, 1));
    refusal(() -> SoftWeightSharing.of(3, 0));
    refusal(
        () -> new SoftWeightSharing(Param.of(f64(1, 2)), Param.of(f64(1)), Param.of(f64(1, 2)), 0));
    refusal(() -> prior(-1));
  }
}
