package shinso.core.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import shinso.core.backend.Buffer;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Compares derivatives with finite differences in double precision, along random directions. Use it
 * for a loss, a layer or an operation of your own:
 *
 * <pre>{@code
 * Tensor x = Tensor.normal(Rng.of(1), 3, 4).cast(DType.F64);
 * GradientCheck.run(in -> in.get(0).tanh().square(), List.of(x), 2, Rng.of(2)).requireBelow(1e-7);
 * }</pre>
 *
 * <p>Let f be the function, c a random cotangent and s(x) = Σ c f(x). At order 1 the derivative of
 * s along a direction v, from {@link Autodiff#gradients} and from {@link Autodiff#jvp}, is compared
 * with a central difference. At order 2 the same is done with the function Σ u ∇s(x) for a random
 * u, and {@link Autodiff#hessianVectorProduct} must agree with it.
 *
 * <p>Differences are taken at distances of 2⁻¹⁰ and 2⁻¹¹ and extrapolated, for an error of about
 * 10⁻¹¹ where f is smooth. Points need to lie farther than that from kinks and jumps.
 */
public final class GradientCheck {
  private static final int DIRECTIONS = 3;
  private static final double STEP = 0x1p-10;

  /**
   * Derivatives below this share of the sum of the terms of s drown in rounding, and count as 0.
   */
  private static final double NOISE = 1e-6;

  private final List<Tensor> points;
  private final RandomGenerator random;
  private double noise;
  private Report report = new Report(0, "nowhere", 0, 0, 0);

  private GradientCheck(List<Tensor> points, Rng rng) {
    this.points = points;
    this.random = rng.generator();
  }

  /**
   * What was found.
   *
   * @param worst the largest relative error; NaN if a derivative was
   * @param where at which order, in which direction and by which method it was
   * @param analytic the derivative there
   * @param numeric the difference quotient there
   * @param largest the largest difference quotient of order 1: if it is 0, the points proved
   *     nothing
   */
  public record Report(
      double worst, String where, double analytic, double numeric, double largest) {
    /**
     * Returns this.
     *
     * @throws AssertionError if the worst error is not below the tolerance
     */
    public Report requireBelow(double tolerance) {
      if (!(worst < tolerance)) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "wrong derivative (%s): %.12g by differentiation, %.12g by finite differences,"
                    + " relative error %.2g > %.2g",
                where,
                analytic,
                numeric,
                worst,
                tolerance));
      }
      return this;
    }
  }

  /**
   * Checks the derivatives of a function.
   *
   * @param function from tensors like the points to a floating-point tensor of any shape; must be
   *     deterministic
   * @param points F64 tensors at which to differentiate; I32 tensors are passed on as they are
   * @param order 1 or 2
   * @param rng where cotangent and directions are drawn from
   * @throws IllegalArgumentException if a point is F32, none is F64, or the order is another one
   */
  public static Report run(
      Function<List<Tensor>, Tensor> function, List<Tensor> points, int order, Rng rng) {
    if (order < 1 || order > 2) {
      throw new IllegalArgumentException("gradient check: the order is 1 or 2, not " + order);
    }
    for (Tensor p : points) {
      if (p.dtype() == DType.F32) {
        throw new IllegalArgumentException(
            "gradient check: " + p + " is too coarse; cast it to F64");
      }
    }
    if (floating(points).isEmpty()) {
      throw new IllegalArgumentException(
          "gradient check: there is no F64 point to differentiate at");
    }
    GradientCheck check = new GradientCheck(Tensor.evaluate(points), rng);
    check.orders(function, order);
    return check.report;
  }

  private void orders(Function<List<Tensor>, Tensor> function, int order) {
    Tensor c = random(function.apply(points));
    Function<List<Tensor>, Tensor> terms = in -> function.apply(in).mul(c);
    directions("order 1", terms);
    if (order == 2) {
      List<Tensor> u = floating(points).stream().map(this::random).toList();
      directions(
          "order 2", in -> dotTerms(Autodiff.gradients(terms.apply(in).sum(), floating(in)), u));
      symmetry(terms, u);
    }
  }

  /** Compares the directional derivatives of the sum of some terms. */
  private void directions(String order, Function<List<Tensor>, Tensor> terms) {
    Tensor y = terms.apply(points);
    noise += NOISE * y.abs().sum().item();
    List<Tensor> xs = floating(points);
    List<Tensor> gradients = Autodiff.gradients(y.sum(), xs);
    for (int i = 0; i < DIRECTIONS; i++) {
      List<Tensor> v = xs.stream().map(this::random).toList();
      double numeric = difference(terms, v);
      if (order.equals("order 1")) {
        report = withLargest(Math.abs(numeric));
      }
      String where = order + ", direction " + i;
      compare(where + ", gradients", dotTerms(gradients, v).sum().item(), numeric);
      double tangent = Autodiff.jvp(List.of(y), xs, v).getFirst().sum().item();
      compare(where + ", jvp", tangent, numeric);
    }
  }

  /** Compares v·Hu with the derivative of u·∇s along v. */
  private void symmetry(Function<List<Tensor>, Tensor> terms, List<Tensor> u) {
    Tensor y = terms.apply(points).sum();
    List<Tensor> xs = floating(points);
    List<Tensor> v = xs.stream().map(this::random).toList();
    Function<List<Tensor>, Tensor> slope =
        in -> dotTerms(Autodiff.gradients(terms.apply(in).sum(), floating(in)), u);
    double product = dotTerms(Autodiff.hessianVectorProduct(y, xs, u), v).sum().item();
    compare("order 2, hessianVectorProduct", product, difference(slope, v));
  }

  private void compare(String where, double analytic, double numeric) {
    double size = Math.max(Math.max(Math.abs(analytic), Math.abs(numeric)), noise);
    double error = size == 0 ? 0 : Math.abs(analytic - numeric) / size;
    if (!(error <= report.worst) && !Double.isNaN(report.worst)) {
      report = new Report(error, where, analytic, numeric, report.largest);
    }
  }

  private Report withLargest(double size) {
    return new Report(
        report.worst,
        report.where,
        report.analytic,
        report.numeric,
        Math.max(size, report.largest));
  }

  /**
   * The derivative of the sum of some terms along v: central differences, extrapolated to distance
   * 0.
   */
  private double difference(Function<List<Tensor>, Tensor> terms, List<Tensor> v) {
    return (4 * quotient(terms, v, STEP / 2) - quotient(terms, v, STEP)) / 3;
  }

  private double quotient(Function<List<Tensor>, Tensor> terms, List<Tensor> v, double h) {
    // Subtracted term by term: the sum of the terms may be much larger than its change.
    Tensor change = terms.apply(shifted(v, h)).sub(terms.apply(shifted(v, -h)));
    return change.sum().item() / (2 * h);
  }

  private List<Tensor> shifted(List<Tensor> v, double h) {
    List<Tensor> result = new ArrayList<>();
    int next = 0;
    for (Tensor p : points) {
      if (p.dtype().isFloating()) {
        double[] x = p.toDoubleArray();
        double[] d = v.get(next++).toDoubleArray();
        Arrays.setAll(x, i -> x[i] + h * d[i]);
        result.add(TensorAccess.ofBuffer(p.shape(), Buffer.ofHeap(x)));
      } else {
        result.add(p);
      }
    }
    return result;
  }

  private static List<Tensor> floating(List<Tensor> tensors) {
    return tensors.stream().filter(t -> t.dtype().isFloating()).toList();
  }

  /** All products of two lists of tensors as one vector. */
  private static Tensor dotTerms(List<Tensor> a, List<Tensor> b) {
    List<Tensor> products = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      products.add(a.get(i).mul(b.get(i)).reshape(a.get(i).shape().size()));
    }
    return Tensor.concat(0, products);
  }

  /** Numbers in (−1, 1), in the shape of a tensor. */
  private Tensor random(Tensor like) {
    double[] values = new double[like.shape().size()];
    Arrays.setAll(values, i -> random.nextDouble(-1, 1));
    return TensorAccess.ofBuffer(like.shape(), Buffer.ofHeap(values));
  }
}
