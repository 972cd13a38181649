package shinso.nn.distribution;

import shinso.core.tensor.Tensor;

/** Kullback–Leibler divergences with a closed form. */
public final class Kl {
  private Kl() {}

  /**
   * Returns Σ p log(p / q), the mean under p of log p(x) − log q(x), in nats: {@code [batch..]}.
   *
   * @throws UnsupportedOperationException if there is no closed form for this pair; there is for
   *     two of {@link Bernoulli}, {@link Categorical}, {@link Normal}, {@link MultivariateNormal},
   *     {@link Gamma}, {@link Laplace} or {@link Uniform}, and for two of these made {@link
   *     Independent}
   */
  public static Tensor of(Distribution p, Distribution q) {
    return switch (new Pair(p, q)) {
      case Pair(Bernoulli a, Bernoulli b) -> bernoulli(a, b);
      case Pair(Categorical a, Categorical b) -> categorical(a, b);
      case Pair(Normal a, Normal b) -> normal(a, b);
      case Pair(MultivariateNormal a, MultivariateNormal b) -> multivariateNormal(a, b);
      case Pair(Gamma a, Gamma b) -> gamma(a, b);
      case Pair(Laplace a, Laplace b) -> laplace(a, b);
      case Pair(Uniform a, Uniform b) -> uniform(a, b);
      case Pair(Independent a, Independent b) when a.axes() == b.axes() ->
          a.total(of(a.base(), b.base()));
      default ->
          throw new UnsupportedOperationException(
              "kl: no closed form for %s and %s; estimate it by the mean of p.logProbability(x) −"
                      .formatted(p.getClass().getSimpleName(), q.getClass().getSimpleName())
                  + " q.logProbability(x) over draws x of p");
    };
  }

  private record Pair(Distribution p, Distribution q) {}

  private static Tensor bernoulli(Bernoulli p, Bernoulli q) {
    // p log(p / q) + (1 − p) log((1 − p) / (1 − q)), with log p = −softplus(−z).
    Tensor a = p.logits();
    Tensor b = q.logits();
    Tensor ones = Parts.weighted(a.sigmoid(), b.neg().softplus().sub(a.neg().softplus()));
    Tensor zeros = Parts.weighted(a.neg().sigmoid(), b.softplus().sub(a.softplus()));
    return ones.add(zeros);
  }

  private static Tensor categorical(Categorical p, Categorical q) {
    if (p.classes() != q.classes()) {
      throw new IllegalArgumentException(
          "kl: %d and %d classes".formatted(p.classes(), q.classes()));
    }
    Tensor ratio = p.logits().logSoftmax(-1).sub(q.logits().logSoftmax(-1));
    return Parts.weighted(p.logits().softmax(-1).broadcastTo(ratio.shape()), ratio).sum(-1);
  }

  private static Tensor normal(Normal p, Normal q) {
    // ½ (σₚ² / σ_q² − 1 − log(σₚ² / σ_q²)) + ½ (μₚ − μ_q)² / σ_q²
    Tensor ratio = p.logScale().sub(q.logScale()).mul(2);
    Tensor distance = p.location().sub(q.location()).mul(q.logScale().neg().exp());
    return ratio.expm1().sub(ratio).add(distance.square()).mul(0.5);
  }

  private static Tensor multivariateNormal(MultivariateNormal p, MultivariateNormal q) {
    if (p.size() != q.size()) {
      throw new IllegalArgumentException(
          "kl: vectors of %d and %d elements".formatted(p.size(), q.size()));
    }
    // tr Σ_q⁻¹ Σₚ is the squared norm of L_q⁻¹ Lₚ, whose columns are found one by one.
    Tensor columns = MultivariateNormal.substitute(q.scale().unsqueeze(-3), p.lower().transpose());
    Tensor trace = columns.square().sum(-1, -2);
    Tensor distance = q.solve(p.location().sub(q.location())).square().sum(-1);
    Tensor logRatio = q.logDeterminant().sub(p.logDeterminant());
    return trace.add(distance).sub(p.size()).mul(0.5).add(logRatio);
  }

  private static Tensor gamma(Gamma p, Gamma q) {
    Tensor a = p.concentration();
    Tensor b = q.concentration();
    Tensor logRates = p.rate().log().sub(q.rate().log());
    return a.sub(b)
        .mul(a.digamma())
        .sub(a.lgamma())
        .add(b.lgamma())
        .add(b.mul(logRates))
        .add(a.mul(q.rate().div(p.rate()).sub(1)));
  }

  private static Tensor uniform(Uniform p, Uniform q) {
    // The logarithm of the ratio of lengths; ∞ if p reaches beyond q.
    Tensor ratio = q.high().sub(q.low()).log().sub(p.high().sub(p.low()).log());
    Tensor inside = p.low().greaterEqual(q.low()).and(p.high().lessEqual(q.high()));
    return Tensor.select(inside, ratio, Double.POSITIVE_INFINITY);
  }

  private static Tensor laplace(Laplace p, Laplace q) {
    // log(b_q / bₚ) + (bₚ e^(−d / bₚ) + d) / b_q − 1 with the distance d of the locations.
    Tensor d = p.location().sub(q.location()).abs();
    Tensor scale = p.logScale().exp();
    Tensor near = d.div(scale).neg().exp().mul(scale).add(d);
    return q.logScale().sub(p.logScale()).add(near.mul(q.logScale().neg().exp())).sub(1);
  }
}
