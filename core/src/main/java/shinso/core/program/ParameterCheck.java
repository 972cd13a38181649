package shinso.core.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.CastOp;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Compares the gradient of a model's loss by each of its parameters with finite differences, in
 * double precision, and names the element that is wrong:
 *
 * <pre>{@code
 * ParameterCheck.run(
 *         Parameters.trainable(net),
 *         Losses.softmaxCrossEntropy(net.forward(x, Pass.training(rng)), t),
 *         Rng.of(1))
 *     .requireBelow(1e-5);
 * }</pre>
 *
 * <p>The graph of the loss is computed once more with every F32 in it replaced by F64; random draws
 * stay what they are. For each parameter the derivative along a random direction, in which all
 * elements take part, is compared with central differences. Where the two differ, halves of the
 * parameter are looked at until one element is left. Differences are taken at several distances and
 * the nearest to the derivative counts: a kink within one of them, of a rectifier for instance, is
 * no mistake, and a wrong derivative is wrong at all. So that a kink isn't hit exactly, as by
 * biases of 0 before a rectifier, all this happens a little beside the parameters' values: each is
 * moved by up to a thousandth of it, or by up to 0.001 if it is 0.
 */
public final class ParameterCheck {
  private static final double[] STEPS = {0x1p-14, 0x1p-18, 0x1p-22};

  private static final double MOVE = 1e-3;

  /** Below this share of the loss derivatives drown in rounding, and count as 0. */
  private static final double NOISE = 1e-3;

  /** From this relative error on the worst element is looked for. */
  private static final double SUSPICIOUS = 1e-6;

  private final Tensor loss;

  /** The parameters' leaves in the graph of the loss, and their values in double. */
  private final Map<Tensor, Tensor> point = new IdentityHashMap<>();

  private final double floor;

  private ParameterCheck(Tensor loss, Iterable<Tensor> leaves, RandomGenerator random) {
    this.loss = loss;
    leaves.forEach(leaf -> point.put(leaf, beside(leaf, random)));
    this.floor = Math.max(NOISE * Math.abs(inDouble().item()), Double.MIN_NORMAL);
  }

  /** The values of a parameter, each moved by up to a thousandth of it, a 0 by a thousandth. */
  private static Tensor beside(Tensor leaf, RandomGenerator random) {
    double[] w = leaf.toDoubleArray();
    Arrays.setAll(
        w, i -> w[i] + MOVE * random.nextDouble(-1, 1) * (w[i] == 0 ? 1 : Math.abs(w[i])));
    return Tensor.of(w, w.length).reshape(leaf.shape()).evaluate();
  }

  /**
   * What was found at a parameter.
   *
   * @param name its name
   * @param shape its shape
   * @param error the relative error; NaN if a derivative was
   * @param index the element with the error; null if all are right together
   * @param analytic the derivative by that element, or along the direction
   * @param numeric the difference quotient there
   */
  public record Finding(
      String name,
      Shape shape,
      double error,
      @Nullable List<Integer> index,
      double analytic,
      double numeric) {
    /** Returns the parameter, with the element's index where one was found: {@code w[3, 0]}. */
    public String where() {
      return index == null ? name : name + index;
    }
  }

  /**
   * What was found.
   *
   * @param loss the loss where it was differentiated, in double
   * @param findings one for each parameter, in their order
   */
  public record Report(double loss, List<Finding> findings) {
    /** Keeps a copy. */
    public Report {
      findings = List.copyOf(findings);
    }

    /** Returns the findings that are not below a tolerance. */
    public List<Finding> wrong(double tolerance) {
      return findings.stream().filter(f -> !(f.error < tolerance)).toList();
    }

    /**
     * Returns this.
     *
     * @throws AssertionError if an error is not below the tolerance; it names parameter and index
     */
    public Report requireBelow(double tolerance) {
      List<Finding> wrong = wrong(tolerance);
      if (!wrong.isEmpty()) {
        throw new AssertionError(
            wrong.stream()
                .map(f ->
                    String.format(
                        Locale.ROOT,
                        "wrong derivative by %s: %.12g by differentiation, %.12g by finite"
                            + " differences, relative error %.2g > %.2g",
                        f.where(),
                        f.analytic,
                        f.numeric,
                        f.error,
                        tolerance))
                .collect(Collectors.joining(System.lineSeparator())));
      }
      return this;
    }
  }

  /**
   * Checks the derivatives of a loss by parameters.
   *
   * @param params floating-point parameters by name, such as {@code Parameters.trainable(model)},
   *     with the values that they had when the loss was written
   * @param loss a scalar, written with these parameters outside of a program
   * @param rng where the point beside the values and the directions are drawn from
   * @throws IllegalArgumentException if the loss is no floating-point scalar, or a parameter holds
   *     integers
   */
  public static Report run(Map<String, Param> params, Tensor loss, Rng rng) {
    params.forEach((name, p) -> {
      if (!p.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "parameter check: %s holds integers; leave it out".formatted(name));
      }
    });
    if (!loss.dtype().isFloating() || loss.shape().size() != 1) {
      throw new IllegalArgumentException(
          "parameter check: the loss is a floating-point scalar, not " + loss);
    }
    List<Tensor> leaves = params.values().stream().map(Param::value).toList();
    RandomGenerator random = rng.generator();
    ParameterCheck check = new ParameterCheck(loss, leaves, random);
    return new Report(
        check.inDouble().item(), check.findings(List.copyOf(params.keySet()), leaves, random));
  }

  /**
   * The loss at the point, with F64 for F32 throughout: each operation is applied again, to the
   * operands in double.
   */
  private Tensor inDouble() {
    Map<Tensor, Tensor> made = new IdentityHashMap<>(point);
    for (Tensor t : Autodiff.topological(List.of(loss))) {
      if (!made.containsKey(t)) {
        Tensor[] inputs = t.inputs().stream().map(made::get).toArray(Tensor[]::new);
        boolean narrows = t.op().equals(new CastOp(DType.F32)) && inputs[0].dtype() == DType.F64;
        Tensor again =
            narrows ? inputs[0] : t.inputs().isEmpty() ? t : TensorAccess.apply(t.op(), inputs);
        made.put(t, again.dtype() == DType.F32 ? again.cast(DType.F64) : again);
      }
    }
    return Objects.requireNonNull(made.get(loss));
  }

  private List<Finding> findings(List<String> names, List<Tensor> leaves, RandomGenerator random) {
    List<Tensor> gradients =
        Tensor.evaluate(Autodiff.gradients(inDouble(), leaves.stream().map(this::value).toList()));
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      findings.add(finding(names.get(i), leaves.get(i), gradients.get(i).toDoubleArray(), random));
    }
    return findings;
  }

  private Tensor value(Tensor leaf) {
    return Objects.requireNonNull(point.get(leaf));
  }

  private Finding finding(String name, Tensor p, double[] gradient, RandomGenerator random) {
    int n = gradient.length;
    double[] v = new double[n];
    Arrays.setAll(v, j -> (random.nextBoolean() ? 1 : -1) * random.nextDouble(0.5, 1));
    Slope all = slope(p, gradient, v, 0, n);
    if (n == 0 || all.error() < SUSPICIOUS) {
      return new Finding(name, p.shape(), all.error(), null, all.analytic, all.numeric);
    }
    int from = 0;
    int to = n;
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      Slope left = slope(p, gradient, v, from, middle);
      Slope right = slope(p, gradient, v, middle, to);
      // Not the negation: NaN is to be found, too.
      boolean inRight = right.distance() > left.distance() || Double.isNaN(right.distance());
      from = inRight ? middle : from;
      to = inRight ? to : middle;
    }
    Arrays.fill(v, 1);
    Slope one = slope(p, gradient, v, from, from + 1);
    return one.error() < SUSPICIOUS
        ? new Finding(name, p.shape(), all.error(), null, all.analytic, all.numeric)
        : new Finding(
            name, p.shape(), one.error(), index(p.shape(), from), one.analytic, one.numeric);
  }

  /** The derivative along a direction in two ways. */
  private record Slope(double analytic, double numeric, double floor) {
    double distance() {
      return Math.abs(analytic - numeric);
    }

    double error() {
      return distance() / Math.max(Math.max(Math.abs(analytic), Math.abs(numeric)), floor);
    }
  }

  /** The derivative along a range of a direction, which is brought to length 1. */
  private Slope slope(Tensor p, double[] gradient, double[] direction, int from, int to) {
    double squares = 0;
    double dot = 0;
    for (int j = from; j < to; j++) {
      squares += direction[j] * direction[j];
      dot += direction[j] * gradient[j];
    }
    double[] unit = new double[direction.length];
    for (int j = from; j < to; j++) {
      unit[j] = direction[j] / Math.sqrt(squares);
    }
    double analytic = from == to ? 0 : dot / Math.sqrt(squares);
    Slope best = new Slope(analytic, quotient(p, unit, STEPS[0]), floor);
    for (int i = 1; i < STEPS.length && !(best.error() < SUSPICIOUS); i++) {
      Slope finer = new Slope(analytic, quotient(p, unit, STEPS[i]), floor);
      best = finer.distance() < best.distance() ? finer : best;
    }
    return best;
  }

  private double quotient(Tensor p, double[] direction, double h) {
    Tensor middle = value(p);
    double[] y = new double[2];
    for (int side = 0; side < 2; side++) {
      double[] moved = middle.toDoubleArray();
      double step = side == 0 ? h : -h;
      Arrays.setAll(moved, j -> moved[j] + step * direction[j]);
      point.put(p, Tensor.of(moved, moved.length).reshape(p.shape()).evaluate());
      try {
        y[side] = inDouble().item();
      } finally {
        point.put(p, middle);
      }
    }
    return (y[0] - y[1]) / (2 * h);
  }

  private static List<Integer> index(Shape shape, int position) {
    Integer[] index = new Integer[shape.rank()];
    int rest = position;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return List.of(index);
  }
}
