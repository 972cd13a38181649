package shinso.core.op;

import static shinso.core.op.ElementwiseSpecs.pairs;
import static shinso.core.op.ElementwiseSpecs.unary;
import static shinso.core.op.OpSpec.NOT_FINITE;
import static shinso.core.op.OpSpec.SPECIALS;
import static shinso.core.op.Operand.awayFromZero;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.lattice;
import static shinso.core.op.Operand.ties;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.ulps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Tensor;

/** Functions of one and two elements that are composed of others. */
final class FunctionSpecs {
  /** Without those whose exponential is no float, but half of it is. */
  private static final double[] HYPERBOLIC =
      Arrays.stream(SPECIALS).filter(v -> v != 88.8).toArray();

  /** Without subnormal numbers. */
  private static final double[] NORMAL =
      Arrays.stream(SPECIALS).filter(v -> v == 0 || !(Math.abs(v) < Float.MIN_NORMAL)).toArray();

  private FunctionSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>();
    rows.addAll(trigonometric());
    rows.addAll(hyperbolic());
    rows.addAll(gamma());
    rows.addAll(binary());
    return rows;
  }

  private static List<OpSpec> trigonometric() {
    return List.of(
        unary("tan", Tensor::tan, -1.3, 1.3).within(ulps(5)).special(SPECIALS),
        unary("asin", Tensor::asin, -0.9, 0.9).within(ulps(4)).special(SPECIALS),
        unary("acos", Tensor::acos, -0.9, 0.9).within(ulps(4)).special(SPECIALS),
        unary("atan", Tensor::atan, -3, 3).within(ulps(4)).special(SPECIALS),
        unary("atan wide", Tensor::atan, -300, 300).within(ulps(4)),
        unary("atan near 0", x -> x.mul(0.01).atan(), -1, 1).within(ulps(4)),
        OpSpec.of("atan of 0", in -> in.get(0).atan()).within(ulps(4)).on(ties(30)),
        pairs(
                OpSpec.of("atan2", in -> in.get(0).atan2(in.get(1))),
                d -> awayFromZero(0.3, 3, d),
                d -> awayFromZero(0.3, 3, d))
            .within(ulps(5))
            .special(SPECIALS));
  }

  private static List<OpSpec> hyperbolic() {
    return List.of(
        unary("sinh", Tensor::sinh, -4, 4).within(ulps(4)).special(HYPERBOLIC),
        unary("sinh near 0", x -> x.mul(0.01).sinh(), -1, 1).within(ulps(4)),
        unary("cosh", Tensor::cosh, -4, 4).within(ulps(4)).special(HYPERBOLIC),
        unary("asinh", Tensor::asinh, -4, 4).within(ulps(5)).special(SPECIALS),
        unary("asinh wide", x -> x.mul(1e4).asinh(), 0.3, 4).within(ulps(4)),
        OpSpec.of("asinh of 0", in -> in.get(0).asinh()).within(ulps(5)).on(ties(30)),
        unary("acosh", Tensor::acosh, 1.3, 4).within(ulps(5)).special(SPECIALS),
        unary("atanh", Tensor::atanh, -0.8, 0.8).within(ulps(4)).special(SPECIALS),
        unary("atanh near 0", x -> x.mul(0.01).atanh(), -1, 1).within(ulps(4)));
  }

  private static List<OpSpec> gamma() {
    return List.of(
        unary("lgamma", Tensor::lgamma, 0.4, 3).within(ulps(8)).special(NORMAL),
        unary("lgamma near 1", Tensor::lgamma, 0.999, 1.001).within(ulps(8)),
        unary("lgamma near 2", Tensor::lgamma, 1.999, 2.001).within(ulps(8)),
        unary("lgamma near 0", x -> x.mul(0.01).lgamma(), 0.4, 3).within(ulps(8)),
        unary("lgamma to 20", Tensor::lgamma, 2, 20).within(ulps(8)),
        unary("lgamma wide", x -> x.mul(1000).lgamma(), 0.4, 30).within(ulps(8)),
        unary("lgamma negative", Tensor::lgamma, -2.75, -2.25).within(largest(1e-6)),
        unary("lgamma below 0", x -> x.mul(-0.01).lgamma(), 0.4, 3).within(ulps(8)),
        unary("digamma", Tensor::digamma, 0.5, 3).within(largest(5e-7)).special(NORMAL),
        unary("digamma near 0", x -> x.mul(0.01).digamma(), 0.4, 3).within(ulps(8)),
        unary("digamma to 20", Tensor::digamma, 2, 20).within(ulps(8)),
        unary("digamma wide", x -> x.mul(1000).digamma(), 0.4, 30).within(ulps(4)),
        unary("digamma negative", Tensor::digamma, -2.75, -2.25).within(largest(1e-6)));
  }

  private static List<OpSpec> binary() {
    return List.of(
        // Quotients that are no whole numbers.
        pairs(
                OpSpec.of("mod", in -> in.get(0).mul(in.get(1)).mod(in.get(1))),
                d -> lattice(0.4, d),
                d -> awayFromZero(0.5, 3, d))
            .within(largest(1e-6))
            .special(NOT_FINITE),
        unary("mod of a number", x -> x.mod(1.5), 0.1, 1.4).within(largest(1e-6)),
        pairs(
                OpSpec.of("logAddExp", in -> in.get(0).logAddExp(in.get(1))),
                d -> floats(-3, 3, d),
                d -> floats(-3, 3, d))
            .within(largest(5e-7))
            .special(
                Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 100, -200, 1e30),
        OpSpec.of("logAddExp of equal ones", in -> in.get(0).logAddExp(in.get(1)))
            .within(largest(5e-7))
            .on(ties(50), ties(50))
            .on(ties(5, 7), ties(7)));
  }
}
