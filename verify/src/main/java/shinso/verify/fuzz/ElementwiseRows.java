package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Functions of one, two and three elements. */
final class ElementwiseRows {
  private ElementwiseRows() {}

  /** Whether a function may be applied to a value. */
  @FunctionalInterface
  interface Domain {
    boolean holds(Draft d, int value);

    /** Also where special values are. */
    default boolean orSpecial(Draft d, int value) {
      return d.kind == Draft.Kind.SPECIALS || holds(d, value);
    }
  }

  static final Domain EVERYWHERE = (d, v) -> true;
  static final Domain MODERATE = (d, v) -> d.magnitude(v) <= 15;
  static final Domain POSITIVE = (d, v) -> d.min(v) > 0.01;
  private static final Domain NOT_NEGATIVE = (d, v) -> d.min(v) >= 0;
  static final Domain NOT_ZERO = (d, v) -> d.leastMagnitude(v) > 0.05;

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(any("neg", Tensor::neg));
    rows.add(any("abs", Tensor::abs));
    rows.add(any("sign", Tensor::sign));
    rows.add(any("not", Tensor::not));
    rows.add(any("stopGradient", Tensor::stopGradient));
    rows.add(unary("square", Tensor::square, EVERYWHERE).exactly());
    rows.add(unary("relu", Tensor::relu, EVERYWHERE).exactly().weighing(4));
    rows.add(unary("floor", Tensor::floor, EVERYWHERE).exactly());
    rows.add(unary("round", Tensor::round, EVERYWHERE).exactly());
    rows.add(unary("reciprocal", Tensor::reciprocal, NOT_ZERO));
    rows.add(unary("sqrt", Tensor::sqrt, NOT_NEGATIVE));
    rows.add(unary("exp", Tensor::exp, MODERATE));
    rows.add(unary("expm1", Tensor::expm1, MODERATE));
    rows.add(unary("log", Tensor::log, POSITIVE));
    rows.add(unary("log1p", Tensor::log1p, (d, v) -> d.min(v) > -0.9));
    rows.add(unary("sin", Tensor::sin, EVERYWHERE));
    rows.add(unary("cos", Tensor::cos, EVERYWHERE));
    rows.add(unary("tanh", Tensor::tanh, EVERYWHERE).weighing(5));
    rows.add(unary("sigmoid", Tensor::sigmoid, EVERYWHERE).weighing(5));
    rows.add(unary("softplus", Tensor::softplus, EVERYWHERE));
    rows.add(unary("erf", Tensor::erf, EVERYWHERE));

    rows.add(both("add", Tensor::add, EVERYWHERE, true).weighing(6));
    rows.add(both("sub", Tensor::sub, EVERYWHERE, true).weighing(4));
    rows.add(both("mul", Tensor::mul, EVERYWHERE, true).weighing(6));
    rows.add(both("div", Tensor::div, NOT_ZERO, false));
    rows.add(both("maximum", Tensor::maximum, EVERYWHERE, true));
    rows.add(both("minimum", Tensor::minimum, EVERYWHERE, true));
    rows.add(both("less", Tensor::less, EVERYWHERE, true));
    rows.add(both("lessEqual", Tensor::lessEqual, EVERYWHERE, true));
    rows.add(both("greater", Tensor::greater, EVERYWHERE, true));
    rows.add(both("greaterEqual", Tensor::greaterEqual, EVERYWHERE, true));
    rows.add(both("equal", Tensor::equal, EVERYWHERE, true));
    rows.add(both("notEqual", Tensor::notEqual, EVERYWHERE, true));
    rows.add(both("and", Tensor::and, EVERYWHERE, true));
    rows.add(both("or", Tensor::or, EVERYWHERE, true));
    rows.add(
        Operation.of(
            "pow",
            "%0.pow(%1)",
            (in, p) -> in.get(0).pow(in.get(1)),
            (op, d) -> {
              int a = d.anyFloat(v -> POSITIVE.orSpecial(d, v));
              return a < 0 ? null : call(op, a, d.partner(a));
            }));

    rows.add(scalar("addScalar", "%0.add(#0)", (x, p) -> x.add(p.d(0))).exactly());
    rows.add(scalar("subScalar", "%0.sub(#0)", (x, p) -> x.sub(p.d(0))).exactly());
    rows.add(scalar("rsubScalar", "%0.rsub(#0)", (x, p) -> x.rsub(p.d(0))).exactly());
    rows.add(scalar("mulScalar", "%0.mul(#0)", (x, p) -> x.mul(p.d(0))).exactly().weighing(4));
    rows.add(scalar("maxScalar", "%0.maximum(#0)", (x, p) -> x.maximum(p.d(0))).exactly());
    rows.add(scalar("minScalar", "%0.minimum(#0)", (x, p) -> x.minimum(p.d(0))).exactly());
    rows.add(scalar("lessScalar", "%0.less(#0)", (x, p) -> x.less(p.d(0))).exactly());
    rows.add(scalar("equalScalar", "%0.equal(#0)", (x, p) -> x.equal(p.d(0))).exactly());
    rows.add(
        Operation.of(
            "divScalar",
            "%0.div(#0)",
            (in, p) -> in.get(0).div(p.d(0)),
            (op, d) -> withNumber(op, d, d.chance(0.5) ? 2 : 3)));
    rows.add(
        Operation.of(
            "powScalar",
            "%0.pow(#0)",
            (in, p) -> in.get(0).pow(p.d(0)),
            (op, d) -> {
              double[] exponents = {2, 3, 0.5, -1, 1, 0};
              double e = exponents[d.below(exponents.length)];
              boolean anywhere = e == 2 || e == 3;
              int a = d.anyFloat(v -> anywhere || POSITIVE.orSpecial(d, v));
              return a < 0 ? null : new FuzzProgram.Call(op, List.of(a), List.of(e));
            }));
    rows.add(
        Operation.of(
                "clip",
                "%0.clip(#0, #1)",
                (in, p) -> in.get(0).clip(p.d(0), p.d(1)),
                (op, d) -> {
                  int a = d.anyFloat();
                  double low = -d.between(0, 2);
                  return a < 0
                      ? null
                      : new FuzzProgram.Call(
                          op, List.of(a), List.of(low, (double) d.between(1, 3)));
                })
            .exactly());
    rows.add(
        Operation.of(
                "fullLike",
                "%0.fullLike(#0)",
                (in, p) -> in.get(0).fullLike(p.d(0)),
                (op, d) -> withNumber(op, d, d.between(-1, 2)))
            .exactly());
    rows.add(
        Operation.of(
                "select",
                "Tensor.select(%0, %1, %2)",
                (in, p) -> Tensor.select(in.get(0), in.get(1), in.get(2)),
                (op, d) -> {
                  int a = d.any(v -> true);
                  if (a < 0) {
                    return null;
                  }
                  int c = d.like(d.shape(a), d.chance(0.7) ? DType.F32 : DType.I32);
                  return call(op, c, a, d.like(d.shape(a), d.tensor(a).dtype()));
                })
            .exactly()
            .weighing(4));
    rows.add(
        Operation.of(
                "toInt",
                "%0.cast(DType.I32)",
                (in, p) -> in.get(0).cast(DType.I32),
                (op, d) -> {
                  int a = d.anyFloat();
                  return a < 0 ? null : call(op, a);
                })
            .exactly());
    rows.add(
        Operation.of(
                "toFloat",
                "%0.cast(DType.F32)",
                (in, p) -> in.get(0).cast(DType.F32),
                (op, d) -> {
                  int a = d.any(v -> d.tensor(v).dtype() == DType.I32);
                  return a < 0 ? null : call(op, a);
                })
            .exactly()
            .weighing(4));
    rows.add(
        Operation.of(
                "toDouble",
                "%0.cast(DType.F64)",
                (in, p) -> in.get(0).cast(DType.F64),
                (op, d) -> {
                  int a = d.hasDoubles() ? d.any(v -> true) : -1;
                  return a < 0 ? null : call(op, a);
                })
            .exactly()
            .weighing(6));
    rows.add(
        Operation.of(
                "toSingle",
                "%0.cast(DType.F32)",
                (in, p) -> in.get(0).cast(DType.F32),
                (op, d) -> {
                  int a = d.hasDoubles() ? d.any(v -> d.tensor(v).dtype() == DType.F64) : -1;
                  return a < 0 ? null : call(op, a);
                })
            .exactly()
            .weighing(8));
    return rows;
  }

  private interface WithNumbers {
    Tensor apply(Tensor x, Args p);
  }

  static FuzzProgram.Call call(Operation op, int... operands) {
    List<Integer> in = new ArrayList<>();
    for (int o : operands) {
      in.add(o);
    }
    return new FuzzProgram.Call(op, in, List.of());
  }

  static Operation unary(String name, UnaryOperator<Tensor> f, Domain domain) {
    return Operation.of(
        name,
        "%0." + name + "()",
        (in, p) -> f.apply(in.get(0)),
        (op, d) -> {
          int x = d.any(v -> d.isFloating(v) && domain.orSpecial(d, v));
          return x < 0 ? null : call(op, x);
        });
  }

  /** A function that takes integers as well. */
  private static Operation any(String name, UnaryOperator<Tensor> f) {
    return Operation.of(
            name,
            "%0." + name + "()",
            (in, p) -> f.apply(in.get(0)),
            (op, d) -> {
              int x = d.any(v -> true);
              return x < 0 ? null : call(op, x);
            })
        .exactly();
  }

  static Operation both(String name, BinaryOperator<Tensor> f, Domain second, boolean exact) {
    Operation row =
        Operation.of(
            name,
            "%0." + name + "(%1)",
            (in, p) -> f.apply(in.get(0), in.get(1)),
            (op, d) -> {
              int a = d.any(v -> second.orSpecial(d, v));
              if (a < 0) {
                return null;
              }
              int b = d.partner(a);
              return d.chance(0.5) || !second.orSpecial(d, b) ? call(op, b, a) : call(op, a, b);
            });
    return exact ? row.exactly() : row;
  }

  private static FuzzProgram.Call withNumber(Operation op, Draft d, double number) {
    int a = d.anyFloat();
    return new FuzzProgram.Call(op, List.of(Math.max(0, a)), List.of(number));
  }

  private static Operation scalar(String name, String text, WithNumbers f) {
    return Operation.of(
        name,
        text,
        (in, p) -> f.apply(in.get(0), p),
        (op, d) -> {
          int a = d.any(v -> true);
          if (a < 0) {
            return null;
          }
          boolean whole = d.kind == Draft.Kind.INTEGERS || !d.isFloating(a);
          double number = whole ? d.between(-2, 2) : d.between(-8, 8) / 4.0;
          return new FuzzProgram.Call(op, List.of(a), List.of(number));
        });
  }
}
