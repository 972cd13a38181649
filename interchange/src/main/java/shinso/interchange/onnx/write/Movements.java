package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shinso.core.op.MovementOp;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;

/** Writes operations that only move elements. Exchanging axes costs nothing: it is another form. */
final class Movements {
  private final Values values;
  private final Sketch sketch;

  Movements(Values values) {
    this.values = values;
    this.sketch = values.sketch;
  }

  Value write(MovementOp op, Shape shape, List<Value> in) {
    Value x = in.getFirst();
    return switch (op) {
      case MovementOp.Reshape _ -> reshape(x, shape);
      case MovementOp.Permute p -> permute(x, shape, p.order());
      case MovementOp.Broadcast _ -> broadcast(x, shape);
      case MovementOp.Slice s -> slice(x, shape, s);
      case MovementOp.Pad p -> pad(x, shape, p);
      case MovementOp.Concat c -> concat(in, shape, c.axis());
      case MovementOp.Flip f -> flip(x, f.axes());
    };
  }

  private static Value named(Value like, Shape shape, Form form, String name) {
    return Value.named(shape, like.dtype, form, name);
  }

  private static Value known(Value x, Tensor numbers) {
    Value v = new Value(numbers.shape(), x.dtype);
    v.known = numbers;
    v.parameter = x.parameter;
    return v;
  }

  private Value reshape(Value x, Shape shape) {
    if (x.shape.equals(shape)) {
      return x;
    }
    if (x.known != null) {
      return known(x, x.known.reshape(shape));
    }
    if (x.repeated != null && x.names.isEmpty() && ones(x.repeated.shape)) {
      // A number everywhere.
      int[] dims = new int[shape.rank()];
      Arrays.fill(dims, 1);
      Value v = new Value(shape, x.dtype);
      v.repeated = reshape(x.repeated, Shape.of(dims));
      return v;
    }
    Form form = x.form();
    String name = form.keepsOrder(x.shape) ? values.name(x, form) : values.plain(x);
    String to = sketch.shape(Values.longs(shape.dims()));
    return named(x, shape, Form.plain(shape.rank()), sketch.node("Reshape", name, to));
  }

  private static boolean ones(Shape shape) {
    return shape.size() == 1;
  }

  private Value permute(Value x, Shape shape, List<Integer> order) {
    if (x.known != null) {
      return known(x, x.known.permute(Values.ints(order)));
    }
    Value v = new Value(shape, x.dtype);
    if (x.repeated != null && x.names.isEmpty()) {
      Shape inner = Shape.of(order.stream().map(x.repeated.shape::dim).toList());
      v.repeated = permute(x.repeated, inner, order);
      return v;
    }
    if (x.names.isEmpty() && x.truths.isEmpty()) {
      values.plain(x);
    }
    x.names.forEach((form, name) -> v.names.put(form.permuted(order), name));
    x.truths.forEach((form, name) -> v.truths.put(form.permuted(order), name));
    return v;
  }

  private static Value broadcast(Value x, Shape shape) {
    if (x.shape.equals(shape)) {
      return x;
    }
    Value v = new Value(shape, x.dtype);
    v.repeated = x;
    return v;
  }

  private Value slice(Value x, Shape shape, MovementOp.Slice s) {
    Form form = x.form();
    List<Integer> starts = new ArrayList<>();
    List<Integer> stops = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < x.shape.rank(); i++) {
      if (s.start().get(i) != 0 || s.step().get(i) != 1 || s.stop().get(i) != x.shape.dim(i)) {
        starts.add(s.start().get(i));
        stops.add(s.stop().get(i));
        steps.add(s.step().get(i));
        axes.add(form.position(i));
      }
    }
    if (axes.isEmpty()) {
      return x;
    }
    String name =
        sketch.node(
            "Slice",
            values.name(x, form),
            integers(starts),
            integers(stops),
            integers(axes),
            integers(steps));
    return named(x, shape, form, name);
  }

  private String integers(List<Integer> numbers) {
    return sketch.integers(Values.longs(Values.ints(numbers)));
  }

  private Value pad(Value x, Shape shape, MovementOp.Pad p) {
    if (Stream.of(p.before(), p.after(), p.interior())
        .flatMap(List::stream)
        .allMatch(i -> i == 0)) {
      return x;
    }
    Value spread = spread(x, p);
    // Numbers between the last two neighbours' places are there, too, and are cut off.
    List<Integer> after = new ArrayList<>(p.after());
    for (int i = 0; i < after.size(); i++) {
      after.set(i, after.get(i) - p.interior().get(i));
    }
    Form form = spread.form();
    List<Long> pads = new ArrayList<>();
    for (List<Integer> side : List.of(p.before(), after)) {
      for (long n : Values.longs(side, form)) {
        pads.add(n);
      }
    }
    String name =
        sketch.node(
            "Pad",
            values.name(spread, form),
            sketch.integers(pads.stream().mapToLong(n -> n).toArray()),
            values.number(p.value(), x.dtype));
    return named(x, shape, form, name);
  }

  /** Puts numbers behind each element: along an axis of its own, which then is taken in. */
  private Value spread(Value x, MovementOp.Pad p) {
    Value y = x;
    for (int i = 0; i < x.shape.rank(); i++) {
      int between = p.interior().get(i);
      if (between > 0) {
        Value apart = reshape(y, y.shape.insert(i + 1, 1));
        int rank = apart.shape.rank();
        List<Integer> none = Collections.nCopies(rank, 0);
        List<Integer> behind = new ArrayList<>(none);
        behind.set(i + 1, between);
        Shape padded = apart.shape.with(i + 1, 1 + between);
        Value filled = pad(apart, padded, new MovementOp.Pad(none, behind, none, p.value()));
        y = reshape(filled, y.shape.with(i, y.shape.dim(i) * (1 + between)));
      }
    }
    return y;
  }

  private Value concat(List<Value> in, Shape shape, int axis) {
    Form form =
        in.stream()
            .filter(v -> v.known == null && v.repeated == null)
            .map(Value::form)
            .findFirst()
            .orElse(Form.plain(shape.rank()));
    List<String> names = in.stream().map(v -> values.name(v, form)).toList();
    if (names.size() == 1) {
      return in.getFirst();
    }
    String name = sketch.node("Concat", names, Map.of("axis", Attribute.of(form.position(axis))));
    return named(in.getFirst(), shape, form, name);
  }

  private Value flip(Value x, List<Integer> axes) {
    if (x.reversed != null && axes.equals(List.of(1))) {
      return named(x, x.shape, Form.TIME_FIRST, x.reversed);
    }
    Form form = x.form();
    String name = values.name(x, form);
    for (int axis : axes) {
      name = values.reversed(name, form.position(axis));
    }
    return named(x, x.shape, form, name);
  }
}
