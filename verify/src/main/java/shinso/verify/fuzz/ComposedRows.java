package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Functions, reductions and movements that are composed of others. */
final class ComposedRows {
  private ComposedRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    functions(rows);
    reductions(rows);
    movements(rows);
    positions(rows);
    draws(rows);
    rows.replaceAll(row -> row.weighing(1));
    return rows;
  }

  private static ElementwiseRows.Domain within(double bound) {
    return (d, v) -> d.magnitude(v) < bound;
  }

  private static void functions(List<Operation> rows) {
    rows.add(ElementwiseRows.unary("tan", Tensor::tan, within(1.3)));
    rows.add(ElementwiseRows.unary("asin", Tensor::asin, within(0.95)));
    rows.add(ElementwiseRows.unary("acos", Tensor::acos, within(0.95)));
    rows.add(ElementwiseRows.unary("atan", Tensor::atan, ElementwiseRows.EVERYWHERE));
    rows.add(ElementwiseRows.unary("sinh", Tensor::sinh, ElementwiseRows.MODERATE));
    rows.add(ElementwiseRows.unary("cosh", Tensor::cosh, ElementwiseRows.MODERATE));
    rows.add(ElementwiseRows.unary("asinh", Tensor::asinh, ElementwiseRows.EVERYWHERE));
    rows.add(ElementwiseRows.unary("acosh", Tensor::acosh, (d, v) -> d.min(v) > 1.05));
    rows.add(ElementwiseRows.unary("atanh", Tensor::atanh, within(0.95)));
    rows.add(ElementwiseRows.unary("lgamma", Tensor::lgamma, ElementwiseRows.POSITIVE));
    rows.add(ElementwiseRows.unary("digamma", Tensor::digamma, ElementwiseRows.POSITIVE));
    rows.add(ElementwiseRows.both("mod", Tensor::mod, ElementwiseRows.NOT_ZERO, true));
    rows.add(floats("logAddExp", Tensor::logAddExp, ElementwiseRows.EVERYWHERE));
    rows.add(floats("atan2", Tensor::atan2, ElementwiseRows.NOT_ZERO));
  }

  private static Operation floats(
      String name, BinaryOperator<Tensor> f, ElementwiseRows.Domain domain) {
    return Operation.of(
        name,
        "%0." + name + "(%1)",
        (in, p) -> f.apply(in.get(0), in.get(1)),
        (op, d) -> {
          int a = d.anyFloat(v -> domain.orSpecial(d, v));
          return a < 0 ? null : ElementwiseRows.call(op, a, d.partner(a));
        });
  }

  private static void reductions(List<Operation> rows) {
    rows.add(ReductionRows.overAxes("prod", Tensor::prod, true));
    rows.add(
        ReductionRows.along("argmin", "%0.argmin(#0)", (x, p) -> x.argmin(p.i(0)), false)
            .exactly());
    rows.add(
        ReductionRows.along(
                "cumulativeMax", "%0.cumulativeMax(#0)", (x, p) -> x.cumulativeMax(p.i(0)), false)
            .exactly());
    rows.add(
        ReductionRows.along(
            "cumulativeProduct",
            "%0.cumulativeProduct(#0)",
            (x, p) -> x.cumulativeProduct(p.i(0)),
            false));
  }

  private static void movements(List<Operation> rows) {
    rows.add(one("diagonal", "%0.diagonal()", Tensor::diagonal, (d, v) -> d.rank(v) > 1));
    rows.add(
        one(
            "diagonalMatrix",
            "%0.diagonalMatrix()",
            Tensor::diagonalMatrix,
            (d, v) ->
                d.rank(v) > 0 && d.rank(v) < 5 && (long) d.size(v) * d.shape(v).dim(-1) < 3000));
    rows.add(one("trace", "%0.trace()", Tensor::trace, (d, v) -> d.rank(v) > 1));
    rows.add(
        Operation.of(
                "outer",
                "%0.outer(%1)",
                (in, p) -> in.get(0).outer(in.get(1)),
                (op, d) -> {
                  int a = d.anyFloat(v -> d.rank(v) > 0 && d.rank(v) < 5 && d.size(v) < 500);
                  if (a < 0) {
                    return null;
                  }
                  Shape s = d.shape(a);
                  int b = d.like(s.with(s.rank() - 1, d.between(1, 8)), DType.F32);
                  return ElementwiseRows.call(op, a, b);
                })
            .exactly());
    rows.add(
        Operation.of(
                "withSlice",
                "%0.withSlice(#0, #1, %1)",
                (in, p) -> in.get(0).withSlice(p.i(0), p.i(1), in.get(1)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  int n = d.shape(x).dim(axis);
                  int from = d.below(n);
                  Shape part = d.shape(x).with(axis, d.between(1, n - from));
                  return new FuzzProgram.Call(
                      op, List.of(x, d.like(part, d.tensor(x).dtype())), List.of(axis, from));
                })
            .exactly());
    rows.add(
        Operation.of(
                "bits",
                "Tensor.bits(#0)",
                (in, p) -> Tensor.bits(p.i(0)),
                (op, d) -> new FuzzProgram.Call(op, List.of(), List.of(d.below(7))))
            .exactly());
  }

  private interface Fits {
    boolean holds(Draft d, int value);
  }

  private interface Movement {
    Tensor apply(Tensor x);
  }

  private static Operation one(String name, String text, Movement f, Fits fits) {
    return Operation.of(
            name,
            text,
            (in, p) -> f.apply(in.get(0)),
            (op, d) -> {
              IntPredicate suits = v -> fits.holds(d, v);
              int x = d.any(suits);
              return x < 0 ? null : ElementwiseRows.call(op, x);
            })
        .exactly();
  }

  private static void positions(List<Operation> rows) {
    rows.add(
        Operation.of(
                "scatterMax",
                "%0.scatterMax(#0, %1, #1)",
                (in, p) -> in.get(0).scatterMax(p.i(0), in.get(1), p.i(1)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  int rank = d.between(1, Math.min(2, d.rank(x) - axis));
                  int size = d.between(1, 9);
                  int i = IndexRows.positions(d, size, d.shape(x).slice(axis, axis + rank).dims());
                  return new FuzzProgram.Call(op, List.of(x, i), List.of(axis, size));
                })
            .exactly());
    rows.add(
        Operation.of(
                "scatter",
                "%0.scatter(#0, %1, %2)",
                (in, p) -> in.get(0).scatter(p.i(0), in.get(1), in.get(2)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0 && d.rank(v) < 5 && d.size(v) > 0);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  int n = d.shape(x).dim(axis);
                  int count = d.between(1, 3);
                  int i = IndexRows.positions(d, n, count);
                  int values = d.like(d.shape(x).with(axis, count), d.tensor(x).dtype());
                  return new FuzzProgram.Call(op, List.of(x, i, values), List.of(axis));
                })
            .exactly());
  }

  private static void draws(List<Operation> rows) {
    rows.add(
        Operation.of(
            "beta",
            "%1.stopGradient().beta(%2.stopGradient(), Rng.ofKey(%0).split(#0))",
            (in, p) ->
                in.get(1).stopGradient().beta(in.get(2).stopGradient(), IndexRows.key(in, p)),
            (op, d) -> {
              int a = d.given(Filling.POSITIVE, 1, d.dims(d.below(3)));
              int b = d.given(Filling.POSITIVE, 1, d.shape(a).dims());
              return new FuzzProgram.Call(op, List.of(IndexRows.key(d), a, b), List.of(d.below(3)));
            }));
    rows.add(
        drawn(
            "dirichlet",
            "%1.stopGradient().dirichlet(Rng.ofKey(%0).split(#0))",
            (in, p) -> in.get(1).stopGradient().dirichlet(IndexRows.key(in, p))));
    rows.add(
        drawn(
            "studentT",
            "%1.stopGradient().studentT(Rng.ofKey(%0).split(#0))",
            (in, p) -> in.get(1).stopGradient().studentT(IndexRows.key(in, p))));
  }

  private static Operation drawn(String name, String text, Operation.Function f) {
    return Operation.of(
        name,
        text,
        f,
        (op, d) -> {
          int[] dims = d.dims(d.between(1, 2));
          dims[dims.length - 1] = Math.max(1, dims[dims.length - 1]);
          return new FuzzProgram.Call(
              op,
              List.of(IndexRows.key(d), d.given(Filling.POSITIVE, 1, dims)),
              List.of(d.below(3)));
        });
  }
}
