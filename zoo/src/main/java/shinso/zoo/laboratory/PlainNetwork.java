package shinso.zoo.laboratory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import shinso.core.program.Param;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;

/**
 * A classifier of layers of rectifiers, written on plain arrays: everything that gradient descent
 * is, in loops. For reading, and for holding the framework against.
 *
 * <pre>
 * forward   h⁰ = x,  uˡ = hˡ⁻¹ Wˡ + bˡ,  hˡ = max(0, uˡ),  y = softmax(uᴸ)
 * loss      −log y_t, the mean over the examples
 * backward  δᴸ = y − onehot(t),  δˡ = (Wˡ⁺¹ δˡ⁺¹) [uˡ > 0]
 * gradients ∂Wˡ = (hˡ⁻¹)ᵀ δˡ,  ∂bˡ = δˡ
 * update    W ← W − η ∂W,  b ← b − η ∂b
 * </pre>
 *
 * <p>Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors"
 * (1986).
 */
public final class PlainNetwork {
  /** Wˡ, one row for each input: {@code [layer][in][out]}. */
  private final float[][][] weights;

  /** bˡ: {@code [layer][out]}. */
  private final float[][] biases;

  private final float[][][] weightGradients;
  private final float[][] biasGradients;

  /** hˡ of one example, the input first: {@code [layer + 1][units]}. */
  private final float[][] h;

  /** δˡ of one example: {@code [layer][out]}. */
  private final float[][] delta;

  private PlainNetwork(float[][][] weights, float[][] biases) {
    int layers = weights.length;
    this.weights = weights;
    this.biases = biases;
    weightGradients = new float[layers][][];
    biasGradients = new float[layers][];
    h = new float[layers + 1][];
    delta = new float[layers][];
    for (int l = 0; l < layers; l++) {
      weightGradients[l] = new float[weights[l].length][biases[l].length];
      biasGradients[l] = new float[biases[l].length];
      h[l + 1] = new float[biases[l].length];
      delta[l] = new float[biases[l].length];
    }
  }

  /**
   * Returns a copy of a network of the framework.
   *
   * @param network dense layers with rectifiers in between
   * @throws IllegalArgumentException if its parameters are not weights and biases by turns
   */
  public static PlainNetwork copyOf(Layer network) {
    SequencedMap<String, Param> all = Parameters.all(network);
    List<Param> params = new ArrayList<>(all.values());
    for (int i = 0; i < params.size(); i++) {
      if (params.get(i).shape().rank() != 2 - i % 2 || params.size() % 2 != 0) {
        throw new IllegalArgumentException(
            "plain arrays are for dense layers with weight and bias, not for " + all.keySet());
      }
    }
    int layers = params.size() / 2;
    float[][][] weights = new float[layers][][];
    float[][] biases = new float[layers][];
    for (int l = 0; l < layers; l++) {
      Param w = params.get(2 * l);
      weights[l] = rows(w.value().toFloatArray(), w.shape().dim(0));
      biases[l] = params.get(2 * l + 1).value().toFloatArray();
    }
    return new PlainNetwork(weights, biases);
  }

  /** Cuts an array into rows. */
  static float[][] rows(float[] values, int rows) {
    int width = values.length / rows;
    float[][] cut = new float[rows][];
    Arrays.setAll(cut, i -> Arrays.copyOfRange(values, i * width, (i + 1) * width));
    return cut;
  }

  /**
   * Makes one step of gradient descent.
   *
   * @param x the examples, {@code [n][inputs]}
   * @param t their classes, {@code [n]}
   * @param rate η
   * @return the loss before the step
   */
  public double step(float[][] x, int[] t, double rate) {
    clearGradients();
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      forward(x[i]);
      loss += loss(t[i]);
      backward(t[i]);
    }
    descend((float) (rate / x.length));
    return loss / x.length;
  }

  /** Returns the class that is the most probable one for an example. */
  public int predict(float[] x) {
    forward(x);
    float[] u = h[h.length - 1];
    int best = 0;
    for (int k = 1; k < u.length; k++) {
      best = u[k] > u[best] ? k : best;
    }
    return best;
  }

  private void clearGradients() {
    for (int l = 0; l < weights.length; l++) {
      for (float[] row : weightGradients[l]) {
        Arrays.fill(row, 0);
      }
      Arrays.fill(biasGradients[l], 0);
    }
  }

  private void forward(float[] x) {
    h[0] = x;
    for (int l = 0; l < weights.length; l++) {
      float[] u = h[l + 1];
      System.arraycopy(biases[l], 0, u, 0, u.length);
      for (int i = 0; i < h[l].length; i++) {
        float value = h[l][i];
        if (value != 0) { // most pixels and many rectifiers are 0
          float[] w = weights[l][i];
          for (int j = 0; j < u.length; j++) {
            u[j] += value * w[j];
          }
        }
      }
      if (l < weights.length - 1) {
        for (int j = 0; j < u.length; j++) {
          u[j] = Math.max(0, u[j]);
        }
      }
    }
  }

  /** Turns the outputs into probabilities y, kept as δᴸ; returns −log y_t. */
  private double loss(int t) {
    float[] u = h[h.length - 1];
    float[] y = delta[delta.length - 1];
    float max = u[0];
    for (float value : u) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (float value : u) {
      sum += Math.exp(value - max);
    }
    for (int k = 0; k < u.length; k++) {
      y[k] = (float) (Math.exp(u[k] - max) / sum);
    }
    return Math.log(sum) - (u[t] - max);
  }

  private void backward(int t) {
    delta[delta.length - 1][t] -= 1;
    for (int l = weights.length - 1; l >= 0; l--) {
      float[] d = delta[l];
      for (int j = 0; j < d.length; j++) {
        biasGradients[l][j] += d[j];
      }
      for (int i = 0; i < h[l].length; i++) {
        float value = h[l][i];
        if (value != 0) {
          float[] g = weightGradients[l][i];
          for (int j = 0; j < d.length; j++) {
            g[j] += value * d[j];
          }
        }
        if (l > 0) {
          delta[l - 1][i] = value > 0 ? dot(weights[l][i], d) : 0;
        }
      }
    }
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  private void descend(float rate) {
    for (int l = 0; l < weights.length; l++) {
      for (int i = 0; i < weights[l].length; i++) {
        for (int j = 0; j < biases[l].length; j++) {
          weights[l][i][j] -= rate * weightGradients[l][i][j];
        }
      }
      for (int j = 0; j < biases[l].length; j++) {
        biases[l][j] -= rate * biasGradients[l][j];
      }
    }
  }
}
