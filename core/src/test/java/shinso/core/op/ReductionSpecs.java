package shinso.core.op;

import static shinso.core.op.OpSpec.NOT_FINITE;
import static shinso.core.op.OpSpec.SPECIALS;
import static shinso.core.op.Operand.distinct;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.ints;
import static shinso.core.op.Operand.ties;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.terms;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.TensorAccess;

/** Reductions and cumulative sums. */
final class ReductionSpecs {
  /** Trailing, leading, middle, several and all axes of rank 3. */
  private static final int[][] AXES = {{-1}, {0}, {1}, {0, 2}, {1, 2}, {}};

  private ReductionSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>();
    for (int[] axes : AXES) {
      String suffix = " over " + (axes.length == 0 ? "all" : Arrays.toString(axes));
      rows.add(
          floating(OpSpec.of("sumKeep" + suffix, in -> in.get(0).sumKeep(axes)))
              .on(floats(-1, 2, 2, 0, 3))
              .within(terms(2e-7))
              .special(NOT_FINITE));
      rows.add(
          floating(OpSpec.of("meanKeep" + suffix, in -> in.get(0).meanKeep(axes)))
              .within(terms(3e-7))
              .special(NOT_FINITE));
      rows.add(
          clear(OpSpec.of("maxKeep" + suffix, in -> in.get(0).maxKeep(axes))).special(SPECIALS));
      rows.add(
          clear(OpSpec.of("minKeep" + suffix, in -> in.get(0).minKeep(axes))).special(SPECIALS));
      rows.add(
          floating(OpSpec.of("varianceKeep" + suffix, in -> in.get(0).varianceKeep(axes)))
              .within(largest(1e-6))
              .special(NOT_FINITE));
      rows.add(
          floating(OpSpec.of("logSumExpKeep" + suffix, in -> in.get(0).logSumExpKeep(axes)))
              .within(largest(1e-6))
              .special(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 100, -200));
      rows.add(
          OpSpec.of("sumKeep I32" + suffix, in -> in.get(0).sumKeep(axes))
              .on(any(4, 5, 7))
              .on(any(1, 300, 2)));
      rows.add(OpSpec.of("maxKeep I32" + suffix, in -> in.get(0).maxKeep(axes)).on(any(4, 5, 7)));
      rows.add(OpSpec.of("minKeep I32" + suffix, in -> in.get(0).minKeep(axes)).on(any(4, 5, 7)));
    }
    rows.addAll(dropped());
    rows.addAll(positions());
    rows.addAll(scans());
    rows.addAll(products());
    rows.addAll(cumulative());
    return rows;
  }

  private static List<OpSpec> dropped() {
    return List.of(
        floating(OpSpec.of("sum", in -> in.get(0).sum(1))).within(terms(2e-7)),
        floating(OpSpec.of("mean", in -> in.get(0).mean(0, -1))).within(terms(3e-7)),
        clear(OpSpec.of("max", in -> in.get(0).max(0))),
        clear(OpSpec.of("min", in -> in.get(0).min())),
        floating(OpSpec.of("variance", in -> in.get(0).variance(-1))).within(largest(1e-6)),
        OpSpec.of("variance of a sample", in -> in.get(0).variance(new int[] {0, -1}, 1))
            .on(floats(-1, 2, 4, 5, 7))
            .on(floats(-1, 2, 2, 3, 1))
            .on(floats(-1, 2, 70, 3, 65))
            .within(largest(1e-6))
            .special(NOT_FINITE),
        OpSpec.of("logSumExp of nothing", in -> in.get(0).logSumExp(1))
            .on(floats(-1, 2, 3, 0))
            .on(floats(-1, 2, 2, 0, 5))
            .flat(),
        OpSpec.of("logSumExpKeep of nothing", in -> in.get(0).logSumExpKeep())
            .on(floats(-1, 2, 3, 0))
            .flat(),
        OpSpec.of("mean of nothing", in -> in.get(0).mean(1)).on(floats(-1, 2, 3, 0)).flat(),
        OpSpec.of("variance of nothing", in -> in.get(0).variance(1))
            .on(floats(-1, 2, 3, 0))
            .flat(),
        OpSpec.of("softmax of nothing", in -> in.get(0).softmax(1)).on(floats(-1, 2, 3, 0)),
        OpSpec.of("logSoftmax of nothing", in -> in.get(0).logSoftmax(0)).on(floats(-1, 2, 0, 4)),
        floating(OpSpec.of("logSumExp", in -> in.get(0).logSumExp(0, 1))).within(largest(1e-6)),
        floating(OpSpec.of("softmax", in -> in.get(0).softmax(-1)))
            .within(largest(1e-6))
            .special(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 100, -200),
        floating(OpSpec.of("softmax over the first axis", in -> in.get(0).softmax(0)))
            .within(largest(1e-6)),
        floating(OpSpec.of("logSoftmax", in -> in.get(0).logSoftmax(-1)))
            .within(largest(1e-6))
            .special(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 100, -200),
        OpSpec.of("sum of a scalar", in -> in.get(0).sum()).on(floats(-1, 2)),
        OpSpec.of("max of a scalar", in -> in.get(0).max()).on(floats(-1, 2)));
  }

  private static List<OpSpec> positions() {
    List<OpSpec> rows = new ArrayList<>();
    for (int axis : new int[] {-1, 0, 1}) {
      rows.add(
          clear(
                  OpSpec.of(
                      "argmax over " + axis,
                      in ->
                          TensorAccess.apply(
                              ReduceOp.of(ReduceOp.Kind.ARGMAX, in.get(0).shape(), axis),
                              in.get(0))))
              .on(ties(5, 9, 7))
              .special(SPECIALS)
              .flat());
    }
    rows.add(
        OpSpec.of("argmax dropped", in -> in.get(0).argmax(1))
            .on(ties(3, 11))
            .on(distinct(5, 7))
            .flat());
    for (int axis : new int[] {-1, 0, 1}) {
      rows.add(
          clear(OpSpec.of("argmin over " + axis, in -> in.get(0).argmin(axis)))
              .on(ties(5, 9, 7))
              .special(SPECIALS)
              .flat());
    }
    rows.add(
        OpSpec.of("argmin I32", in -> in.get(0).argmin(-1))
            .on(ints(-2, 2, 3, 11))
            .on(ints(Integer.MIN_VALUE, Integer.MIN_VALUE + 2, 5, 7)));
    rows.add(
        OpSpec.of("argmax I32", in -> in.get(0).argmax(-1)).on(ints(-2, 2, 3, 11)).on(any(5, 7)));
    return rows;
  }

  private static List<OpSpec> products() {
    List<OpSpec> rows = new ArrayList<>();
    for (int[] axes : AXES) {
      String suffix = " over " + (axes.length == 0 ? "all" : Arrays.toString(axes));
      rows.add(
          OpSpec.of("prod" + suffix, in -> in.get(0).prod(axes))
              .on(floats(0.7, 1.4, 4, 5, 7))
              .on(floats(0.7, 1.4, 1, 1, 1))
              .on(floats(0.7, 1.4, 3, 33, 2))
              .within(largest(1e-5))
              .special(Double.NaN, Double.POSITIVE_INFINITY, 0.0, -0.0, -1));
      rows.add(OpSpec.of("prod I32" + suffix, in -> in.get(0).prod(axes)).on(any(4, 5, 7)));
    }
    rows.add(OpSpec.of("prod of zeros", in -> in.get(0).prod(-1)).on(ties(9, 5)).on(ties(7, 2)));
    rows.add(OpSpec.of("prod of nothing", in -> in.get(0).prod(1)).on(ties(3, 0)).flat());
    rows.add(OpSpec.of("prod of a scalar", in -> in.get(0).prod()).on(floats(-1, 2)));
    return rows;
  }

  private static List<OpSpec> cumulative() {
    List<OpSpec> rows = new ArrayList<>();
    for (int axis : new int[] {-1, 0, 1}) {
      rows.add(
          clear(OpSpec.of("cumulativeMax of axis " + axis, in -> in.get(0).cumulativeMax(axis)))
              .special(SPECIALS));
      rows.add(
          OpSpec.of("cumulativeMax I32 of axis " + axis, in -> in.get(0).cumulativeMax(axis))
              .on(any(4, 5, 7)));
      rows.add(
          OpSpec.of("cumulativeProduct of axis " + axis, in -> in.get(0).cumulativeProduct(axis))
              .on(floats(0.7, 1.4, 4, 5, 7))
              .on(floats(0.7, 1.4, 1, 33, 2))
              .on(ties(3, 5, 3))
              .on(floats(0.7, 1.4, 0, 2))
              .within(largest(1e-5))
              .special(Double.NaN, Double.POSITIVE_INFINITY, 0.0, -0.0, -1));
      rows.add(
          OpSpec.of(
                  "cumulativeProduct I32 of axis " + axis, in -> in.get(0).cumulativeProduct(axis))
              .on(any(4, 5, 7)));
    }
    return rows;
  }

  private static List<OpSpec> scans() {
    List<OpSpec> rows = new ArrayList<>();
    for (int axis : new int[] {-1, 0, 1}) {
      for (int variant = 0; variant < 4; variant++) {
        boolean reverse = (variant & 1) != 0;
        boolean exclusive = (variant & 2) != 0;
        String name =
            "cumulativeSum of axis "
                + axis
                + (reverse ? " reversed" : "")
                + (exclusive ? " exclusive" : "");
        rows.add(
            floating(OpSpec.of(name, in -> in.get(0).cumulativeSum(axis, reverse, exclusive)))
                .on(floats(-1, 2, 0, 2))
                .within(terms(5e-7))
                .special(NOT_FINITE));
        rows.add(
            OpSpec.of(name + " I32", in -> in.get(0).cumulativeSum(axis, reverse, exclusive))
                .on(any(4, 5, 7)));
      }
    }
    rows.add(
        OpSpec.of("cumulativeSum", in -> in.get(0).cumulativeSum(0))
            .on(floats(-1, 2, 207))
            .within(terms(5e-7)));
    return rows;
  }

  private static OpSpec floating(OpSpec row) {
    return row.on(floats(-1, 2, 4, 5, 7))
        .on(floats(-1, 2, 1, 1, 1))
        .on(floats(-1, 2, 3, 207, 2))
        .on(floats(-1, 2, 70, 3, 65))
        .on(floats(-1, 2, 1, 1, 4098));
  }

  /** Operands whose largest and smallest elements are clear. */
  private static OpSpec clear(OpSpec row) {
    return row.on(distinct(4, 5, 7))
        .on(distinct(1, 1, 1))
        .on(distinct(3, 207, 2))
        .on(distinct(1, 1, 4098));
  }

  private static Operand any(int... dims) {
    return ints(Integer.MIN_VALUE, Integer.MAX_VALUE, dims);
  }
}
