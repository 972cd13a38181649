package shinso.nn.optim;

import java.util.Collection;
import java.util.function.Supplier;
import shinso.core.program.Param;
import shinso.core.program.ParamVector;
import shinso.core.program.ParamVector.Objective;
import shinso.core.program.ParamVector.Value;
import shinso.core.tensor.Tensor;

/**
 * Makes a function of all data small with directions that learn its curvature and a line search for
 * each step. For models and data that are small enough to be looked at as a whole thousands of
 * times: a few hundred evaluations reach a minimum to all digits, without a learning rate.
 *
 * <pre>{@code
 * Minimum m =
 *     Minimizer.lbfgs()
 *         .minimize(
 *             Parameters.trainable(net).values(),
 *             () -> Losses.mse(net.forward(x, Pass.inference()), t));
 * }</pre>
 *
 * <p>The loss must draw no random numbers. Source: Nocedal and Wright, "Numerical optimization"
 * (2006), chapters 3, 5 and 7.
 */
public final class Minimizer {
  private final Supplier<Direction> directions;
  private final LineSearch search;
  private final int iterations;
  private final double tolerance;
  private final Watch watch;

  private Minimizer(
      Supplier<Direction> directions,
      LineSearch search,
      int iterations,
      double tolerance,
      Watch watch) {
    if (iterations < 0 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "a minimizer makes 0 or more iterations to a tolerance of 0 or more, not %d and %s"
              .formatted(iterations, tolerance));
    }
    this.directions = directions;
    this.search = search;
    this.iterations = iterations;
    this.tolerance = tolerance;
    this.watch = watch;
  }

  /** Hears of each iteration; may throw to end the search. */
  @FunctionalInterface
  public interface Watch {
    /**
     * Hears of a point that was reached.
     *
     * @param iteration 0 at the beginning
     * @param loss the value there
     * @param point the parameters there
     */
    void at(int iteration, double loss, double[] point);
  }

  /** How a search ended. */
  public enum Ending {
    /** No element of the gradient is larger than the tolerance. */
    CONVERGED,
    /** No lower point was found: as far as the numbers' precision goes. */
    NO_DESCENT,
    /** All iterations were made. */
    ITERATIONS
  }

  /**
   * What a search came to; the parameters have these numbers.
   *
   * @param point the lowest point
   * @param loss the value there
   * @param gradient the largest absolute element of the gradient there
   * @param iterations how many line searches were made
   * @param evaluations how often value and gradient were computed
   * @param ending why it ended
   */
  public record Minimum(
      double[] point,
      double loss,
      double gradient,
      int iterations,
      int evaluations,
      Ending ending) {}

  /**
   * Returns non-linear conjugate gradients after Polak and Ribière with restarts, c₂ = 0.1; its
   * memory is two vectors.
   */
  public static Minimizer conjugateGradients() {
    return of(ConjugateGradients::new, 0.1);
  }

  /** Returns L-BFGS with a memory of 10 steps and c₂ = 0.9. */
  public static Minimizer lbfgs() {
    return lbfgs(10);
  }

  /**
   * Returns L-BFGS with c₂ = 0.9.
   *
   * @param memory how many steps it remembers, two vectors each
   * @throws IllegalArgumentException if that is less than 1
   */
  public static Minimizer lbfgs(int memory) {
    if (memory < 1) {
      throw new IllegalArgumentException("L-BFGS remembers at least 1 step, not " + memory);
    }
    return of(() -> new Lbfgs(memory), 0.9);
  }

  private static Minimizer of(Supplier<Direction> directions, double curvature) {
    return new Minimizer(
        directions, new LineSearch(1e-4, curvature, 1e-6), 1_000, 1e-5, (i, loss, point) -> {});
  }

  /**
   * Returns this with another limit of iterations; 1,000 by default.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Minimizer iterations(int most) {
    return new Minimizer(directions, search, most, tolerance, watch);
  }

  /**
   * Returns this with another tolerance: it ends when no element of the gradient is larger; 1e-5 by
   * default.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Minimizer tolerance(double gradient) {
    return new Minimizer(directions, search, iterations, gradient, watch);
  }

  /**
   * Returns this with other numbers of the strong Wolfe conditions, {@code φ(α) ≤ φ(0) + c₁ α
   * φ'(0)} and {@code |φ'(α)| ≤ c₂ |φ'(0)|}; c₁ is 1e-4 by default. A c₂ near 0 makes line searches
   * exact.
   *
   * @throws IllegalArgumentException unless 0 &lt; c₁ &lt; c₂ &lt; 1
   */
  public Minimizer wolfe(double c1, double c2) {
    LineSearch other = new LineSearch(c1, c2, search.precision());
    return new Minimizer(directions, other, iterations, tolerance, watch);
  }

  /**
   * Returns this for values with another relative error; 1e-6 by default, which suits F32.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Minimizer precision(double relative) {
    LineSearch other = new LineSearch(search.sufficient(), search.curvature(), relative);
    return new Minimizer(directions, other, iterations, tolerance, watch);
  }

  /** Returns this with somebody who hears of each iteration. */
  public Minimizer watch(Watch watcher) {
    return new Minimizer(directions, search, iterations, tolerance, watcher);
  }

  /**
   * Makes a loss small, beginning with the values that the parameters have.
   *
   * @param params all F32 or all F64
   * @param loss a scalar made of the parameters' values and all data
   * @throws ArithmeticException if the loss or its gradient isn't finite where the search begins
   */
  public Minimum minimize(Collection<Param> params, Supplier<Tensor> loss) {
    ParamVector vector = ParamVector.of(params);
    Minimum m = minimize(vector.valueAndGradient(loss), vector.get());
    vector.set(m.point());
    return m;
  }

  /**
   * Makes a function small.
   *
   * @param f the function with its gradient
   * @param start where the search begins
   * @throws ArithmeticException if the function or its gradient isn't finite there
   */
  public Minimum minimize(Objective f, double[] start) {
    Direction direction = directions.get();
    double[] x = start.clone();
    Value here = f.at(x);
    int evaluations = 1;
    double size = Vectors.largest(here.gradient());
    if (!Double.isFinite(here.value()) || !Double.isFinite(size)) {
      throw new ArithmeticException(
          ("no minimum can be looked for from here: the loss is %s, the largest element of its"
                  + " gradient %s; begin elsewhere")
              .formatted(here.value(), size));
    }
    watch.at(0, here.value(), x.clone());
    double lastSlope = 0;
    double lastStep = 0;
    int iteration = 0;
    int failures = 0;
    while (size > tolerance && iteration < iterations && failures < 2) {
      double[] d = direction.next(here.gradient());
      double slope = Vectors.dot(here.gradient(), d);
      if (!(slope < 0)) {
        direction.restart();
        d = direction.next(here.gradient());
        slope = Vectors.dot(here.gradient(), d);
      }
      double first = direction.firstStep(slope, lastSlope, lastStep);
      LineSearch.Found found = search.search(f, x, here, d, slope, first);
      evaluations += found.evaluations();
      LineSearch.Trial t = found.trial();
      if (found.isGood() && t != null) {
        direction.moved(Vectors.minus(t.point(), x), here.gradient(), t.value().gradient());
        failures = 0;
        lastSlope = slope;
        lastStep = t.alpha();
      } else {
        // Once more, straight down; after a second failure this is the end.
        direction.restart();
        failures++;
        lastSlope = 0;
      }
      if (t != null) {
        x = t.point();
        here = t.value();
        size = Vectors.largest(here.gradient());
        watch.at(++iteration, here.value(), x.clone());
      }
    }
    Ending ending =
        size <= tolerance
            ? Ending.CONVERGED
            : failures == 2 ? Ending.NO_DESCENT : Ending.ITERATIONS;
    return new Minimum(x, here.value(), size, iteration, evaluations, ending);
  }
}
