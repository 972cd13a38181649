package shinso.zoo.backprop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A fully connected network and its gradient by the delta rule, on plain arrays and without
 * automatic differentiation: teaching code, that reads like the derivation (Rumelhart, Hinton and
 * Williams 1986; Taki, "Introduction to deep learning", section 6.2).
 *
 * <pre>
 * z⁽⁰⁾ = x,   u⁽ˡ⁾ = W⁽ˡ⁾ z⁽ˡ⁻¹⁾ + b⁽ˡ⁾,   z⁽ˡ⁾ = f⁽ˡ⁾(u⁽ˡ⁾)
 * δⱼ⁽ˡ⁾ = ∂E/∂uⱼ⁽ˡ⁾                                                    (6.12)
 * ∂E/∂wⱼᵢ⁽ˡ⁾ = δⱼ⁽ˡ⁾ zᵢ⁽ˡ⁻¹⁾                                            (6.13), (6.18)
 * δⱼ⁽ˡ⁾ = f′(uⱼ⁽ˡ⁾) Σₖ δₖ⁽ˡ⁺¹⁾ wₖⱼ⁽ˡ⁺¹⁾                                 (6.16)
 * </pre>
 *
 * @param layers the layers, the first one being l = 1
 * @param output what the network puts out and how wrong it is
 */
public record DeltaRule(List<Layer> layers, Output output) {
  /**
   * A layer.
   *
   * @param w W, {@code [out][in]}: the weights that lead into a unit are a row
   * @param b b, {@code [out]}
   * @param f the activation function; the last layer's is a part of the output
   */
  public record Layer(double[][] w, double[] b, Activation f) {}

  /**
   * An activation function with its derivative.
   *
   * @param f z = f(u)
   * @param derivative f′(u)
   */
  public record Activation(DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
    /** u. */
    public static final Activation IDENTITY = new Activation(u -> u, u -> 1);

    /** u². */
    public static final Activation SQUARE = new Activation(u -> u * u, u -> 2 * u);

    /** 1 / (1 + e⁻ᵘ), with σ′ = σ (1 − σ). */
    public static final Activation SIGMOID =
        new Activation(
            u -> 1 / (1 + Math.exp(-u)), u -> 1 / (1 + Math.exp(-u)) / (1 + Math.exp(u)));

    /** tanh u, with the derivative 1 − tanh² u. */
    public static final Activation TANH =
        new Activation(Math::tanh, u -> 1 - Math.tanh(u) * Math.tanh(u));

    /** max(u, 0). */
    public static final Activation RELU = new Activation(u -> Math.max(u, 0), u -> u > 0 ? 1 : 0);
  }

  /** How the last layer's inputs become an output, an error, and the first of the deltas. */
  public interface Output {
    /** Returns y for u⁽ᴸ⁾. */
    double[] y(double[] u);

    /** Returns E for an output and a target. */
    double error(double[] y, double[] t);

    /** Returns δ⁽ᴸ⁾ = ∂E/∂u⁽ᴸ⁾. */
    double[] delta(double[] u, double[] y, double[] t);

    /** Linear units with E = ½ Σ (y − t)²: δ = y − t. */
    Output LINEAR =
        new Canonical() {
          @Override
          public double[] y(double[] u) {
            return u.clone();
          }

          @Override
          public double error(double[] y, double[] t) {
            double e = 0;
            for (int j = 0; j < y.length; j++) {
              e += (y[j] - t[j]) * (y[j] - t[j]) / 2;
            }
            return e;
          }
        };

    /** Sigmoid units with E = −Σ (t log y + (1 − t) log(1 − y)): δ = y − t. */
    Output SIGMOID =
        new Canonical() {
          @Override
          public double[] y(double[] u) {
            return map(Activation.SIGMOID.f, u);
          }

          @Override
          public double error(double[] y, double[] t) {
            double e = 0;
            for (int j = 0; j < y.length; j++) {
              e -= t[j] * Math.log(y[j]) + (1 - t[j]) * Math.log(1 - y[j]);
            }
            return e;
          }
        };

    /** Softmax units with E = −Σ t log y: δ = y − t where the targets add up to 1. */
    Output SOFTMAX =
        new Canonical() {
          @Override
          public double[] y(double[] u) {
            double[] e = map(Math::exp, u);
            double sum = 0;
            for (double v : e) {
              sum += v;
            }
            double total = sum;
            return map(v -> v / total, e);
          }

          @Override
          public double error(double[] y, double[] t) {
            double e = 0;
            for (int j = 0; j < y.length; j++) {
              e -= t[j] * Math.log(y[j]);
            }
            return e;
          }
        };

    /**
     * Units with an activation function and an error of each: δⱼ = E′(yⱼ) f′(uⱼ).
     *
     * @param f gives the output
     * @param error gives an output's share in E; targets are not looked at
     */
    static Output of(Activation f, Activation error) {
      return new Output() {
        @Override
        public double[] y(double[] u) {
          return map(f.f, u);
        }

        @Override
        public double error(double[] y, double[] t) {
          double e = 0;
          for (double v : y) {
            e += error.f.applyAsDouble(v);
          }
          return e;
        }

        @Override
        public double[] delta(double[] u, double[] y, double[] t) {
          double[] delta = new double[u.length];
          for (int j = 0; j < u.length; j++) {
            delta[j] = error.derivative.applyAsDouble(y[j]) * f.derivative.applyAsDouble(u[j]);
          }
          return delta;
        }
      };
    }
  }

  /** Outputs whose error is the one that belongs to their function: δ = y − t. */
  private abstract static class Canonical implements Output {
    @Override
    public final double[] delta(double[] u, double[] y, double[] t) {
      double[] delta = new double[y.length];
      for (int j = 0; j < y.length; j++) {
        delta[j] = y[j] - t[j];
      }
      return delta;
    }
  }

  /**
   * What the way forward leaves behind.
   *
   * @param u u⁽¹⁾ to u⁽ᴸ⁾
   * @param z z⁽⁰⁾ = x to z⁽ᴸ⁾ = y
   */
  public record Forward(List<double[]> u, List<double[]> z) {
    /** Returns the output. */
    public double[] y() {
      return z.getLast();
    }
  }

  /**
   * What the way back gives.
   *
   * @param delta δ⁽¹⁾ to δ⁽ᴸ⁾, which are the gradients by the biases, too
   * @param w ∂E/∂W⁽¹⁾ to ∂E/∂W⁽ᴸ⁾
   */
  public record Backward(List<double[]> delta, List<double[][]> w) {}

  /** Returns u and z of all layers. */
  public Forward forward(double[] x) {
    List<double[]> us = new ArrayList<>();
    List<double[]> zs = new ArrayList<>(List.of(x));
    for (Layer layer : layers) {
      double[] z = zs.getLast();
      double[] u = layer.b.clone();
      for (int j = 0; j < u.length; j++) {
        for (int i = 0; i < z.length; i++) {
          u[j] += layer.w[j][i] * z[i];
        }
      }
      us.add(u);
      boolean last = us.size() == layers.size();
      zs.add(last ? output.y(u) : map(layer.f.f, u));
    }
    return new Forward(us, zs);
  }

  /** Returns E. */
  public double error(double[] x, double[] t) {
    return output.error(forward(x).y(), t);
  }

  /** Returns the deltas, from the output to the input, and with them the gradients. */
  public Backward backward(Forward forward, double[] t) {
    List<double[]> deltas = new ArrayList<>();
    List<double[][]> gradients = new ArrayList<>();
    double[] delta = output.delta(forward.u.getLast(), forward.y(), t);
    for (int l = layers.size(); l >= 1; l--) {
      if (l < layers.size()) {
        delta = back(delta, layers.get(l).w, forward.u.get(l - 1), layers.get(l - 1).f);
      }
      deltas.add(delta);
      gradients.add(outer(delta, forward.z.get(l - 1)));
    }
    Collections.reverse(deltas);
    Collections.reverse(gradients);
    return new Backward(deltas, gradients);
  }

  /** (6.16). */
  private static double[] back(double[] delta, double[][] w, double[] u, Activation f) {
    double[] before = new double[u.length];
    for (int j = 0; j < u.length; j++) {
      double sum = 0;
      for (int k = 0; k < delta.length; k++) {
        sum += delta[k] * w[k][j];
      }
      before[j] = f.derivative.applyAsDouble(u[j]) * sum;
    }
    return before;
  }

  /** δ zᵀ, (6.18). */
  private static double[][] outer(double[] delta, double[] z) {
    double[][] product = new double[delta.length][z.length];
    for (int j = 0; j < delta.length; j++) {
      for (int i = 0; i < z.length; i++) {
        product[j][i] = delta[j] * z[i];
      }
    }
    return product;
  }

  private static double[] map(DoubleUnaryOperator f, double[] u) {
    double[] z = new double[u.length];
    for (int j = 0; j < u.length; j++) {
      z[j] = f.applyAsDouble(u[j]);
    }
    return z;
  }
}
