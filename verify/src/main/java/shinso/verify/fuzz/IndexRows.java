package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Positions, order and random draws. */
final class IndexRows {
  private IndexRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(
        Operation.of(
                "gather",
                "%0.gather(#0, %1)",
                (in, p) -> in.get(0).gather(p.i(0), in.get(1)),
                (op, d) -> {
                  int x =
                      d.any(
                          v -> d.rank(v) > 0 && d.rank(v) < 4 && d.size(v) > 0 && d.size(v) < 800);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  int i =
                      positions(
                          d, d.shape(x).dim(axis), d.dims(d.chance(0.1) ? 0 : d.between(1, 2)));
                  return new FuzzProgram.Call(op, List.of(x, i), List.of(axis));
                })
            .exactly());
    rows.add(
        Operation.of(
                "scatterAdd",
                "%0.scatterAdd(#0, %1, #1)",
                (in, p) -> in.get(0).scatterAdd(p.i(0), in.get(1), p.i(1)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  int rank = d.between(1, Math.min(2, d.rank(x) - axis));
                  int size = d.between(1, 9);
                  int i = positions(d, size, d.shape(x).slice(axis, axis + rank).dims());
                  return new FuzzProgram.Call(op, List.of(x, i), List.of(axis, size));
                })
            .exactly());
    rows.add(
        Operation.of(
                "oneHot",
                "%0.oneHot(#0)",
                (in, p) -> in.get(0).oneHot(p.i(0)),
                (op, d) -> {
                  int depth = d.between(1, 9);
                  int i = positions(d, depth, d.dims(d.below(3)));
                  return new FuzzProgram.Call(op, List.of(i), List.of(depth));
                })
            .exactly());
    rows.add(
        Operation.of(
                "takeAlong",
                "%0.takeAlong(#0, %1)",
                (in, p) -> in.get(0).takeAlong(p.i(0), in.get(1)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0 && d.size(v) < 800);
                  if (x < 0) {
                    return null;
                  }
                  int axis = d.axis(x);
                  Shape i = d.shape(x).with(axis, d.between(1, 4));
                  return new FuzzProgram.Call(
                      op, List.of(x, positions(d, d.shape(x).dim(axis), i.dims())), List.of(axis));
                })
            .exactly());
    rows.add(last("argsort", "%0.argsort(?0)", (in, p) -> in.get(0).argsort(p.b(0)), false));
    rows.add(last("sort", "%0.sort(?0)", (in, p) -> in.get(0).sort(p.b(0)), false));
    rows.add(
        last(
            "topKValues",
            "%0.topK(#0).values()",
            (in, p) -> in.get(0).topK(p.i(0)).values(),
            true));
    rows.add(
        last(
            "topKIndices",
            "%0.topK(#0).indices()",
            (in, p) -> in.get(0).topK(p.i(0)).indices(),
            true));

    rows.add(
        drawn(
            "uniform",
            "Tensor.uniform(Rng.ofKey(%0).split(#0), #1*)",
            (in, p) -> Tensor.uniform(key(in, p), p.from(1))));
    rows.add(
        drawn(
            "normal",
            "Tensor.normal(Rng.ofKey(%0).split(#0), #1*)",
            (in, p) -> Tensor.normal(key(in, p), p.from(1))));
    rows.add(
        drawn(
            "gumbel",
            "Tensor.gumbel(Rng.ofKey(%0).split(#0), #1*)",
            (in, p) -> Tensor.gumbel(key(in, p), p.from(1))));
    rows.add(
        Operation.of(
            "bernoulli",
            "%1.bernoulli(Rng.ofKey(%0).split(#0))",
            (in, p) -> in.get(1).bernoulli(key(in, p)),
            (op, d) -> {
              int x = d.anyFloat();
              return x < 0
                  ? null
                  : new FuzzProgram.Call(op, List.of(key(d), x), List.of(d.below(3)));
            }));
    rows.add(
        Operation.of(
            "categorical",
            "%1.categorical(Rng.ofKey(%0).split(#0))",
            (in, p) -> in.get(1).categorical(key(in, p)),
            (op, d) -> {
              int x = d.anyFloat(v -> d.rank(v) > 0 && d.size(v) > 0);
              return x < 0
                  ? null
                  : new FuzzProgram.Call(op, List.of(key(d), x), List.of(d.below(3)));
            }));
    rows.add(
        Operation.of(
                "gamma",
                "%1.stopGradient().gamma(Rng.ofKey(%0).split(#0))",
                (in, p) -> in.get(1).stopGradient().gamma(key(in, p)),
                (op, d) ->
                    new FuzzProgram.Call(
                        op,
                        List.of(key(d), d.given(Filling.POSITIVE, 1, d.dims(d.below(3)))),
                        List.of(d.below(3))))
            .weighing(1));
    return rows;
  }

  static Rng key(List<Tensor> in, Args p) {
    return Rng.ofKey(in.get(0)).split(p.i(0));
  }

  /** A key: data, or computed, so that the program splits it itself. */
  static int key(Draft d) {
    int key = d.given(Filling.KEY, 1, 2);
    return d.chance(0.5) ? key : d.call("neg", key);
  }

  /** Positions on an axis: data, or computed ones that are known to be inside. */
  static int positions(Draft d, int length, int... dims) {
    Shape shape = Shape.of(dims);
    int found =
        d.any(v ->
            d.tensor(v).dtype() == DType.I32
                && d.shape(v).equals(shape)
                && d.min(v) >= 0
                && d.max(v) < length);
    return found >= 0 && d.chance(0.7) ? found : d.given(Filling.POSITIONS, length, dims);
  }

  private static Operation last(String name, String text, Operation.Function f, boolean count) {
    return Operation.of(
            name,
            text,
            f,
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0);
              return x < 0
                  ? null
                  : new FuzzProgram.Call(
                      op,
                      List.of(x),
                      List.of(count ? d.between(1, d.shape(x).dim(-1)) : d.below(2)));
            })
        .exactly();
  }

  private static Operation drawn(String name, String text, Operation.Function f) {
    return Operation.of(
            name,
            text,
            f,
            (op, d) -> {
              List<Number> n = new ArrayList<>(List.of(d.below(3)));
              Arrays.stream(d.dims(d.below(4))).forEach(n::add);
              return new FuzzProgram.Call(op, List.of(key(d)), n);
            })
        .weighing(1);
  }
}
