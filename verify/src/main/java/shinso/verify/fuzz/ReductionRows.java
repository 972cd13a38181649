package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;

/** Reductions, what is composed of them, cumulative sums and gradients. */
final class ReductionRows {
  private ReductionRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(overAxes("sum", Tensor::sum, true).exactly().weighing(4));
    rows.add(overAxes("sumKeep", Tensor::sumKeep, true).exactly());
    rows.add(overAxes("mean", Tensor::mean, false));
    rows.add(overAxes("meanKeep", Tensor::meanKeep, false));
    rows.add(overAxes("max", Tensor::max, false).exactly());
    rows.add(overAxes("maxKeep", Tensor::maxKeep, false).exactly());
    rows.add(overAxes("min", Tensor::min, false).exactly());
    rows.add(overAxes("minKeep", Tensor::minKeep, false).exactly());
    rows.add(overAxes("variance", Tensor::variance, false));
    rows.add(overAxes("varianceKeep", Tensor::varianceKeep, false));
    rows.add(overAxes("logSumExp", Tensor::logSumExp, false));
    rows.add(overAxes("logSumExpKeep", Tensor::logSumExpKeep, false));
    rows.add(along("softmax", "%0.softmax(#0)", (x, p) -> x.softmax(p.i(0)), true));
    rows.add(along("logSoftmax", "%0.logSoftmax(#0)", (x, p) -> x.logSoftmax(p.i(0)), true));
    rows.add(along("argmax", "%0.argmax(#0)", (x, p) -> x.argmax(p.i(0)), false).exactly());
    rows.add(
        Operation.of(
                "cumulativeSum",
                "%0.cumulativeSum(#0, ?1, ?2)",
                (in, p) -> in.get(0).cumulativeSum(p.i(0), p.b(1), p.b(2)),
                (op, d) -> {
                  int x = d.any(v -> d.rank(v) > 0);
                  return x < 0
                      ? null
                      : new FuzzProgram.Call(
                          op, List.of(x), List.of(d.axis(x), d.below(2), d.below(2)));
                })
            .exactly()
            .weighing(3));
    rows.add(
        Operation.of(
                "gradient",
                "Autodiff.gradients(%0.sum(), List.of(%1*)).get(#0)",
                (in, p) -> {
                  throw new IllegalStateException("has several results");
                },
                (op, d) -> {
                  int y = d.any(d::isFloating);
                  if (y < 0) {
                    return null;
                  }
                  List<Integer> in = new ArrayList<>(List.of(y));
                  int count = d.between(1, 3);
                  for (int i = 0; i < count; i++) {
                    int x = d.ancestor(y);
                    if (x >= 0 && !in.subList(1, in.size()).contains(x)) {
                      in.add(x);
                    }
                  }
                  return in.size() == 1
                      ? null
                      : new FuzzProgram.Call(op, in, List.of(d.below(in.size() - 1)));
                })
            .giving(in -> Autodiff.gradients(in.get(0).sum(), in.subList(1, in.size())))
            .exactly()
            .weighing(10));
    return rows;
  }

  static Operation overAxes(String name, BiFunction<Tensor, int[], Tensor> f, boolean integers) {
    boolean empty = name.startsWith("sum");
    return Operation.of(
        name,
        "%0." + name + "(#*)",
        (in, p) -> f.apply(in.get(0), p.from(0)),
        (op, d) -> {
          IntPredicate suits = v -> (integers || d.isFloating(v)) && (empty || d.size(v) > 0);
          int x = d.any(suits);
          if (x < 0) {
            return null;
          }
          List<Number> axes = new ArrayList<>();
          if (d.chance(0.8)) {
            IntStream.range(0, d.rank(x)).filter(a -> d.chance(0.5)).forEach(axes::add);
          }
          return new FuzzProgram.Call(op, List.of(x), axes);
        });
  }

  interface Along {
    Tensor apply(Tensor x, Args p);
  }

  static Operation along(String name, String text, Along f, boolean floating) {
    return Operation.of(
        name,
        text,
        (in, p) -> f.apply(in.get(0), p),
        (op, d) -> {
          int x = d.any(v -> d.rank(v) > 0 && d.size(v) > 0 && (!floating || d.isFloating(v)));
          return x < 0 ? null : new FuzzProgram.Call(op, List.of(x), List.of(d.axis(x)));
        });
  }
}
