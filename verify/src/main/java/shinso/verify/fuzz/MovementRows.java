package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.MovementOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** What only moves elements, and leaves that are made of no data. */
final class MovementRows {
  private MovementRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(
        row(
                "reshape",
                "%0.reshape(#*)",
                (in, p) -> in.get(0).reshape(Shape.of(p.from(0))),
                (op, d) -> {
                  int x = d.any(v -> true);
                  return x < 0 ? null : call(op, x, numbers(factors(d, d.shape(x))));
                })
            .weighing(4));
    rows.add(
        row(
            "flatten",
            "%0.flatten(#0)",
            (in, p) -> in.get(0).flatten(p.i(0)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0);
              return x < 0 ? null : call(op, x, List.of(d.axis(x)));
            }));
    rows.add(
        row(
            "unsqueeze",
            "%0.unsqueeze(#0)",
            (in, p) -> in.get(0).unsqueeze(p.i(0)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) < 5);
              return x < 0 ? null : call(op, x, List.of(d.below(d.rank(x) + 1)));
            }));
    rows.add(
        row(
            "squeeze",
            "%0.squeeze(#0)",
            (in, p) -> in.get(0).squeeze(p.i(0)),
            (op, d) -> {
              int x = d.any(v -> Arrays.stream(d.shape(v).dims()).anyMatch(i -> i == 1));
              if (x < 0) {
                return null;
              }
              int[] ones =
                  IntStream.range(0, d.rank(x)).filter(a -> d.shape(x).dim(a) == 1).toArray();
              return call(op, x, List.of(ones[d.below(ones.length)]));
            }));
    rows.add(
        row(
                "permute",
                "%0.permute(#*)",
                (in, p) -> in.get(0).permute(p.from(0)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 1);
                  if (x < 0) {
                    return null;
                  }
                  List<Number> order =
                      new ArrayList<>(IntStream.range(0, d.rank(x)).boxed().toList());
                  Collections.shuffle(order, d.random);
                  return call(op, x, order);
                })
            .weighing(3));
    rows.add(
        row(
                "transpose",
                "%0.transpose()",
                (in, p) -> in.get(0).transpose(),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 1);
                  return x < 0 ? null : call(op, x, List.of());
                })
            .weighing(4));
    rows.add(
        row(
            "swapAxes",
            "%0.swapAxes(#0, #1)",
            (in, p) -> in.get(0).swapAxes(p.i(0), p.i(1)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 1);
              return x < 0 ? null : call(op, x, List.of(d.axis(x), d.axis(x)));
            }));
    rows.add(
        row(
            "broadcastTo",
            "%0.broadcastTo(Shape.of(#*))",
            (in, p) -> in.get(0).broadcastTo(Shape.of(p.from(0))),
            MovementRows::broadcast));
    rows.add(
        row(
                "slice",
                "%0.slice(#0, #1, #2, #3)",
                (in, p) -> in.get(0).slice(p.i(0), p.i(1), p.i(2), p.i(3)),
                MovementRows::slice)
            .weighing(8));
    rows.add(
        row(
            "at",
            "%0.at(#0, #1)",
            (in, p) -> in.get(0).at(p.i(0), p.i(1)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0);
              if (x < 0) {
                return null;
              }
              int axis = d.axis(x);
              return call(op, x, List.of(axis, d.between(-1, d.shape(x).dim(axis) - 1)));
            }));
    rows.add(
        row(
                "pad",
                "%0.pad(#0, #1, #2, #3)",
                (in, p) -> in.get(0).pad(p.i(0), p.i(1), p.i(2), p.d(3)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0);
                  return x < 0
                      ? null
                      : call(
                          op, x, List.of(d.axis(x), d.below(3), d.below(3), (double) d.below(2)));
                })
            .weighing(3));
    rows.add(
        row(
            "spread",
            "TensorAccess.apply(new MovementOp.Pad(~1, ~2, ~3, #0), %0)",
            (in, p) -> {
              int rank = in.get(0).shape().rank();
              int[] n = p.from(1);
              return TensorAccess.apply(
                  new MovementOp.Pad(
                      list(n, 0, rank), list(n, rank, rank), list(n, 2 * rank, rank), p.d(0)),
                  in.get(0));
            },
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0);
              if (x < 0) {
                return null;
              }
              List<Number> n = new ArrayList<>(List.of((double) d.below(2)));
              IntStream.range(0, 3 * d.rank(x)).forEach(i -> n.add(d.chance(0.6) ? 0 : d.below(3)));
              return call(op, x, n);
            }));
    rows.add(
        row(
                "concat",
                "Tensor.concat(#0, List.of(%*))",
                (in, p) -> Tensor.concat(p.i(0), in),
                MovementRows::concat)
            .weighing(12));
    rows.add(
        row(
                "stack",
                "Tensor.stack(#0, List.of(%*))",
                (in, p) -> Tensor.stack(p.i(0), in),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) < 5);
                  if (x < 0) {
                    return null;
                  }
                  List<Integer> parts = new ArrayList<>(List.of(x));
                  IntStream.range(0, d.between(1, 2))
                      .forEach(i -> parts.add(d.like(d.shape(x), d.tensor(x).dtype())));
                  Collections.shuffle(parts, d.random);
                  return new FuzzProgram.Call(op, parts, List.of(d.below(d.rank(x) + 1)));
                })
            .weighing(3));
    rows.add(
        row(
            "flip",
            "%0.flip(#0)",
            (in, p) -> in.get(0).flip(p.i(0)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0);
              return x < 0 ? null : call(op, x, List.of(d.axis(x)));
            }));
    rows.add(
        row(
            "tile",
            "%0.tile(#0, #1)",
            (in, p) -> in.get(0).tile(p.i(0), p.i(1)),
            (op, d) -> {
              int x = d.any(v -> d.rank(v) > 0 && d.rank(v) < 5);
              return x < 0 ? null : call(op, x, List.of(d.axis(x), d.between(1, 3)));
            }));
    rows.add(
        row(
            "full",
            "Tensor.full(Shape.of(#1*), #0)",
            (in, p) -> Tensor.full(Shape.of(p.from(1)), p.d(0)),
            (op, d) -> {
              List<Number> n = new ArrayList<>(List.of((double) d.between(-1, 2)));
              Arrays.stream(d.dims(d.below(4))).forEach(n::add);
              return new FuzzProgram.Call(op, List.of(), n);
            }));
    rows.add(
        row(
            "iota",
            "Tensor.iota(Shape.of(#1*), #0)",
            (in, p) -> Tensor.iota(Shape.of(p.from(1)), p.i(0)),
            (op, d) -> {
              int rank = d.between(1, 3);
              List<Number> n = new ArrayList<>(List.of(d.below(rank)));
              Arrays.stream(d.dims(rank)).forEach(n::add);
              return new FuzzProgram.Call(op, List.of(), n);
            }));
    rows.add(
        row(
            "eye",
            "Tensor.eye(#0)",
            (in, p) -> Tensor.eye(p.i(0)),
            (op, d) -> new FuzzProgram.Call(op, List.of(), List.of(d.between(1, 9)))));
    rows.add(
        row(
            "lowerTriangle",
            "Tensor.lowerTriangle(#0, #1, #2)",
            (in, p) -> Tensor.lowerTriangle(p.i(0), p.i(1), p.i(2)),
            (op, d) ->
                new FuzzProgram.Call(op, List.of(), List.of(d.dim(), d.dim(), d.between(-1, 1)))));
    return rows;
  }

  private static Operation row(
      String name, String text, Operation.Function f, Operation.Proposal proposal) {
    return Operation.of(name, text, f, proposal).exactly();
  }

  private static FuzzProgram.Call call(Operation op, int x, List<? extends Number> args) {
    return new FuzzProgram.Call(op, List.of(x), List.copyOf(args));
  }

  private static List<Number> numbers(int... dims) {
    return new ArrayList<>(Arrays.stream(dims).boxed().toList());
  }

  static List<Integer> list(int[] n, int from, int count) {
    return IntStream.range(from, from + count).map(i -> n[i]).boxed().toList();
  }

  /** Another shape of the same size: axes joined, split, and some of length 1. */
  private static int[] factors(Draft d, Shape shape) {
    List<Integer> dims = new ArrayList<>();
    for (int dim : shape.dims()) {
      if (!dims.isEmpty() && d.chance(0.4)) {
        dims.set(dims.size() - 1, dims.getLast() * dim);
      } else if (dim != 1 || d.chance(0.5)) {
        dims.add(dim);
      }
    }
    for (int i = dims.size() - 1; i >= 0 && dims.size() < 5; i--) {
      for (int f : new int[] {2, 3, 5}) {
        if (dims.get(i) > f && dims.get(i) % f == 0 && d.chance(0.3)) {
          dims.set(i, dims.get(i) / f);
          dims.add(i, f);
          break;
        }
      }
    }
    if (d.chance(0.2) && dims.size() < 5) {
      dims.add(d.below(dims.size() + 1), 1);
    }
    return FuzzProgram.ints(dims);
  }

  private static FuzzProgram.@Nullable Call broadcast(Operation op, Draft d) {
    int x = d.any(v -> d.rank(v) < 5 && d.size(v) < 500);
    if (x < 0) {
      return null;
    }
    int[] to = d.shape(x).dims();
    for (int i = 0; i < to.length; i++) {
      to[i] = to[i] == 1 && d.chance(0.6) ? d.between(1, 5) : to[i];
    }
    List<Number> dims = numbers(to);
    if (d.chance(0.4)) {
      dims.addFirst(d.between(1, 4));
    }
    return call(op, x, dims);
  }

  private static FuzzProgram.@Nullable Call slice(Operation op, Draft d) {
    int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0);
    if (x < 0) {
      return null;
    }
    int axis = d.axis(x);
    int n = d.shape(x).dim(axis);
    int step = d.chance(0.65) ? 1 : d.between(2, 3);
    int from = d.chance(0.3) ? 0 : d.below(n);
    int to = d.chance(0.3) ? n : d.between(from + (d.chance(0.03) ? 0 : 1), n);
    return call(op, x, List.of(axis, from, to, step));
  }

  private static FuzzProgram.@Nullable Call concat(Operation op, Draft d) {
    int x = d.any(v -> d.rank(v) > 0 && d.size(v) < 1500);
    if (x < 0) {
      return null;
    }
    int axis = d.axis(x);
    DType type = d.tensor(x).dtype();
    Shape rest = d.shape(x).with(axis, 1);
    List<Integer> parts = new ArrayList<>(List.of(x));
    int count = d.between(1, 3);
    for (int i = 0; i < count; i++) {
      int other =
          d.any(v ->
              d.rank(v) == rest.rank()
                  && d.tensor(v).dtype() == type
                  && d.shape(v).with(axis, 1).equals(rest));
      if (other < 0 || d.chance(0.2)) {
        other = d.leaf(type, rest.with(axis, d.between(1, 4)).dims());
      }
      parts.add(other);
    }
    Collections.shuffle(parts, d.random);
    return new FuzzProgram.Call(op, parts, List.of(axis));
  }
}
