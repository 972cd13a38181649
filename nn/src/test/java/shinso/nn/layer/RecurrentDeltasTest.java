package shinso.nn.layer;

import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * Back-propagation through time with the deltas written out by hand, in loops over numbers, against
 * automatic differentiation. The error is E = ½ Σ_t |y_t − d_t|² of one sequence.
 */
final class RecurrentDeltasTest {
  private static final long SEED = 20_261_129;
  private static final int TIME = 5;
  private static final int IN = 3;
  private static final int HIDDEN = 4;
  private static final int OUT = 2;

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** A row vector times a matrix whose columns begin at an offset. */
  private static double dot(double[] row, double[][] matrix, int column) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * matrix[i][column];
    }
    return sum;
  }

  /** The matrix of a parameter. */
  private static double[][] matrix(Param p) {
    return rows(p.value());
  }

  private static double[][] rows(Tensor t) {
    double[] all = t.toDoubleArray();
    int columns = t.shape().dim(-1);
    double[][] rows = new double[all.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Adds a product of a signal and a delta to the derivative by the weight between them. */
  private static void add(double[][] gradient, double[] signal, double[] delta, int column) {
    for (int i = 0; i < signal.length; i++) {
      for (int j = 0; j < delta.length; j++) {
        gradient[i][column + j] += signal[i] * delta[j];
      }
    }
  }

  private static void assertGradients(
      Recurrent layer, Tensor x, Tensor d, List<Param> params, List<double[]> expected) {
    Tensor y = layer.forward(x, Pass.inference());
    Tensor e = y.sub(d).square().sum().mul(0.5);
    List<Tensor> gradients = Autodiff.gradients(e, params);
    for (int i = 0; i < params.size(); i++) {
      assertClose(expected.get(i), gradients.get(i), 1e-12);
    }
  }

  @Test
  @Tag("row-F1")
  void networkWithBothFeedbacks() {
    FeedbackRnn net =
        new FeedbackRnn(
            param(DType.F64, SEED, IN, HIDDEN),
            param(DType.F64, SEED + 1, HIDDEN, HIDDEN),
            param(DType.F64, SEED + 2, OUT, HIDDEN),
            param(DType.F64, SEED + 3, HIDDEN),
            param(DType.F64, SEED + 4, HIDDEN, OUT),
            param(DType.F64, SEED + 5, OUT),
            Activation.TANH,
            Activation.SIGMOID);
    double[][] win = matrix(net.inputWeight());
    double[][] w = matrix(net.hiddenWeight());
    double[][] back = matrix(net.feedbackWeight()); // W̃
    double[][] wout = matrix(net.outputWeight());
    double[] b = net.bias().value().toDoubleArray();
    double[] c = net.outputBias().value().toDoubleArray();
    Tensor input = random(DType.F64, SEED + 6, 1, TIME, IN);
    Tensor target = random(DType.F64, SEED + 7, 1, TIME, OUT);
    double[][] x = rows(input);
    double[][] d = rows(target);

    // u^t = W_in x^t + W z^{t−1} + W̃ y^{t−1},  z^t = f(u^t),  v^t = W_out z^t,  y^t = f_out(v^t)
    double[][] z = new double[TIME + 1][HIDDEN]; // z[0] before the first step
    double[][] y = new double[TIME + 1][OUT];
    for (int t = 1; t <= TIME; t++) {
      for (int j = 0; j < HIDDEN; j++) {
        double u = dot(x[t - 1], win, j) + dot(z[t - 1], w, j) + dot(y[t - 1], back, j) + b[j];
        z[t][j] = Math.tanh(u);
      }
      for (int k = 0; k < OUT; k++) {
        y[t][k] = sigmoid(dot(z[t], wout, k) + c[k]);
      }
    }
    assertClose(
        flat(Arrays.copyOfRange(y, 1, TIME + 1)), net.forward(input, Pass.inference()), 1e-12);

    double[][] gin = new double[IN][HIDDEN];
    double[][] gw = new double[HIDDEN][HIDDEN];
    double[][] gback = new double[OUT][HIDDEN];
    double[][] gb = new double[1][HIDDEN];
    double[][] gout = new double[HIDDEN][OUT];
    double[][] gc = new double[1][OUT];
    double[] one = {1};
    double[] later = new double[HIDDEN]; // δ^{t+1}
    for (int t = TIME; t > 0; t--) {
      double[] deltaOut = new double[OUT];
      for (int k = 0; k < OUT; k++) {
        double sum = y[t][k] - d[t - 1][k];
        for (int j = 0; j < HIDDEN; j++) {
          sum += back[k][j] * later[j];
        }
        deltaOut[k] = sum * y[t][k] * (1 - y[t][k]);
      }
      // δ_j^t = (Σ_k w_kj^out δ_k^{out,t} + Σ_j' w_jj' δ_j'^{t+1}) f'(u_j^t)
      double[] delta = new double[HIDDEN];
      for (int j = 0; j < HIDDEN; j++) {
        double sum = 0;
        for (int k = 0; k < OUT; k++) {
          sum += wout[j][k] * deltaOut[k];
        }
        for (int i = 0; i < HIDDEN; i++) {
          sum += w[j][i] * later[i];
        }
        delta[j] = sum * (1 - z[t][j] * z[t][j]);
      }
      add(gin, x[t - 1], delta, 0);
      add(gw, z[t - 1], delta, 0);
      add(gback, y[t - 1], delta, 0);
      add(gb, one, delta, 0);
      add(gout, z[t], deltaOut, 0);
      add(gc, one, deltaOut, 0);
      later = delta;
    }
    assertGradients(
        net,
        input,
        target,
        List.of(
            net.inputWeight(),
            net.hiddenWeight(),
            net.feedbackWeight(),
            net.bias(),
            net.outputWeight(),
            net.outputBias()),
        List.of(flat(gin), flat(gw), flat(gback), flat(gb), flat(gout), flat(gc)));
  }

  /** With the letters of the source: s is the cell, z the output, I, F, O the gates, u goes in. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("row-F4")
  void longShortTermMemory(boolean peepholes) {
    Lstm plain =
        new Lstm(
            param(DType.F64, SEED, IN, 4 * HIDDEN),
            param(DType.F64, SEED + 1, HIDDEN, 4 * HIDDEN),
            param(DType.F64, SEED + 2, 4 * HIDDEN));
    Param peephole = param(DType.F64, SEED + 3, 3, HIDDEN);
    Lstm net =
        peepholes
            ? new Lstm(plain.inputWeight(), plain.hiddenWeight(), plain.bias(), peephole)
            : plain;
    double[][] win = matrix(net.inputWeight());
    double[][] w = matrix(net.hiddenWeight());
    double[] b = net.bias().value().toDoubleArray();
    double[][] p = peepholes ? matrix(peephole) : new double[3][HIDDEN];
    Tensor input = random(DType.F64, SEED + 6, 1, TIME, IN);
    Tensor target = random(DType.F64, SEED + 7, 1, TIME, HIDDEN);
    double[][] x = rows(input);
    double[][] d = rows(target);

    double[][] gi = new double[TIME + 2][HIDDEN];
    double[][] gf = new double[TIME + 2][HIDDEN]; // 0 behind the last step
    double[][] go = new double[TIME + 2][HIDDEN];
    double[][] fu = new double[TIME + 2][HIDDEN];
    double[][] s = new double[TIME + 2][HIDDEN];
    double[][] z = new double[TIME + 2][HIDDEN];
    for (int t = 1; t <= TIME; t++) {
      for (int j = 0; j < HIDDEN; j++) {
        double[] u = new double[4];
        for (int g = 0; g < 4; g++) {
          int column = g * HIDDEN + j;
          u[g] = dot(x[t - 1], win, column) + dot(z[t - 1], w, column) + b[column];
        }
        gi[t][j] = sigmoid(u[0] + p[0][j] * s[t - 1][j]);
        gf[t][j] = sigmoid(u[1] + p[1][j] * s[t - 1][j]);
        fu[t][j] = Math.tanh(u[2]);
        s[t][j] = gi[t][j] * fu[t][j] + gf[t][j] * s[t - 1][j];
        go[t][j] = sigmoid(u[3] + p[2][j] * s[t][j]);
        z[t][j] = go[t][j] * Math.tanh(s[t][j]);
      }
    }

    double[][] gradIn = new double[IN][4 * HIDDEN];
    double[][] gradW = new double[HIDDEN][4 * HIDDEN];
    double[][] gradB = new double[1][4 * HIDDEN];
    double[][] gradP = new double[3][HIDDEN];
    double[] one = {1};
    double[] later = new double[4 * HIDDEN]; // δ^{I,t+1}, δ^{F,t+1}, δ^{t+1}, δ^{O,t+1}
    double[] laterCell = new double[HIDDEN]; // δ^{C,t+1}
    for (int t = TIME; t > 0; t--) {
      double[] delta = new double[4 * HIDDEN];
      double[] cell = new double[HIDDEN];
      for (int j = 0; j < HIDDEN; j++) {
        double error = z[t][j] - d[t - 1][j]; // by z_j^t
        for (int i = 0; i < 4 * HIDDEN; i++) {
          error += w[j][i] * later[i];
        }
        double fs = Math.tanh(s[t][j]);
        double o = go[t][j] * (1 - go[t][j]) * fs * error;
        cell[j] =
            go[t][j] * (1 - fs * fs) * error
                + gf[t + 1][j] * laterCell[j]
                + p[0][j] * later[j]
                + p[1][j] * later[HIDDEN + j]
                + p[2][j] * o;
        delta[j] = gi[t][j] * (1 - gi[t][j]) * fu[t][j] * cell[j];
        delta[HIDDEN + j] = gf[t][j] * (1 - gf[t][j]) * s[t - 1][j] * cell[j];
        delta[2 * HIDDEN + j] = gi[t][j] * (1 - fu[t][j] * fu[t][j]) * cell[j];
        delta[3 * HIDDEN + j] = o;
        gradP[0][j] += delta[j] * s[t - 1][j];
        gradP[1][j] += delta[HIDDEN + j] * s[t - 1][j];
        gradP[2][j] += o * s[t][j];
      }
      add(gradIn, x[t - 1], delta, 0);
      add(gradW, z[t - 1], delta, 0);
      add(gradB, one, delta, 0);
      later = delta;
      laterCell = cell;
    }
    List<Param> params = List.of(net.inputWeight(), net.hiddenWeight(), net.bias());
    assertGradients(net, input, target, params, List.of(flat(gradIn), flat(gradW), flat(gradB)));
    if (peepholes) {
      assertGradients(net, input, target, List.of(peephole), List.of(flat(gradP)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("row-F5")
  void gatedUnits(boolean before) {
    Param c = param(DType.F64, SEED + 3, HIDDEN);
    Gru net =
        new Gru(
            param(DType.F64, SEED, IN, 3 * HIDDEN),
            param(DType.F64, SEED + 1, HIDDEN, 3 * HIDDEN),
            param(DType.F64, SEED + 2, 3 * HIDDEN),
            before ? null : c);
    double[][] w = matrix(net.inputWeight()); // n, r, z
    double[][] u = matrix(net.hiddenWeight()); // r, z, n
    double[] b = net.bias().value().toDoubleArray();
    double[] cs = c.value().toDoubleArray();
    Tensor input = random(DType.F64, SEED + 6, 1, TIME, IN);
    Tensor target = random(DType.F64, SEED + 7, 1, TIME, HIDDEN);
    double[][] x = rows(input);
    double[][] d = rows(target);

    int two = 2 * HIDDEN;
    double[][] r = new double[TIME + 1][HIDDEN];
    double[][] z = new double[TIME + 1][HIDDEN];
    double[][] n = new double[TIME + 1][HIDDEN];
    double[][] recalled = new double[TIME + 1][HIDDEN]; // U h^{t−1}, or U (r h^{t−1})
    double[][] reset = new double[TIME + 1][HIDDEN]; // r h^{t−1}
    double[][] h = new double[TIME + 1][HIDDEN];
    for (int t = 1; t <= TIME; t++) {
      double[] in = x[t - 1];
      double[] old = h[t - 1];
      for (int j = 0; j < HIDDEN; j++) {
        r[t][j] = sigmoid(dot(in, w, HIDDEN + j) + b[HIDDEN + j] + dot(old, u, j));
        z[t][j] = sigmoid(dot(in, w, two + j) + b[two + j] + dot(old, u, HIDDEN + j));
        reset[t][j] = r[t][j] * old[j];
      }
      for (int j = 0; j < HIDDEN; j++) {
        recalled[t][j] = dot(before ? reset[t] : old, u, two + j);
        double inside = before ? recalled[t][j] : r[t][j] * (recalled[t][j] + cs[j]);
        n[t][j] = Math.tanh(dot(in, w, j) + b[j] + inside);
        h[t][j] = (1 - z[t][j]) * n[t][j] + z[t][j] * old[j];
      }
    }
    assertClose(
        flat(Arrays.copyOfRange(h, 1, TIME + 1)), net.forward(input, Pass.inference()), 1e-12);

    double[][] gw = new double[IN][3 * HIDDEN];
    double[][] gu = new double[HIDDEN][3 * HIDDEN];
    double[][] gb = new double[1][3 * HIDDEN];
    double[][] gc = new double[1][HIDDEN];
    double[] one = {1};
    double[] later = new double[HIDDEN]; // what later steps say of h^t
    for (int t = TIME; t > 0; t--) {
      double[] dn = new double[HIDDEN];
      double[] dz = new double[HIDDEN];
      double[] through = new double[HIDDEN]; // what goes into the product with U of n
      double[] old = h[t - 1];
      double[] earlier = new double[HIDDEN];
      for (int j = 0; j < HIDDEN; j++) {
        double error = h[t][j] - d[t - 1][j] + later[j];
        dn[j] = error * (1 - z[t][j]) * (1 - n[t][j] * n[t][j]);
        dz[j] = error * (old[j] - n[t][j]) * z[t][j] * (1 - z[t][j]);
        through[j] = before ? dn[j] : dn[j] * r[t][j];
        earlier[j] = error * z[t][j];
      }
      double[] dr = new double[HIDDEN];
      for (int j = 0; j < HIDDEN; j++) {
        double product = 0; // U of n times what came through
        for (int i = 0; i < HIDDEN; i++) {
          product += u[j][two + i] * through[i];
        }
        double byReset = before ? product * old[j] : dn[j] * (recalled[t][j] + cs[j]);
        dr[j] = byReset * r[t][j] * (1 - r[t][j]);
        earlier[j] += before ? product * r[t][j] : product;
      }
      for (int j = 0; j < HIDDEN; j++) {
        for (int i = 0; i < HIDDEN; i++) {
          earlier[j] += u[j][i] * dr[i] + u[j][HIDDEN + i] * dz[i];
        }
      }
      add(gw, x[t - 1], dn, 0);
      add(gw, x[t - 1], dr, HIDDEN);
      add(gw, x[t - 1], dz, two);
      add(gb, one, dn, 0);
      add(gb, one, dr, HIDDEN);
      add(gb, one, dz, two);
      add(gu, old, dr, 0);
      add(gu, old, dz, HIDDEN);
      add(gu, before ? reset[t] : old, through, two);
      add(gc, one, through, 0);
      later = earlier;
    }
    List<Param> params = List.of(net.inputWeight(), net.hiddenWeight(), net.bias());
    assertGradients(net, input, target, params, List.of(flat(gw), flat(gu), flat(gb)));
    if (!before) {
      assertGradients(net, input, target, List.of(c), List.of(flat(gc)));
    }
  }
}
