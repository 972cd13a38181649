package shinso.nn.optim;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Limited-memory BFGS: the direction −H g, with an inverse Hessian H made of the last m steps s and
 * changes of the gradient y, which is never written down.
 *
 * <p>Source: Nocedal and Wright, "Numerical optimization" (2006), algorithm 7.4, the two-loop
 * recursion, with the first matrix γ I of equation 7.20.
 */
final class Lbfgs implements Direction {
  private record Pair(double[] s, double[] y, double rho) {}

  private final int memory;
  private final ArrayDeque<Pair> pairs = new ArrayDeque<>();

  Lbfgs(int memory) {
    this.memory = memory;
  }

  @Override
  public double[] next(double[] gradient) {
    double[] q = gradient.clone();
    double[] alphas = new double[pairs.size()];
    int i = 0;
    for (Iterator<Pair> latestFirst = pairs.descendingIterator(); latestFirst.hasNext(); i++) {
      Pair p = latestFirst.next();
      alphas[i] = p.rho * Vectors.dot(p.s, q);
      Vectors.add(q, -alphas[i], p.y);
    }
    double gamma = 1;
    if (!pairs.isEmpty()) {
      Pair latest = pairs.getLast();
      gamma = 1 / (latest.rho * Vectors.dot(latest.y, latest.y));
    }
    double[] r = Vectors.times(gamma, q);
    for (Pair p : pairs) {
      double beta = p.rho * Vectors.dot(p.y, r);
      Vectors.add(r, alphas[--i] - beta, p.s);
    }
    return Vectors.times(-1, r);
  }

  @Override
  public void moved(double[] step, double[] before, double[] now) {
    double[] y = Vectors.minus(now, before);
    double curvature = Vectors.dot(step, y);
    // The Wolfe conditions make it positive; a step that rounding ended may not.
    if (curvature > 1e-12 * Math.sqrt(Vectors.dot(step, step) * Vectors.dot(y, y))) {
      if (pairs.size() == memory) {
        pairs.removeFirst();
      }
      pairs.addLast(new Pair(step, y, 1 / curvature));
    }
  }

  @Override
  public void restart() {
    pairs.clear();
  }

  @Override
  public double firstStep(double slope, double lastSlope, double lastStep) {
    return pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
  }
}
