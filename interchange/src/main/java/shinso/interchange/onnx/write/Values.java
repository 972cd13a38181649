package shinso.interchange.onnx.write;

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
import shinso.interchange.onnx.format.ElementType;

/** Makes the names of values in the forms in which they are asked for. */
final class Values {
  final Sketch sketch;

  Values(Sketch sketch) {
    this.sketch = sketch;
  }

  static ElementType type(DType dtype) {
    return switch (dtype) {
      case F32 -> ElementType.FLOAT;
      case F64 -> ElementType.DOUBLE;
      case I32 -> ElementType.INT32;
    };
  }

  /** Returns a constant. */
  static Value constant(Tensor t) {
    Value v = new Value(t.shape(), t.dtype());
    v.known = t;
    return v;
  }

  /** Returns the name of a number of a type. */
  String number(double value, DType dtype) {
    return sketch.constant(Tensor.scalar(value).cast(dtype));
  }

  /** Returns the name of a value as it is here. */
  String plain(Value v) {
    return name(v, Form.plain(v.shape.rank()));
  }

  /** Returns the name of a value in the form in which it was computed. */
  String asIs(Value v) {
    return name(v, v.form());
  }

  /** Returns the name of a value in a form. */
  String name(Value v, Form form) {
    String name = v.names.get(form);
    if (name == null) {
      name = make(v, form);
      v.names.put(form, name);
    }
    return name;
  }

  private String make(Value v, Form form) {
    if (v.known != null) {
      return data(v, v.known.permute(ints(form.order())));
    }
    String truth = v.truths.get(form);
    if (truth != null) {
      return sketch.cast(truth, type(v.dtype));
    }
    if (!v.names.isEmpty()) {
      return moved(v.names.firstEntry().getValue(), v.names.firstEntry().getKey(), form);
    }
    if (!v.truths.isEmpty()) {
      return sketch.cast(truth(v, form), type(v.dtype));
    }
    if (v.reversed != null) {
      String straight = reversed(v.reversed, 0);
      v.names.put(Form.TIME_FIRST, straight);
      return form.equals(Form.TIME_FIRST) ? straight : moved(straight, Form.TIME_FIRST, form);
    }
    if (v.repeated == null) {
      throw new IllegalStateException("a value of shape " + v.shape + " has no name");
    }
    return sketch.node(
        "Expand", name(v.repeated, form), sketch.integers(longs(form.of(v.shape).dims())));
  }

  /** Adds known numbers: a parameter under its name, a constant under another. */
  String data(Value v, Tensor numbers) {
    return v.parameter.isEmpty()
        ? sketch.constant(numbers)
        : sketch.parameter(v.parameter, numbers);
  }

  /** Reverses an axis. */
  String reversed(String name, int axis) {
    return sketch.node(
        "Slice",
        name,
        sketch.integers(-1),
        sketch.integers(Integer.MIN_VALUE),
        sketch.integers(axis),
        sketch.integers(-1));
  }

  private String moved(String name, Form from, Form to) {
    if (from.equals(to)) {
      return name;
    }
    long[] order = from.to(to).stream().mapToLong(i -> i).toArray();
    return sketch.node("Transpose", List.of(name), Map.of("perm", Attribute.of(order)));
  }

  /** Returns the name of a value as truth values: whether it is not 0. */
  String truth(Value v, Form form) {
    String name = v.truths.get(form);
    if (name == null) {
      name =
          v.truths.isEmpty()
              ? sketch.cast(name(v, form), ElementType.BOOL)
              : moved(v.truths.firstEntry().getValue(), v.truths.firstEntry().getKey(), form);
      v.truths.put(form, name);
    }
    return name;
  }

  /** An operand of an element-wise operator: a value that broadcasts, and its shape in the file. */
  record Operand(String name, Shape shape) {}

  /**
   * Returns a value as an operand that broadcasts as ONNX does it, which need not be repeated.
   *
   * @param form of the result
   * @param truth whether truth values are asked for
   */
  Operand operand(Value v, Form form, boolean truth) {
    Value u = v;
    while (u.repeated != null && u.names.isEmpty()) {
      u = u.repeated;
    }
    Shape shape = form.of(u.shape);
    if (u.known != null && !truth) {
      // Leading axes of length 1 need not be there: a bias stays a vector.
      int first = 0;
      while (first < shape.rank() && shape.dim(first) == 1) {
        first++;
      }
      Shape kept = shape.slice(first, shape.rank());
      return new Operand(stripped(u, u.known, form, kept), kept);
    }
    return new Operand(truth ? truth(u, form) : name(u, form), shape);
  }

  /** The name of known numbers without leading axes, which is kept as a form of another rank. */
  private String stripped(Value u, Tensor known, Form form, Shape kept) {
    if (kept.rank() == u.shape.rank()) {
      return name(u, form);
    }
    Form key = new Form(List.of(-1 - kept.rank()));
    if (form.isPlain() || kept.rank() == 0) {
      String name = u.names.get(key);
      if (name == null) {
        name = data(u, known.reshape(kept));
        u.names.put(key, name);
      }
      return name;
    }
    Form moved = new Form(List.of(-100 - kept.rank()));
    String name = u.names.get(moved);
    if (name == null) {
      name = data(u, known.permute(ints(form.order())).reshape(kept));
      u.names.put(moved, name);
    }
    return name;
  }

  /**
   * Returns the known numbers behind repetitions and reshapes, if they are a vector of a length.
   */
  static @Nullable Value vector(Value v, int length) {
    Value u = v;
    while (u.repeated != null) {
      u = u.repeated;
    }
    return u.known != null
            && u.shape.size() == length
            && (length == 1 ? u.shape.size() == 1 : u.shape.rank() > 0 && u.shape.dim(-1) == length)
        ? u
        : null;
  }

  /** Returns the name of known numbers as a vector. */
  String vectorName(Value v) {
    Tensor known = v.known;
    if (known == null) {
      throw new IllegalStateException("not known");
    }
    Form key = new Form(List.of(-2));
    String name = v.names.get(key);
    if (name == null) {
      name = data(v, known.reshape(v.shape.size()));
      v.names.put(key, name);
    }
    return name;
  }

  static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(i -> i).toArray();
  }

  static long[] longs(int... values) {
    return Arrays.stream(values).mapToLong(i -> i).toArray();
  }

  /** Returns numbers that are given for each axis in the order of a form. */
  static long[] longs(List<Integer> values, Form form) {
    return form.order().stream().mapToLong(values::get).toArray();
  }

  /** Returns the numbers of all axes. */
  static long[] axes(int rank) {
    return IntStream.range(0, rank).asLongStream().toArray();
  }

  /** Returns where axes are in a form, ascending. */
  static List<Long> positions(List<Integer> axes, Form form) {
    List<Long> positions = new ArrayList<>();
    axes.forEach(a -> positions.add((long) form.position(a)));
    return positions.stream().sorted().toList();
  }
}
