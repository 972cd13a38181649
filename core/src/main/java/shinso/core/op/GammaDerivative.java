package shinso.core.op;

import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * How a gamma draw z moves with its shape parameter α: with F its distribution function and p its
 * density, dz/dα = −(∂F/∂α) / p(z), the derivative of the quantile function at a fixed F.
 *
 * <p>∂F/∂α = ∫₀ᶻ (log t − ψ(α)) p(t) dt, and the integral to ∞ is 0. With t = z eᵛ and p(t) / p(z)
 * written down, the gamma function cancels:
 *
 * <pre>
 * dz/dα = z s ∫₀ᵂ (log z − ψ(α) + s w) exp(−|z − α| w − z q(s w)) dw,   q(v) = eᵛ − 1 − v,
 * </pre>
 *
 * to the right (s = 1) where z ≥ α, else to the left (s = −1), so that the exponent falls from 0 on
 * and the terms have one sign. At W it is below −20, in F64 −40. The integral is taken by Gauss and
 * Legendre's rule, of which all derivatives are right as well.
 *
 * <p>Source: Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients" (2018), equation
 * 6.
 */
final class GammaDerivative {
  /**
   * A rule for an integral from 0 to 1.
   *
   * @param depth how far the exponent falls
   */
  private record Rule(double depth, double[] places, double[] weights) {
    static Rule of(int nodes, double depth) {
      double[] places = new double[nodes];
      double[] weights = new double[nodes];
      for (int i = 0; i < nodes; i++) {
        // A root of the Legendre polynomial by Newton's method.
        double x = Math.cos(Math.PI * (i + 0.75) / (nodes + 0.5));
        double slope = 1;
        for (int round = 0; round < 8; round++) {
          double before = 1;
          double p = x;
          for (int k = 2; k <= nodes; k++) {
            double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
            before = p;
            p = next;
          }
          slope = nodes * (x * p - before) / (x * x - 1);
          x -= p / slope;
        }
        // Squared, so that more of them lie near 0, where small parameters have a second scale.
        double u = 0.5 * (1 - x);
        places[i] = u * u;
        weights[i] = 2 * u / ((1 - x * x) * slope * slope);
      }
      return new Rule(depth, places, weights);
    }
  }

  private static final Rule SINGLE = Rule.of(24, 20);
  private static final Rule DOUBLE = Rule.of(48, 40);

  /** 1 / (i + 2)!, of q(v) / v². */
  private static final double[] SERIES = new double[13];

  static {
    double term = 1;
    for (int i = 0; i < SERIES.length; i++) {
      term /= i + 2;
      SERIES[i] = term;
    }
  }

  private GammaDerivative() {}

  /** Returns dz/dα of draws, 0 where a draw is. */
  static Tensor of(Tensor alpha, Tensor draw) {
    Tensor none = draw.equal(0);
    Tensor z = Tensor.select(none, 1, draw).unsqueeze(-1);
    Tensor a = alpha.unsqueeze(-1);
    Tensor distance = z.sub(a);
    Tensor right = distance.greaterEqual(0);
    Tensor side = Tensor.select(right, 1, z.fullLike(-1));
    Tensor away = distance.mul(side);
    Rule rule = z.dtype() == DType.F32 ? SINGLE : DOUBLE;
    Tensor width = width(z.stopGradient(), away.stopGradient(), right, rule.depth);

    Tensor w = width.mul(row(rule.places, z.dtype())); // [.., nodes]
    Tensor v = w.mul(side);
    Tensor exponent = away.mul(w).add(z.mul(beyondLinear(v))).neg();
    Tensor slope = logRatio(z, a, distance).add(aboveDigamma(a)).add(v);
    Tensor sum = slope.mul(exponent.exp()).mul(row(rule.weights, z.dtype())).sumKeep(-1);
    Tensor y = z.mul(side).mul(width).mul(sum).squeeze(-1);
    return Tensor.select(none, 0, y);
  }

  /** Where the exponent has fallen by the depth, not much farther than that. */
  private static Tensor width(Tensor z, Tensor away, Tensor right, double depth) {
    // To the left: q(−w) ≥ w² / (2 + 2 w / 3), which gives a quadratic equation.
    Tensor a = away.mul(2.0 / 3).add(z);
    Tensor b = away.mul(2).sub(2 * depth / 3);
    Tensor root = b.square().add(a.mul(8 * depth)).sqrt();
    Tensor left =
        Tensor.select(
            b.less(0),
            root.sub(b).div(a.mul(2)),
            b.maximum(0).add(root).reciprocal().mul(4 * depth));
    // To the right: q(w) ≥ w² / 2, and what eʷ alone gives.
    Tensor parabola =
        away.add(away.square().add(z.mul(2 * depth)).sqrt()).reciprocal().mul(2 * depth);
    Tensor steep = z.reciprocal().mul(depth);
    Tensor exponential = steep.add(steep.log1p().mul(2)).add(1).log1p();
    return Tensor.select(right, parabola.minimum(exponential), left);
  }

  /** eᵛ − 1 − v. */
  private static Tensor beyondLinear(Tensor v) {
    Tensor near = v.abs().less(0.5);
    Tensor small = Tensor.select(near, v, 0);
    Tensor sum = small.mul(SERIES[SERIES.length - 1]);
    for (int i = SERIES.length - 2; i > 0; i--) {
      sum = sum.add(SERIES[i]).mul(small);
    }
    return Tensor.select(near, sum.add(SERIES[0]).mul(small.square()), v.expm1().sub(v));
  }

  /** log(z / α). */
  private static Tensor logRatio(Tensor z, Tensor alpha, Tensor distance) {
    Tensor relative = distance.div(alpha);
    Tensor near = relative.abs().less(0.5);
    return Tensor.select(
        near, Tensor.select(near, relative, 0).log1p(), Tensor.select(near, 1, z.div(alpha)).log());
  }

  /** log α − ψ(α). */
  private static Tensor aboveDigamma(Tensor alpha) {
    Tensor large = alpha.greater(64);
    Tensor inverse = Tensor.select(large, alpha, 64).reciprocal();
    Tensor square = inverse.square();
    Tensor far =
        inverse
            .mul(0.5)
            .add(square.mul(square.mul(square.mul(1.0 / 252).sub(1.0 / 120)).add(1.0 / 12)));
    Tensor small = Tensor.select(large, 64, alpha);
    return Tensor.select(large, far, small.log().sub(small.digamma()));
  }

  private static Tensor row(double[] values, DType dtype) {
    if (dtype == DType.F64) {
      return Tensor.of(values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(floats);
  }
}
