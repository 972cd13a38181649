package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.interchange.onnx.write.Values.Operand;

/** Writes operations on single elements, in the form in which the operands lie. */
final class Elementwise {
  private final Values values;
  private final Sketch sketch;

  Elementwise(Values values) {
    this.values = values;
    this.sketch = values.sketch;
  }

  /** Returns the form of the operand that was computed in another one than the plain one. */
  private static Form form(Shape shape, List<Value> operands) {
    for (Value v : operands) {
      if (v.repeated == null && v.known == null && v.shape.equals(shape) && !v.form().isPlain()) {
        return v.form();
      }
    }
    return Form.plain(shape.rank());
  }

  /** Returns operands that broadcast to the shape of the result together. */
  private List<String> operands(Shape shape, Form form, List<Value> in, boolean firstIsTruth) {
    List<Operand> operands = new ArrayList<>();
    for (Value v : in) {
      operands.add(values.operand(v, form, firstIsTruth && operands.isEmpty()));
    }
    Shape whole = form.of(shape);
    List<String> names = new ArrayList<>(operands.stream().map(Operand::name).toList());
    if (!broadcast(operands).equals(whole)) {
      names.set(
          0, sketch.node("Expand", names.getFirst(), sketch.integers(Values.longs(whole.dims()))));
    }
    return names;
  }

  private static Shape broadcast(List<Operand> operands) {
    int rank = operands.stream().mapToInt(o -> o.shape().rank()).max().orElse(0);
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    for (Operand o : operands) {
      int skipped = rank - o.shape().rank();
      for (int i = skipped; i < rank; i++) {
        int d = o.shape().dim(i - skipped);
        dims[i] = d == 1 ? dims[i] : d;
      }
    }
    return Shape.of(dims);
  }

  private static Value named(Shape shape, DType dtype, Form form, String name) {
    return Value.named(shape, dtype, form, name);
  }

  private static Value truths(Shape shape, DType dtype, Form form, String name) {
    Value v = new Value(shape, dtype);
    v.truths.put(form, name);
    return v;
  }

  Value unary(UnaryOp.Kind kind, Value x) {
    Form form = x.form();
    if (kind == UnaryOp.Kind.NOT && !x.truths.isEmpty()) {
      return truths(x.shape, x.dtype, form, sketch.node("Not", values.truth(x, form)));
    }
    String name = values.name(x, form);
    if (kind == UnaryOp.Kind.NOT) {
      String zero = values.number(0, x.dtype);
      return truths(x.shape, x.dtype, form, sketch.node("Equal", name, zero));
    }
    String result =
        switch (kind) {
          case NEG -> sketch.node("Neg", name);
          case ABS -> sketch.node("Abs", name);
          case SIGN -> sketch.node("Sign", name);
          case RELU -> sketch.node("Relu", name);
          case RECIPROCAL -> sketch.node("Reciprocal", name);
          case SQRT -> sketch.node("Sqrt", name);
          case EXP -> sketch.node("Exp", name);
          case EXPM1 -> sketch.node("Sub", sketch.node("Exp", name), values.number(1, x.dtype));
          case LOG -> sketch.node("Log", name);
          case LOG1P -> sketch.node("Log", sketch.node("Add", name, values.number(1, x.dtype)));
          case SIN -> sketch.node("Sin", name);
          case COS -> sketch.node("Cos", name);
          case TANH -> sketch.node("Tanh", name);
          case SIGMOID -> sketch.node("Sigmoid", name);
          case SOFTPLUS -> sketch.node("Softplus", name);
          case ERF -> sketch.node("Erf", name);
          case FLOOR -> sketch.node("Floor", name);
          case ROUND -> sketch.node("Round", name);
          case NOT, STOP_GRADIENT -> throw new IllegalStateException("written elsewhere: " + kind);
        };
    return named(x.shape, x.dtype, form, result);
  }

  Value binary(BinaryOp.Kind kind, Value a, Value b) {
    Form form = form(a.shape, List.of(a, b));
    List<String> in = operands(a.shape, form, List.of(a, b), false);
    String op =
        switch (kind) {
          case ADD -> "Add";
          case SUB -> "Sub";
          case MUL -> "Mul";
          case DIV -> "Div";
          case MAXIMUM -> "Max";
          case MINIMUM -> "Min";
          case POW -> "Pow";
          case LESS -> "Less";
          case LESS_EQUAL -> "LessOrEqual";
          case EQUAL, NOT_EQUAL -> "Equal";
        };
    String result = sketch.node(op, in.get(0), in.get(1));
    return switch (kind) {
      case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, POW -> named(a.shape, a.dtype, form, result);
      case LESS, LESS_EQUAL, EQUAL -> truths(a.shape, a.dtype, form, result);
      case NOT_EQUAL -> truths(a.shape, a.dtype, form, sketch.node("Not", result));
    };
  }

  Value select(Value condition, Value a, Value b) {
    List<Value> all = List.of(condition, a, b);
    Form form = form(a.shape, all);
    List<String> in = operands(a.shape, form, all, true);
    return named(a.shape, a.dtype, form, sketch.node("Where", in.get(0), in.get(1), in.get(2)));
  }

  Value cast(CastOp op, Value x) {
    if (op.to() == x.dtype) {
      return x;
    }
    Form form = x.form();
    if (!x.truths.isEmpty()) {
      return truths(x.shape, op.to(), form, values.truth(x, form));
    }
    if (x.known != null && x.parameter.isEmpty()) {
      return Values.constant(x.known.cast(op.to()));
    }
    String name = sketch.cast(values.name(x, form), Values.type(op.to()));
    return named(x.shape, op.to(), form, name);
  }
}
