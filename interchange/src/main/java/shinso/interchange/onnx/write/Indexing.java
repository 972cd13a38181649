package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.op.IndexOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.ElementType;

/** Writes reductions, cumulative sums, and operations with positions. */
final class Indexing {
  private final Values values;
  private final Sketch sketch;

  Indexing(Values values) {
    this.values = values;
    this.sketch = values.sketch;
  }

  Value reduce(ReduceOp op, Shape shape, Value x) {
    Form form = x.form();
    String name = values.name(x, form);
    List<Long> axes = Values.positions(op.axes(), form);
    if (axes.isEmpty()) {
      return x;
    }
    long[] all = axes.stream().mapToLong(a -> a).toArray();
    Map<String, Attribute> listed = Map.of("axes", Attribute.of(all), "keepdims", Attribute.of(1));
    String result =
        switch (op.kind()) {
          case SUM ->
              sketch.node(
                  "ReduceSum",
                  List.of(name, sketch.integers(all)),
                  Map.of("keepdims", Attribute.of(1)));
          case MAX -> sketch.node("ReduceMax", List.of(name), listed);
          case MIN -> sketch.node("ReduceMin", List.of(name), listed);
          case ARGMAX ->
              sketch.cast(
                  sketch.node(
                      "ArgMax",
                      List.of(name),
                      Map.of("axis", Attribute.of(all[0]), "keepdims", Attribute.of(1))),
                  ElementType.INT32);
        };
    DType dtype = op.kind() == ReduceOp.Kind.ARGMAX ? DType.I32 : x.dtype;
    return Value.named(shape, dtype, form, result);
  }

  /** Writes a mean over axes, which stay. */
  Value mean(List<Integer> axes, Shape shape, Value x) {
    Form form = x.form();
    long[] all = Values.positions(axes, form).stream().mapToLong(a -> a).toArray();
    String name =
        sketch.node(
            "ReduceMean",
            List.of(values.name(x, form)),
            Map.of("axes", Attribute.of(all), "keepdims", Attribute.of(1)));
    return Value.named(shape, x.dtype, form, name);
  }

  Value scan(ScanOp op, Value x) {
    Form form = x.form();
    String name =
        sketch.node(
            "CumSum",
            List.of(values.name(x, form), sketch.scalar(form.position(op.axis()))),
            Map.of(
                "exclusive",
                Attribute.of(op.exclusive() ? 1 : 0),
                "reverse",
                Attribute.of(op.reverse() ? 1 : 0)));
    return Value.named(x.shape, x.dtype, form, name);
  }

  Value index(IndexOp op, Shape shape, List<Value> in) {
    Value x = in.getFirst();
    String name =
        switch (op) {
          case IndexOp.Gather g ->
              sketch.node(
                  "Gather",
                  List.of(values.plain(x), values.plain(in.get(1))),
                  Map.of("axis", Attribute.of(g.axis())));
          case IndexOp.ScatterAdd s -> scatter(s, shape, x, in.get(1));
          case IndexOp.OneHot o -> oneHot(o, x);
          case IndexOp.ArgSort s ->
              sketch.cast(
                  sketch
                      .node(
                          "TopK",
                          List.of(values.plain(x), sketch.integers(x.shape.dim(-1))),
                          2,
                          Map.of("largest", Attribute.of(s.descending() ? 1 : 0)))
                      .get(1),
                  ElementType.INT32);
        };
    DType dtype =
        switch (op) {
          case IndexOp.OneHot o -> o.type();
          case IndexOp.ArgSort _ -> DType.I32;
          case IndexOp.Gather _, IndexOp.ScatterAdd _ -> x.dtype;
        };
    return Value.named(shape, dtype, Form.plain(shape.rank()), name);
  }

  private String oneHot(IndexOp.OneHot op, Value x) {
    String classes = sketch.cast(values.plain(x), ElementType.INT64);
    String offOn = sketch.constant(Tensor.of(new float[] {0, 1}, 2));
    String hot = sketch.node("OneHot", classes, sketch.scalar(op.depth()), offOn);
    return op.type() == DType.F32 ? hot : sketch.cast(hot, Values.type(op.type()));
  }

  /** The axis that is added to goes first, where ONNX has rows that are added to. */
  private String scatter(IndexOp.ScatterAdd op, Shape shape, Value updates, Value positions) {
    int axis = op.axis();
    int taken = positions.shape.rank();
    int rank = updates.shape.rank();
    List<Integer> order = new ArrayList<>();
    IntStream.range(axis, axis + taken).forEach(order::add);
    IntStream.range(0, axis).forEach(order::add);
    IntStream.range(axis + taken, rank).forEach(order::add);
    List<Integer> target = new ArrayList<>(List.of(axis));
    IntStream.range(0, shape.rank()).filter(i -> i != axis).forEach(target::add);
    Form form = new Form(target);
    String zeros =
        sketch.node(
            "Expand",
            values.number(0, updates.dtype),
            sketch.integers(Values.longs(form.of(shape).dims())));
    String at = sketch.cast(values.plain(positions), ElementType.INT64);
    // Positions may be counted from the end.
    String size = sketch.scalar(op.size());
    String negative = sketch.node("Less", at, sketch.scalar(0));
    String from = sketch.node("Where", negative, sketch.node("Add", at, size), at);
    String last = sketch.node("Unsqueeze", from, sketch.integers(taken));
    String sum =
        sketch.node(
            "ScatterND",
            List.of(zeros, last, values.name(updates, new Form(order))),
            Map.of("reduction", Attribute.of("add")));
    Value moved = Value.named(shape, updates.dtype, form, sum);
    return values.plain(moved);
  }
}
