package shinso.core.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** The gradients of every row, at orders 1 and 2, in double. */
final class OpGradientTest {
  /** Larger cases prove nothing more about a formula, and take long. */
  private static final int LARGEST = 300;

  private static final double TOLERANCE = 1e-7;

  static Stream<OpSpec> rows(OpSpec.Derivative kind) {
    return OpSpecs.rows().stream()
        .filter(r -> r.derivative() == kind)
        .filter(r -> r.cases().stream().flatMap(List::stream).anyMatch(o -> !o.integer()));
  }

  static Stream<OpSpec> smooth() {
    return rows(OpSpec.Derivative.SMOOTH);
  }

  static Stream<OpSpec> flat() {
    return rows(OpSpec.Derivative.ZERO);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smooth")
  void agreesWithFiniteDifferences(OpSpec row) {
    double slope = 0;
    boolean some = false;
    for (int i : cases(row)) {
      List<Tensor> points = row.operands(i, DType.F64);
      GradientCheck.Report report = GradientCheck.run(row::apply, points, 2, Rng.of(row.seed(i)));
      assertTrue(
          report.worst() < TOLERANCE,
          row + ", case " + i + ", seed " + row.seed(i) + ": " + report);
      slope = Math.max(slope, report.largest());
      some |=
          row.apply(points).shape().size() > 0
              && points.stream().allMatch(x -> x.shape().size() > 0);
    }
    assertTrue(slope > 1e-3 || !some, row + ": the points prove nothing, all derivatives are 0");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smooth")
  void agreesWithFiniteDifferencesThroughViews(OpSpec row) {
    int first = cases(row).getFirst();
    for (View view : List.of(View.PERMUTED, View.STRIDED)) {
      List<Tensor> points = row.operands(first, DType.F64);
      GradientCheck.run(
              in ->
                  row.apply(
                      in.stream().map(x -> x.dtype().isFloating() ? through(view, x) : x).toList()),
              points,
              2,
              Rng.of(row.seed(first)))
          .requireBelow(TOLERANCE);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flat")
  void isZero(OpSpec row) {
    for (int i = 0; i < row.cases().size(); i++) {
      List<Tensor> points = row.operands(i, DType.F64);
      List<Tensor> xs = points.stream().filter(t -> t.dtype().isFloating()).toList();
      Tensor y = row.apply(points).cast(DType.F64).sum();
      for (Tensor g : Autodiff.gradients(y, xs)) {
        assertTrue(Arrays.stream(g.toDoubleArray()).allMatch(d -> d == 0), row + ", case " + i);
      }
    }
  }

  private static List<Integer> cases(OpSpec row) {
    List<Integer> all = IntStream.range(0, row.cases().size()).boxed().toList();
    List<Integer> small = all.stream().filter(i -> row.size(i) <= LARGEST).toList();
    return small.isEmpty()
        ? List.of(Collections.min(all, Comparator.comparingInt(row::size)))
        : small;
  }

  /** The same values after a movement and its inverse. */
  private static Tensor through(View view, Tensor x) {
    return view.view(view.stored(x), x.shape());
  }
}
