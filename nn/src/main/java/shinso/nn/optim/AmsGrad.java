package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * AMSGrad: Adam whose rates never grow, since it divides by the largest average of squared
 * gradients so far.
 *
 * <pre>
 * m ← β₁ m + (1 − β₁) g
 * v ← β₂ v + (1 − β₂) g²
 * h ← max(h, v)
 * θ ← θ − η m / (√h + ε)
 * </pre>
 *
 * <p>So the paper has it, without the corrections of the averages' first steps, which are then up
 * to 3.2 η long. {@link #biasCorrected} divides m by 1 − β₁ᵗ and h by 1 − β₂ᵗ, as libraries do.
 *
 * <p>Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond" (2018), algorithm 2.
 */
public final class AmsGrad implements Optimizer {
  private final Schedule rate;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final boolean corrected;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private AmsGrad(
      Schedule rate,
      double beta1,
      double beta2,
      double epsilon,
      boolean corrected,
      OptimizerState.Decay decay) {
    OptimizerState.requireShares("amsgrad", "betas", beta1, beta2);
    OptimizerState.requireEpsilon("amsgrad", epsilon);
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.corrected = corrected;
    this.decay = decay;
    this.state = new OptimizerState("amsgrad", List.of("m", "v", "h"), rate, decay);
  }

  /** Returns AMSGrad with a constant learning rate, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static AmsGrad of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns AMSGrad with a learning rate η, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static AmsGrad of(Schedule rate) {
    return new AmsGrad(rate, 0.9, 0.999, 1e-8, false, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with other decay rates of the averages.
   *
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  public AmsGrad betas(double beta1, double beta2) {
    return new AmsGrad(rate, beta1, beta2, epsilon, corrected, decay);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public AmsGrad epsilon(double epsilon) {
    return new AmsGrad(rate, beta1, beta2, epsilon, corrected, decay);
  }

  /** Returns a fresh optimiser that corrects the averages of the first steps as Adam does. */
  public AmsGrad biasCorrected() {
    return new AmsGrad(rate, beta1, beta2, epsilon, true, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ θ in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public AmsGrad weightDecay(double lambda, Predicate<Param> which) {
    return new AmsGrad(
        rate, beta1, beta2, epsilon, corrected, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (theta, g, s, now) -> {
          Tensor m = s.get(0).mul(beta1).add(g.mul(1 - beta1));
          Tensor v = s.get(1).mul(beta2).add(g.square().mul(1 - beta2));
          Tensor h = s.get(2).maximum(v);
          Tensor eta = now.rate();
          Tensor root = h.sqrt();
          if (corrected) {
            eta = eta.div(OptimizerState.oneMinusPower(beta1, now.t()));
            root = root.mul(OptimizerState.oneMinusPower(beta2, now.t()).sqrt().reciprocal());
          }
          return List.of(theta.sub(eta.mul(m).div(root.add(epsilon))), m, v, h);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
