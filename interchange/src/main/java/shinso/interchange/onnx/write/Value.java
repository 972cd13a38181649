package shinso.interchange.onnx.write;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** A node's result: the names under which it lies in a file, made when they are asked for. */
final class Value {
  final Shape shape;
  final DType dtype;

  /** The names by form, the one that was computed first. */
  final SequencedMap<Form, String> names = new LinkedHashMap<>();

  /** Names of truth values, for the result of a comparison. */
  final SequencedMap<Form, String> truths = new LinkedHashMap<>();

  /** What it is if that is known when the file is written: a parameter or a constant. */
  @Nullable Tensor known;

  /** The name of the parameter; empty for a constant. */
  String parameter = "";

  /** What this repeats along axes of length 1. */
  @Nullable Value repeated;

  /** The name of this with its time reversed, in the form {@link Form#TIME_FIRST}. */
  @Nullable String reversed;

  Value(Shape shape, DType dtype) {
    this.shape = shape;
    this.dtype = dtype;
  }

  static Value named(Shape shape, DType dtype, Form form, String name) {
    Value v = new Value(shape, dtype);
    v.names.put(form, name);
    return v;
  }

  /** Returns the form in which it was computed. */
  Form form() {
    return !names.isEmpty()
        ? names.firstEntry().getKey()
        : !truths.isEmpty() ? truths.firstEntry().getKey() : Form.plain(shape.rank());
  }
}
