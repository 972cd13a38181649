package shinso.interchange.onnx.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.TensorData;

/** Operators that make and change shapes, and move elements. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Shape", Operator.of(ShapeOperators::shape));
    all.put("Size", Operator.of(c -> scalar(c.in(0).shape().size())));
    all.put("Reshape", Operator.of(ShapeOperators::reshape));
    all.put("Flatten", Operator.of(ShapeOperators::flatten));
    all.put("Transpose", Operator.of(ShapeOperators::transpose));
    all.put("Squeeze", Operator.of(ShapeOperators::squeeze));
    all.put("Unsqueeze", Operator.of(ShapeOperators::unsqueeze));
    all.put("Concat", Operator.of(ShapeOperators::concat));
    all.put("Split", ShapeOperators::split);
    all.put("Slice", Operator.of(ShapeOperators::slice));
    all.put("Expand", Operator.of(ShapeOperators::expand));
    all.put("Tile", Operator.of(ShapeOperators::tile));
    all.put("Pad", Operator.of(ShapeOperators::pad));
    all.put("Constant", Operator.of(ShapeOperators::constant));
    all.put("ConstantOfShape", Operator.of(ShapeOperators::constantOfShape));
    all.put("Range", Operator.of(ShapeOperators::range));
  }

  static Operand scalar(long value) {
    return new Operand.Integers(new long[] {value}, Shape.SCALAR);
  }

  /** Returns the value of a tensor in the file: integers are known, as they may be a shape. */
  static Operand value(TensorData data) {
    if (data.type().isFloating()) {
      return Operand.of(data.toTensor());
    }
    Shape shape = Shape.of(data.dims().stream().map(Math::toIntExact).toList());
    return new Operand.Integers(data.toLongs(), shape);
  }

  private static Operand shape(Call c) {
    Shape s = c.in(0).shape();
    int rank = s.rank();
    int start = bound(c.integer("start", 0), rank);
    int end = bound(c.integer("end", rank), rank);
    return Operand.of(s.slice(start, Math.max(start, end)));
  }

  private static int bound(long i, int rank) {
    return (int) Math.clamp(i < 0 ? i + rank : i, 0, rank);
  }

  private static Operand reshaped(Operand x, Shape shape) {
    return x instanceof Operand.Integers i
        ? new Operand.Integers(i.values(), shape)
        : Operand.of(x.tensor().reshape(shape));
  }

  /** Returns an operand with axes of length 1 behind its own, up to a rank. */
  static Operand padded(Operand x, int rank) {
    Shape shape = x.shape();
    while (shape.rank() < rank) {
      shape = shape.insert(shape.rank(), 1);
    }
    return reshaped(x, shape);
  }

  private static Operand reshape(Call c) {
    Operand x = c.in(0);
    long[] to = c.integers(1);
    Shape from = x.shape();
    int[] dims = new int[to.length];
    int open = -1;
    long known = 1;
    for (int i = 0; i < to.length; i++) {
      long d = to[i];
      if (d == 0 && c.integer("allowzero", 0) == 0) {
        if (i >= from.rank()) {
          throw c.bad("keeps axis %d of %s, which has none".formatted(i, from));
        }
        d = from.dim(i);
      }
      if (d == -1 && open < 0) {
        open = i;
      } else if (d < 0 || d > Integer.MAX_VALUE) {
        throw c.bad("reshapes to " + Arrays.toString(to));
      } else {
        known = Math.multiplyExact(known, d);
      }
      dims[i] = (int) d;
    }
    if (open >= 0) {
      if (known == 0 || from.size() % known != 0) {
        throw c.bad("reshapes %s to %s, which doesn't fit".formatted(from, Arrays.toString(to)));
      }
      dims[open] = (int) (from.size() / known);
    }
    return reshaped(x, Shape.of(dims));
  }

  private static Operand flatten(Call c) {
    Shape s = c.in(0).shape();
    long given = c.integer("axis", 1);
    int axis = given == s.rank() ? s.rank() : c.axis(given, Math.max(1, s.rank()));
    return reshaped(c.in(0), Shape.of(s.slice(0, axis).size(), s.slice(axis, s.rank()).size()));
  }

  private static Operand transpose(Call c) {
    Operand x = c.in(0);
    int rank = x.shape().rank();
    long[] given = c.optionalIntegers("perm");
    int[] order =
        given == null
            ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : Arrays.stream(given).mapToInt(Math::toIntExact).toArray();
    if (x instanceof Operand.Numbers n) {
      if (n.isImage() && Arrays.equals(order, new int[] {0, 2, 3, 1})) {
        return Operand.of(n.stored());
      }
      if (!n.isImage() && Arrays.equals(order, new int[] {0, 3, 1, 2})) {
        return Operand.images(n.stored());
      }
    }
    return rank <= 1 ? x : Operand.of(x.tensor().permute(order));
  }

  private static Operand squeeze(Call c) {
    Shape s = c.in(0).shape();
    int[] axes = c.axes(1, s.rank());
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < s.rank(); i++) {
      int axis = i;
      boolean gone = axes == null ? s.dim(i) == 1 : Arrays.stream(axes).anyMatch(a -> a == axis);
      if (!gone) {
        kept.add(s.dim(i));
      } else if (s.dim(i) != 1) {
        throw c.bad("squeezes axis %d of %s, which isn't 1 long".formatted(i, s));
      }
    }
    return reshaped(c.in(0), Shape.of(kept));
  }

  private static Operand unsqueeze(Call c) {
    Shape s = c.in(0).shape();
    long[] attribute = c.optionalIntegers("axes");
    long[] given = attribute == null ? c.integers(1) : attribute;
    int rank = s.rank() + given.length;
    int[] axes = Arrays.stream(given).mapToInt(a -> c.axis(a, rank)).sorted().toArray();
    Shape to = s;
    for (int axis : axes) {
      to = to.insert(axis, 1);
    }
    return reshaped(c.in(0), to);
  }

  private static Operand concat(Call c) {
    List<Operand> parts = IntStream.range(0, c.inputs().size()).mapToObj(c::in).toList();
    int rank = parts.getFirst().shape().rank();
    int axis = c.axis(c.integer("axis", 0), rank);
    if (rank == 1 && parts.stream().allMatch(p -> p instanceof Operand.Integers)) {
      return Operand.of(
          parts.stream().flatMapToLong(p -> Operand.stream((Operand.Integers) p)).toArray());
    }
    boolean images = parts.stream().anyMatch(p -> p instanceof Operand.Numbers n && n.isImage());
    return images
        ? Operand.images(
            Tensor.concat(imageAxis(axis), parts.stream().map(Operand::images).toList()))
        : Operand.of(Tensor.concat(axis, parts.stream().map(Operand::tensor).toList()));
  }

  /** Where an axis of {@code [n, c, h, w]} is in {@code [n, h, w, c]}. */
  private static int imageAxis(int axis) {
    return switch (axis) {
      case 1 -> 3;
      case 2 -> 1;
      case 3 -> 2;
      default -> 0;
    };
  }

  private static List<Operand> split(Call c) {
    Tensor x = c.tensor(0);
    int axis = c.axis(c.integer("axis", 0), x.shape().rank());
    int length = x.shape().dim(axis);
    int count = c.count("num_outputs", c.node().outputs().size());
    long[] lengths = c.optionalIntegers("split");
    if (lengths == null && c.optional(1) != null) {
      lengths = c.integers(1);
    }
    if (lengths == null) {
      int part = Math.ceilDiv(length, count);
      lengths = new long[count];
      Arrays.fill(lengths, part);
      lengths[count - 1] = length - (long) part * (count - 1);
    }
    List<Operand> parts = new ArrayList<>();
    int from = 0;
    for (long l : lengths) {
      int to = Math.toIntExact(from + l);
      if (l < 0 || to > length) {
        throw c.bad("splits an axis of %d into %s".formatted(length, Arrays.toString(lengths)));
      }
      parts.add(Operand.of(x.slice(axis, from, to)));
      from = to;
    }
    return parts;
  }

  private static Operand slice(Call c) {
    Operand x = c.in(0);
    int rank = x.shape().rank();
    long[] oldStarts = c.optionalIntegers("starts");
    long[] starts = oldStarts == null ? c.integers(1) : oldStarts;
    long[] oldEnds = c.optionalIntegers("ends");
    long[] ends = oldEnds == null ? c.integers(2) : oldEnds;
    int[] axes = IntStream.range(0, starts.length).toArray();
    long[] given =
        c.has("axes") ? c.optionalIntegers("axes") : c.optional(3) == null ? null : c.integers(3);
    if (given != null) {
      axes = Arrays.stream(given).mapToInt(a -> c.axis(a, rank)).toArray();
    }
    long[] steps = c.optional(4) == null ? null : c.integers(4);
    if (axes.length != starts.length
        || ends.length != starts.length
        || (steps != null && steps.length != starts.length)) {
      throw c.bad("has lists of different lengths");
    }
    if (x instanceof Operand.Integers known && rank == 1 && axes.length == 1) {
      return Operand.of(sliced(c, known.values(), starts[0], ends[0], steps));
    }
    Tensor t = x.tensor();
    for (int i = 0; i < axes.length; i++) {
      t = sliced(c, t, axes[i], starts[i], ends[i], steps == null ? 1 : steps[i]);
    }
    return Operand.of(t);
  }

  private static long[] sliced(
      Call c, long[] values, long start, long end, long @Nullable [] steps) {
    int[] all = IntStream.range(0, values.length).toArray();
    Tensor positions =
        sliced(c, Tensor.of(all, all.length), 0, start, end, steps == null ? 1 : steps[0]);
    return Arrays.stream(positions.evaluate().toIntArray()).mapToLong(i -> values[i]).toArray();
  }

  private static Tensor sliced(Call c, Tensor t, int axis, long start, long end, long step) {
    int n = t.shape().dim(axis);
    if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
      throw c.bad("slices in steps of " + step);
    }
    long from = start < 0 ? start + n : start;
    long to = end < 0 ? end + n : end;
    if (step > 0) {
      int first = (int) Math.clamp(from, 0, n);
      int last = (int) Math.clamp(to, first, n);
      return t.slice(axis, first, last, (int) step);
    }
    // Backwards from a position to another one that isn't taken.
    int first = (int) Math.clamp(from, -1, n - 1);
    int last = (int) Math.clamp(to, -1, first);
    return t.slice(axis, last + 1, first + 1).flip(axis).slice(axis, 0, first - last, (int) -step);
  }

  private static Operand expand(Call c) {
    Shape from = c.in(0).shape();
    long[] to = c.integers(1);
    int rank = Math.max(from.rank(), to.length);
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int d = i < rank - from.rank() ? 1 : from.dim(i - rank + from.rank());
      long e = i < rank - to.length ? 1 : to[i - rank + to.length];
      dims[i] = d == 1 ? Math.toIntExact(e) : d;
    }
    return Operand.of(c.tensor(0).broadcastTo(Shape.of(dims)));
  }

  private static Operand tile(Call c) {
    Tensor x = c.tensor(0);
    long[] times = c.integers(1);
    for (int i = 0; i < times.length; i++) {
      x = times[i] == 1 ? x : x.tile(i, Math.toIntExact(times[i]));
    }
    return Operand.of(x);
  }

  private static Operand pad(Call c) {
    if (!c.text("mode", "constant").equals("constant")) {
      throw c.bad("pads in the mode '" + c.text("mode", "") + "'; only 'constant' is supported");
    }
    Tensor x = c.tensor(0);
    int rank = x.shape().rank();
    long[] attribute = c.optionalIntegers("pads");
    long[] pads = attribute == null ? c.integers(1) : attribute;
    int[] axes = IntStream.range(0, rank).toArray();
    if (c.optional(3) != null) {
      axes = Arrays.stream(c.integers(3)).mapToInt(a -> c.axis(a, rank)).toArray();
    }
    if (pads.length != 2 * axes.length) {
      throw c.bad("has %d paddings, not %d".formatted(pads.length, 2 * axes.length));
    }
    double value = c.number("value", 0);
    if (c.optional(2) != null) {
      value = c.tensor(2).cast(DType.F64).evaluate().toDoubleArray()[0];
    }
    for (int i = 0; i < axes.length; i++) {
      int before = Math.toIntExact(pads[i]);
      int after = Math.toIntExact(pads[i + axes.length]);
      if (before < 0 || after < 0) {
        int n = x.shape().dim(axes[i]);
        x = x.slice(axes[i], Math.max(0, -before), n - Math.max(0, -after));
      }
      if (before > 0 || after > 0) {
        x = x.pad(axes[i], Math.max(0, before), Math.max(0, after), value);
      }
    }
    return Operand.of(x);
  }

  private static Operand constant(Call c) {
    if (c.has("value")) {
      return value(c.data("value"));
    }
    for (Map.Entry<String, Attribute> e : c.node().attributes().entrySet()) {
      switch (e.getValue()) {
        case Attribute.Whole w -> {
          return scalar(w.value());
        }
        case Attribute.Wholes w -> {
          return Operand.of(w.values().stream().mapToLong(i -> i).toArray());
        }
        case Attribute.Number n -> {
          return Operand.of(Tensor.scalar(n.value()));
        }
        case Attribute.Numbers n -> {
          float[] values = new float[n.values().size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = n.values().get(i);
          }
          return Operand.of(Tensor.of(values, values.length));
        }
        default -> {}
      }
    }
    throw c.bad("has no value that can be read");
  }

  private static Operand constantOfShape(Call c) {
    Shape shape = Shape.of(Arrays.stream(c.integers(0)).mapToInt(Math::toIntExact).toArray());
    if (!c.has("value")) {
      return Operand.of(Tensor.full(shape, 0));
    }
    TensorData value = c.data("value");
    if (!value.type().isFloating()) {
      long number = value.toLongs()[0];
      return HostIntegers.made(c, shape, i -> number);
    }
    int[] ones = new int[shape.rank()];
    Arrays.fill(ones, 1);
    return Operand.of(value.toTensor().reshape(ones).broadcastTo(shape));
  }

  private static Operand range(Call c) {
    if (c.in(0) instanceof Operand.Integers) {
      long start = c.integers(0)[0];
      long step = c.integers(2)[0];
      if (step == 0) {
        throw c.bad("counts in steps of 0");
      }
      long count = Math.max(0, Math.ceilDiv(c.integers(1)[0] - start, step));
      return HostIntegers.made(c, Shape.of(Math.toIntExact(count)), i -> start + i * step);
    }
    throw c.bad("counts in floats, which isn't supported");
  }

  /** Returns lengths of an axis that is to be kept or not. */
  static Shape without(Shape shape, int[] axes) {
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int axis = i;
      if (Arrays.stream(axes).noneMatch(a -> a == axis)) {
        dims.add(shape.dim(i));
      }
    }
    return Shape.of(dims);
  }
}
