package shinso.interchange.onnx.read;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Operators that reduce axes, and those with positions. */
final class ReductionOperators {
  private ReductionOperators() {}

  static void addTo(Map<String, Operator> all) {
    reduction(all, "ReduceSum", Tensor::sumKeep);
    reduction(all, "ReduceMean", Tensor::meanKeep);
    reduction(all, "ReduceMax", Tensor::maxKeep);
    reduction(all, "ReduceMin", Tensor::minKeep);
    reduction(all, "ReduceL1", (x, axes) -> x.abs().sumKeep(axes));
    reduction(all, "ReduceL2", (x, axes) -> x.square().sumKeep(axes).sqrt());
    reduction(all, "ReduceSumSquare", (x, axes) -> x.square().sumKeep(axes));
    reduction(all, "ReduceLogSum", (x, axes) -> x.sumKeep(axes).log());
    reduction(all, "ReduceLogSumExp", Tensor::logSumExpKeep);
    all.put("ReduceProd", Operator.of(ReductionOperators::product));
    all.put("ArgMax", Operator.of(c -> position(c, true)));
    all.put("ArgMin", Operator.of(c -> position(c, false)));
    all.put("Softmax", Operator.of(c -> along(c, Tensor::softmax)));
    all.put("LogSoftmax", Operator.of(c -> along(c, Tensor::logSoftmax)));
    all.put("CumSum", Operator.of(ReductionOperators::cumulativeSum));
    all.put("Gather", Operator.of(ReductionOperators::gather));
    all.put("GatherElements", Operator.of(ReductionOperators::gatherElements));
    all.put("OneHot", Operator.of(ReductionOperators::oneHot));
    all.put("TopK", ReductionOperators::topK);
    all.put("ScatterElements", Operator.of(ReductionOperators::scatterElements));
    all.put("ScatterND", Operator.of(ReductionOperators::scatterRows));
  }

  private static void reduction(
      Map<String, Operator> all, String name, BiFunction<Tensor, int[], Tensor> f) {
    all.put(
        name,
        Operator.of(c -> {
          Operand x = c.in(0);
          Shape s = x.shape();
          int[] axes = c.axes(1, s.rank());
          if (axes == null || axes.length == 0) {
            if (c.integer("noop_with_empty_axes", 0) != 0) {
              return x;
            }
            axes = IntStream.range(0, s.rank()).toArray();
          }
          boolean keeps = c.integer("keepdims", 1) != 0;
          if (x instanceof Operand.Numbers n && n.isImage()) {
            int[] moved = {0, 3, 1, 2};
            int[] there = Arrays.stream(axes).map(a -> moved[a]).sorted().toArray();
            Operand reduced = Operand.images(f.apply(n.stored(), there));
            return keeps
                ? reduced
                : Operand.of(reduced.tensor().reshape(ShapeOperators.without(s, axes)));
          }
          Tensor reduced = f.apply(x.tensor(), axes);
          return Operand.of(keeps ? reduced : reduced.reshape(ShapeOperators.without(s, axes)));
        }));
  }

  private static Operand product(Call c) {
    Operand x = c.in(0);
    Shape s = x.shape();
    int[] axes = c.axes(1, s.rank());
    if (x instanceof Operand.Integers i) {
      long product = Operand.stream(i).reduce(1, Math::multiplyExact);
      return c.integer("keepdims", 1) != 0 ? Operand.of(product) : ShapeOperators.scalar(product);
    }
    int[] all = axes == null ? IntStream.range(0, s.rank()).toArray() : axes;
    Tensor y = x.tensor().prod(all);
    if (c.integer("keepdims", 1) == 0) {
      return Operand.of(y);
    }
    Shape kept = s;
    for (int a : all) {
      kept = kept.with(a, 1);
    }
    return Operand.of(y.reshape(kept));
  }

  private static Operand position(Call c, boolean largest) {
    c.require("select_last_index", 0);
    Tensor x = c.tensor(0);
    int axis = c.axis(c.integer("axis", 0), x.shape().rank());
    Tensor y = largest ? x.argmax(axis) : x.argmin(axis);
    Shape kept = x.shape().with(axis, 1);
    return Operand.of(
        c.integer("keepdims", 1) != 0
            ? y.reshape(kept)
            : y.reshape(ShapeOperators.without(x.shape(), new int[] {axis})));
  }

  private static Operand along(Call c, BiFunction<Tensor, Integer, Tensor> f) {
    Operand x = c.in(0);
    int rank = x.shape().rank();
    if (c.opset() < 13) {
      // All axes from this one on are one.
      int axis = c.axis(c.integer("axis", 1), rank);
      Shape s = x.shape();
      Tensor rows = x.tensor().reshape(s.slice(0, axis).size(), -1);
      return Operand.of(f.apply(rows, 1).reshape(s));
    }
    int axis = c.axis(c.integer("axis", -1), rank);
    return Operand.of(f.apply(x.tensor(), axis));
  }

  private static Operand cumulativeSum(Call c) {
    Tensor x = c.tensor(0);
    int axis = c.axis(c.integers(1)[0], x.shape().rank());
    return Operand.of(
        x.cumulativeSum(axis, c.integer("reverse", 0) != 0, c.integer("exclusive", 0) != 0));
  }

  private static Operand gather(Call c) {
    Operand x = c.in(0);
    int axis = c.axis(c.integer("axis", 0), x.shape().rank());
    if (x instanceof Operand.Integers known
        && c.in(1) instanceof Operand.Integers at
        && x.shape().rank() == 1) {
      return HostIntegers.made(
          c,
          at.shape(),
          i -> {
            long p = at.values()[(int) i];
            long from = p < 0 ? p + known.values().length : p;
            if (from < 0 || from >= known.values().length) {
              throw c.bad("takes element %d of %d".formatted(p, known.values().length));
            }
            return known.values()[(int) from];
          });
    }
    return Operand.of(x.tensor().gather(axis, c.tensor(1)));
  }

  private static Operand gatherElements(Call c) {
    Tensor x = c.tensor(0);
    int axis = c.axis(c.integer("axis", 0), x.shape().rank());
    return Operand.of(x.takeAlong(axis, c.tensor(1)));
  }

  private static Operand oneHot(Call c) {
    Tensor at = c.tensor(0);
    int depth = Math.toIntExact(c.integers(1)[0]);
    int axis = c.axis(c.integer("axis", -1), at.shape().rank() + 1);
    // Positions below 0 are counted from the end; those outside are nowhere.
    Tensor counted = Tensor.select(at.less(0), at.add(depth), at);
    Tensor classes = Tensor.iota(at.shape().insert(axis, depth), axis);
    Tensor hot = classes.equal(counted.unsqueeze(axis));
    Tensor values = c.tensor(2);
    return Operand.of(Tensor.select(hot, values.at(0, 1).reshape(), values.at(0, 0).reshape()));
  }

  private static List<Operand> topK(Call c) {
    Tensor x = c.tensor(0);
    int rank = x.shape().rank();
    if (c.axis(c.integer("axis", -1), rank) != rank - 1) {
      throw c.bad("sorts another axis than the last one, which isn't supported");
    }
    int k = Math.toIntExact(c.integers(1)[0]);
    Tensor order = x.argsort(c.integer("largest", 1) != 0).slice(rank - 1, 0, k);
    return List.of(Operand.of(x.takeAlong(rank - 1, order)), Operand.of(order));
  }

  private static void requireAdding(Call c) {
    if (!c.text("reduction", "none").equals("add")) {
      throw c.bad("replaces elements; only reduction = add is supported");
    }
  }

  private static Operand scatterElements(Call c) {
    requireAdding(c);
    Tensor x = c.tensor(0);
    if (x.shape().rank() != 1) {
      throw c.bad("scatters into %s; only vectors are supported".formatted(x.shape()));
    }
    return Operand.of(x.add(c.tensor(2).scatterAdd(0, c.tensor(1), x.shape().dim(0))));
  }

  private static Operand scatterRows(Call c) {
    requireAdding(c);
    Tensor x = c.tensor(0);
    Tensor at = c.tensor(1);
    if (at.shape().dim(-1) != 1) {
      throw c.bad("scatters along several axes; only the first one is supported");
    }
    Tensor positions = at.squeeze(-1);
    return Operand.of(x.add(c.tensor(2).scatterAdd(0, positions, x.shape().dim(0))));
  }
}
