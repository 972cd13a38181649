package shinso.nn.optim;

import org.jspecify.annotations.Nullable;

/**
 * Non-linear conjugate gradients: {@code d ← −g + β d} with Polak and Ribière's β, not below 0. The
 * way is forgotten after as many steps as there are dimensions, and where two gradients after one
 * another are far from orthogonal, which those of a quadratic function are.
 *
 * <p>Source: Polak and Ribière (1969); Powell (1977); Nocedal and Wright, "Numerical optimization"
 * (2006), algorithm 5.4 with equations 5.44, 5.45 and 5.52.
 */
final class ConjugateGradients implements Direction {
  /** Cosine between gradients from which on the way is forgotten. */
  private static final double FAR_FROM_ORTHOGONAL = 0.1;

  private double @Nullable [] direction;
  private double beta;
  private int steps;

  @Override
  public double[] next(double[] gradient) {
    double[] d = Vectors.times(-1, gradient);
    if (direction != null) {
      Vectors.add(d, beta, direction);
    }
    direction = d;
    return d;
  }

  @Override
  public void moved(double[] step, double[] before, double[] now) {
    steps++;
    double squares = Vectors.dot(now, now);
    if (steps >= step.length
        || Math.abs(Vectors.dot(now, before)) >= FAR_FROM_ORTHOGONAL * squares) {
      restart();
    } else {
      beta = Math.max(0, (squares - Vectors.dot(now, before)) / Vectors.dot(before, before));
    }
  }

  @Override
  public void restart() {
    direction = null;
    steps = 0;
  }

  @Override
  public double firstStep(double slope, double lastSlope, double lastStep) {
    // As if the function fell by as much as in the last step: equation 3.60 without values.
    return lastSlope == 0
        ? Math.min(1, 1 / Math.sqrt(-slope))
        : lastStep * Math.min(10, lastSlope / slope);
  }
}
