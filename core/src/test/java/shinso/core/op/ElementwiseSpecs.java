package shinso.core.op;

import static shinso.core.op.OpSpec.SPECIALS;
import static shinso.core.op.OpSpec.ZEROS_AND_ONES;
import static shinso.core.op.Operand.awayFromZero;
import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.ints;
import static shinso.core.op.Operand.lattice;
import static shinso.core.op.Operand.ties;
import static shinso.core.op.Tolerance.ROUNDED;
import static shinso.core.op.Tolerance.ulps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Functions of one element, of two and of three. */
final class ElementwiseSpecs {
  private static final int[][] SHAPES = {{13}, {}, {0}, {1}, {207}, {3, 5, 7}, {2, 0, 3}, {4098}};
  private static final int[][][] PAIRS = {
    {{5, 7}, {5, 7}},
    {{5, 7}, {7}},
    {{4, 1}, {1, 6}},
    {{}, {13}},
    {{3, 1, 5}, {2, 5}},
    {{0}, {1}},
    {{2, 3, 1, 5}, {3, 4, 1}},
    {{4098}, {4098}}
  };

  private ElementwiseSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>();
    rows.addAll(unary());
    rows.addAll(unaryWithKinks());
    rows.addAll(integerUnary());
    rows.addAll(arithmetic());
    rows.addAll(comparisons());
    rows.addAll(integerBinary());
    rows.addAll(selections());
    rows.addAll(casts());
    return rows;
  }

  private static List<OpSpec> unary() {
    return List.of(
        unary("neg", Tensor::neg, -3, 3).special(SPECIALS),
        unary("reciprocal", Tensor::reciprocal, 0.2, 3).within(ulps(1)).special(SPECIALS),
        unary("reciprocal negative", Tensor::reciprocal, -3, -0.2).within(ulps(1)),
        unary("sqrt", Tensor::sqrt, 0.1, 4).special(SPECIALS),
        unary("square", Tensor::square, -3, 3).special(SPECIALS),
        unary("exp", Tensor::exp, -5, 5).within(ulps(2)).special(SPECIALS),
        unary("exp wide", Tensor::exp, -90, 80).within(ulps(2)),
        unary("expm1", Tensor::expm1, -3, 3).within(ulps(2)).special(SPECIALS),
        unary("expm1 wide", Tensor::expm1, -20, 88.7).within(ulps(2)),
        unary("expm1 near 0", Tensor::expm1, -1e-3, 1e-3).within(ulps(2)),
        unary("log", Tensor::log, 0.05, 10).within(ulps(2)).special(SPECIALS),
        unary("log near 1", Tensor::log, 0.99, 1.01).within(ulps(2)),
        unary("log1p", Tensor::log1p, -0.9, 5).within(ulps(2)).special(SPECIALS),
        unary("log1p near 0", Tensor::log1p, -1e-3, 1e-3).within(ulps(2)),
        unary("sin", Tensor::sin, -10, 10).within(ulps(2)).special(SPECIALS),
        unary("cos", Tensor::cos, -10, 10).within(ulps(2)).special(SPECIALS),
        unary("tanh", Tensor::tanh, -4, 4).within(ulps(2)).special(SPECIALS),
        unary("tanh near 0", Tensor::tanh, -1e-2, 1e-2).within(ulps(2)),
        unary("sigmoid", Tensor::sigmoid, -8, 8).within(ulps(2)).special(SPECIALS),
        unary("sigmoid wide", Tensor::sigmoid, -80, 30).within(ulps(2)),
        unary("softplus", Tensor::softplus, -8, 8).within(ulps(2)).special(SPECIALS),
        unary("erf", Tensor::erf, -3, 3).within(ulps(2)).special(SPECIALS));
  }

  private static List<OpSpec> unaryWithKinks() {
    return List.of(
        away("abs", Tensor::abs).special(SPECIALS),
        away("relu", Tensor::relu).special(SPECIALS),
        gradient("relu gradient at 0", Tensor::relu),
        gradient("abs gradient at 0", Tensor::abs),
        gradient("maximum of a number, gradient at ties", x -> x.maximum(1)),
        gradient("minimum of a number, gradient at ties", x -> x.minimum(-1)),
        gradient("clip gradient at the bounds", x -> x.clip(-1, 2)),
        away("sign", Tensor::sign).special(SPECIALS).flat(),
        away("not", Tensor::not).special(SPECIALS).flat(),
        away("stopGradient", Tensor::stopGradient).special(SPECIALS).flat(),
        each(OpSpec.of("clip", in -> in.get(0).clip(-1.5, 1.5)), d -> lattice(0, d))
            .special(SPECIALS),
        each(OpSpec.of("floor", in -> in.get(0).floor()), d -> lattice(0.3, d))
            .special(SPECIALS)
            .flat(),
        each(OpSpec.of("round", in -> in.get(0).round()), d -> lattice(0.3, d))
            .special(SPECIALS)
            .flat());
  }

  private static List<OpSpec> integerUnary() {
    List<OpSpec> rows = new ArrayList<>();
    rows.add(OpSpec.of("neg I32", in -> in.get(0).neg()));
    rows.add(OpSpec.of("abs I32", in -> in.get(0).abs()));
    rows.add(OpSpec.of("sign I32", in -> in.get(0).sign()));
    rows.add(OpSpec.of("relu I32", in -> in.get(0).relu()));
    rows.add(OpSpec.of("clip I32", in -> in.get(0).clip(-1, 40)));
    rows.add(OpSpec.of("not I32", in -> in.get(0).not()));
    rows.add(OpSpec.of("stopGradient I32", in -> in.get(0).stopGradient()));
    rows.replaceAll(row ->
        each(row, d -> ints(Integer.MIN_VALUE, Integer.MAX_VALUE, d))
            .on(ints(-2, 2, 50))
            .on(ints(Integer.MIN_VALUE, Integer.MIN_VALUE + 2, 9)));
    return rows;
  }

  private static List<OpSpec> arithmetic() {
    return List.of(
        binary("add", Tensor::add).within(ROUNDED).special(SPECIALS),
        binary("sub", Tensor::sub).within(ROUNDED).special(SPECIALS),
        binary("mul", Tensor::mul).within(ROUNDED).special(SPECIALS),
        binary("maximum", Tensor::maximum).special(SPECIALS),
        binary("minimum", Tensor::minimum).special(SPECIALS),
        pairs(
                OpSpec.of("div", in -> in.get(0).div(in.get(1))),
                d -> floats(-3, 3, d),
                d -> awayFromZero(0.3, 3, d))
            .within(ROUNDED)
            .special(SPECIALS),
        pairs(
                OpSpec.of("pow", in -> in.get(0).pow(in.get(1))),
                d -> floats(0.2, 3, d),
                d -> floats(-2, 3, d))
            .within(ulps(2))
            .special(SPECIALS),
        OpSpec.of(
                "maximum gradient at ties",
                in -> Autodiff.gradient(in.get(0).maximum(in.get(1)).sum(), in.get(0)))
            .special(SPECIALS)
            .on(ties(300), ties(300))
            .on(ties(5, 7), ties(7))
            .flat(),
        OpSpec.of(
                "minimum gradient at ties",
                in -> Autodiff.gradient(in.get(0).minimum(in.get(1)).sum(), in.get(1)))
            .special(SPECIALS)
            .on(ties(300), ties(300))
            .on(ties(7), ties(5, 7))
            .flat(),
        unary("pow of 1", x -> x.fullLike(1).pow(x), -3, 3).special(SPECIALS).flat(),
        unary("pow by 3", x -> x.pow(3), -2, 2).within(ulps(2)).special(SPECIALS),
        unary("pow by 2 of 0", x -> x.mul(0).pow(2).add(x.pow(1)), -2, 2).within(ulps(2)),
        unary("pow by 0", x -> x.pow(0), -2, 2).special(SPECIALS).flat(),
        unary("add of a number", x -> x.add(1.5), -3, 3).special(SPECIALS),
        unary("sub of a number", x -> x.sub(1.5), -3, 3).special(SPECIALS),
        unary("rsub", x -> x.rsub(1.5), -3, 3).special(SPECIALS),
        unary("mul by a number", x -> x.mul(0.375), -3, 3).within(ROUNDED).special(SPECIALS),
        unary("div by a number", x -> x.div(0.375), -3, 3).within(ROUNDED).special(SPECIALS),
        unary("mul by itself twice", x -> x.mul(x).mul(x), -2, 2).within(ulps(2)));
  }

  private static List<OpSpec> comparisons() {
    List<OpSpec> rows = new ArrayList<>();
    rows.add(binary("less", Tensor::less));
    rows.add(binary("lessEqual", Tensor::lessEqual));
    rows.add(binary("greater", Tensor::greater));
    rows.add(binary("greaterEqual", Tensor::greaterEqual));
    rows.add(binary("equal", Tensor::equal));
    rows.add(binary("notEqual", Tensor::notEqual));
    rows.add(binary("and", Tensor::and));
    rows.add(binary("or", Tensor::or));
    rows.replaceAll(row -> row.on(ties(300), ties(300)).special(SPECIALS).flat());
    return rows;
  }

  private static List<OpSpec> integerBinary() {
    List<OpSpec> rows = new ArrayList<>();
    rows.add(OpSpec.of("add I32", in -> in.get(0).add(in.get(1))));
    rows.add(OpSpec.of("sub I32", in -> in.get(0).sub(in.get(1))));
    rows.add(OpSpec.of("mul I32", in -> in.get(0).mul(in.get(1))));
    rows.add(OpSpec.of("div I32", in -> in.get(0).div(in.get(1))));
    rows.add(OpSpec.of("mod I32", in -> in.get(0).mod(in.get(1))));
    rows.add(OpSpec.of("maximum I32", in -> in.get(0).maximum(in.get(1))));
    rows.add(OpSpec.of("minimum I32", in -> in.get(0).minimum(in.get(1))));
    rows.add(OpSpec.of("less I32", in -> in.get(0).less(in.get(1))));
    rows.add(OpSpec.of("lessEqual I32", in -> in.get(0).lessEqual(in.get(1))));
    rows.add(OpSpec.of("equal I32", in -> in.get(0).equal(in.get(1))));
    rows.add(OpSpec.of("notEqual I32", in -> in.get(0).notEqual(in.get(1))));
    int least = Integer.MIN_VALUE;
    rows.replaceAll(row ->
        pairs(row, d -> ints(least, Integer.MAX_VALUE, d), d -> ints(least, Integer.MAX_VALUE, d))
            .on(ints(-9, 9, 500), ints(-3, 3, 500))
            .on(ints(least, least + 1, 50), ints(-2, 1, 50)));
    return rows;
  }

  private static List<OpSpec> selections() {
    return List.of(
        OpSpec.of("select", in -> Tensor.select(in.get(0), in.get(1), in.get(2)))
            .special(SPECIALS)
            .on(ints(-1, 1, 5, 7), floats(-3, 3, 5, 7), floats(-3, 3, 5, 7))
            .on(ints(0, 1), floats(-3, 3, 13), floats(-3, 3, 13))
            .on(ints(0, 1, 4, 1), floats(-3, 3, 5), floats(-3, 3, 4, 5))
            .on(ints(0, 1, 0), floats(-3, 3, 0), floats(-3, 3, 1))
            .on(ints(0, 1, 4098), floats(-3, 3, 4098), floats(-3, 3, 4098)),
        OpSpec.of("select by floats", in -> Tensor.select(in.get(0).floor(), in.get(1), in.get(2)))
            .special(SPECIALS)
            .on(lattice(0.5, 5, 7), floats(-3, 3, 5, 7), floats(-3, 3, 5, 7))
            .on(lattice(0.5, 207), floats(-3, 3, 207), floats(-3, 3, 207)),
        OpSpec.of("select I32", in -> Tensor.select(in.get(0), in.get(1), in.get(2)))
            .on(ints(0, 1, 5, 7), ints(-9, 9, 5, 7), ints(-9, 9, 5, 7))
            .on(ints(0, 1, 207), ints(-9, 9, 207), ints(-9, 9, 207)),
        OpSpec.of("select a or a number", in -> Tensor.select(in.get(0), in.get(1), 0.25))
            .on(ints(0, 1, 37), floats(-3, 3, 37)),
        OpSpec.of("select a number or b", in -> Tensor.select(in.get(0), 0.25, in.get(1)))
            .on(ints(0, 1, 37), floats(-3, 3, 37)));
  }

  private static List<OpSpec> casts() {
    return List.of(
        each(OpSpec.of("cast to I32", in -> in.get(0).cast(DType.I32)), d -> lattice(0.4, d))
            .special(SPECIALS)
            .flat(),
        each(
            OpSpec.of("cast from I32", in -> in.get(0).cast(DType.F32)),
            d -> ints(Integer.MIN_VALUE, Integer.MAX_VALUE, d)),
        OpSpec.of(
                "cast there and back",
                in -> in.get(0).mul(in.get(1).cast(DType.I32).cast(in.get(0).dtype())))
            .special(ZEROS_AND_ONES)
            .on(floats(-3, 3, 5, 7), lattice(0.4, 5, 7)));
  }

  static OpSpec unary(String name, UnaryOperator<Tensor> f, double low, double high) {
    return each(OpSpec.of(name, in -> f.apply(in.get(0))), d -> floats(low, high, d));
  }

  /** The gradient of a function whose derivative is constant between whole numbers. */
  private static OpSpec gradient(String name, UnaryOperator<Tensor> f) {
    return each(
            OpSpec.of(name, in -> Autodiff.gradient(f.apply(in.get(0)).sum(), in.get(0))),
            Operand::ties)
        .special(SPECIALS)
        .flat();
  }

  private static OpSpec away(String name, UnaryOperator<Tensor> f) {
    return each(OpSpec.of(name, in -> f.apply(in.get(0))), d -> awayFromZero(0.1, 3, d));
  }

  /** Operands that are never close to each other, so that the larger one is clear. */
  private static OpSpec binary(String name, BinaryOperator<Tensor> f) {
    return pairs(
        OpSpec.of(name, in -> f.apply(in.get(0), in.get(1))),
        d -> lattice(0.25, d),
        d -> lattice(0.75, d));
  }

  static OpSpec each(OpSpec row, Function<int[], Operand> operand) {
    OpSpec r = row;
    for (int[] shape : SHAPES) {
      r = r.on(operand.apply(shape));
    }
    return r;
  }

  static OpSpec pairs(OpSpec row, Function<int[], Operand> a, Function<int[], Operand> b) {
    OpSpec r = row;
    for (int[][] shapes : PAIRS) {
      r = r.on(a.apply(shapes[0]), b.apply(shapes[1]));
    }
    return r;
  }
}
