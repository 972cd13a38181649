package shinso.nn.optim;

import shinso.nn.optim.OptimizersTest.Slope;

/** Three steps of the rules with a rate for each direction, written out with plain numbers. */
final class Formulas {
  private Formulas() {}

  static double[] adagrad(double w, Slope e, double[] eta, double epsilon, double lambda) {
    double s = 0;
    double[] path = new double[3];
    for (int t = 0; t < 3; t++) {
      double g = e.at(w);
      s += g * g;
      w = w - eta[t] * g / (Math.sqrt(s) + epsilon) - eta[t] * lambda * w;
      path[t] = w;
    }
    return path;
  }

  static double[] rmsProp(
      double w,
      Slope e,
      double[] eta,
      double rho,
      double epsilon,
      double mu,
      boolean centred,
      double lambda) {
    double v = 0;
    double m = 0;
    double d = 0;
    double[] path = new double[3];
    for (int t = 0; t < 3; t++) {
      double g = e.at(w);
      v = rho * v + (1 - rho) * g * g;
      m = rho * m + (1 - rho) * g;
      double spread = centred ? v - m * m : v;
      d = mu * d - eta[t] * g / Math.sqrt(spread + epsilon);
      w = w + d - eta[t] * lambda * w;
      path[t] = w;
    }
    return path;
  }

  static double[] adadelta(
      double w, Slope e, double[] eta, double rho, double epsilon, double lambda) {
    double v = 0;
    double u = 0;
    double[] path = new double[3];
    for (int t = 0; t < 3; t++) {
      double g = e.at(w);
      v = rho * v + (1 - rho) * g * g;
      double d = -Math.sqrt(u + epsilon) / Math.sqrt(v + epsilon) * g;
      u = rho * u + (1 - rho) * d * d;
      w = w + eta[t] * d - eta[t] * lambda * w;
      path[t] = w;
    }
    return path;
  }

  static double[] amsGrad(
      double w,
      Slope e,
      double[] eta,
      double b1,
      double b2,
      double epsilon,
      boolean corrected,
      double lambda) {
    double m = 0;
    double v = 0;
    double h = 0;
    double[] path = new double[3];
    for (int t = 1; t <= 3; t++) {
      double g = e.at(w);
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      h = Math.max(h, v);
      double mHat = corrected ? m / (1 - Math.pow(b1, t)) : m;
      double hHat = corrected ? h / (1 - Math.pow(b2, t)) : h;
      w = w - eta[t - 1] * (mHat / (Math.sqrt(hHat) + epsilon) + lambda * w);
      path[t - 1] = w;
    }
    return path;
  }

  static double[] nadam(
      double w, Slope e, double[] eta, double b1, double b2, double epsilon, double lambda) {
    double[] mu = new double[5];
    for (int t = 1; t <= 4; t++) {
      mu[t] = b1 * (1 - 0.5 * Math.pow(0.96, t / 250.0));
    }
    double[] product = {
      1, mu[1], mu[1] * mu[2], mu[1] * mu[2] * mu[3], mu[1] * mu[2] * mu[3] * mu[4]
    };
    double m = 0;
    double v = 0;
    double[] path = new double[3];
    for (int t = 1; t <= 3; t++) {
      double g = e.at(w);
      m = mu[t] * m + (1 - mu[t]) * g;
      v = b2 * v + (1 - b2) * g * g;
      double hat = mu[t + 1] * m / (1 - product[t + 1]) + (1 - mu[t]) * g / (1 - product[t]);
      double vHat = v / (1 - Math.pow(b2, t));
      w = w - eta[t - 1] * (hat / (Math.sqrt(vHat) + epsilon) + lambda * w);
      path[t - 1] = w;
    }
    return path;
  }

  /**
   * The definition and not the recursion: the minimum of g₁:ₜ w + ½ Σ σₛ (w − wₛ)² + λ₁ |w| + ½ λ₂
   * w², found by trying both signs.
   */
  static double[] ftrl(
      double w0, Slope e, double alpha, double beta, double lambda1, double lambda2) {
    double[] w = {w0, 0, 0, 0};
    double[] sigma = new double[3];
    double[] path = new double[3];
    double gradients = 0;
    double squares = 0;
    for (int t = 0; t < 3; t++) {
      double g = e.at(w[t]);
      gradients += g;
      squares += g * g;
      sigma[t] = (beta + Math.sqrt(squares)) / alpha - sigma[0] - sigma[1];
      double linear = gradients;
      double quadratic = lambda2;
      for (int s = 0; s <= t; s++) {
        linear -= sigma[s] * w[s];
        quadratic += sigma[s];
      }
      double positive = -(linear + lambda1) / quadratic;
      double negative = -(linear - lambda1) / quadratic;
      w[t + 1] = positive > 0 ? positive : negative < 0 ? negative : 0;
      path[t] = w[t + 1];
    }
    return path;
  }
}
