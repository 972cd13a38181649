package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.ReduceOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;
import shinso.nn.layer.Activation;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.LayerNorm;
import shinso.nn.layer.Pass;

/**
 * Recognises compositions that ONNX has an operator for. From the last operation it is guessed what
 * the composition's operand would be; then the composition is computed from that once more, and is
 * recognised if nothing new comes of it.
 */
final class Compositions {
  /** Writes the operator, given the values of nodes. */
  @FunctionalInterface
  interface Writing {
    Value write(Function<Integer, Value> value);
  }

  private final Traced traced;
  private final Values values;
  private final Sketch sketch;
  private final Map<Integer, BatchNorm> batchNorms = new HashMap<>();
  private final Map<Integer, LayerNorm> layerNorms = new HashMap<>();

  Compositions(Traced traced, Values values, List<Object> parts) {
    this.traced = traced;
    this.values = values;
    this.sketch = values.sketch;
    for (Object part : parts) {
      switch (part) {
        case BatchNorm b -> batchNorms.put(traced.find(b.bias().value()), b);
        case LayerNorm l -> layerNorms.put(traced.find(l.bias().value()), l);
        default -> {}
      }
    }
    batchNorms.remove(-1);
    layerNorms.remove(-1);
  }

  /** Returns how to write a node as one operator, null if it is none that is known. */
  @Nullable Writing of(int n) {
    return switch (traced.op(n)) {
      case SelectOp _ -> {
        Writing rectifier = rectifier(n);
        yield rectifier != null ? rectifier : clip(n);
      }
      case BinaryOp(BinaryOp.Kind kind) ->
          switch (kind) {
            case DIV -> {
              Writing softmax = softmax(n);
              yield softmax != null ? softmax : mean(n);
            }
            case SUB -> logSoftmax(n);
            case ADD -> normalization(n);
            default -> null;
          };
      default -> null;
    };
  }

  private boolean isUnary(int n, UnaryOp.Kind kind) {
    return traced.op(n) instanceof UnaryOp(UnaryOp.Kind k) && k == kind;
  }

  private boolean isBinary(int n, BinaryOp.Kind kind) {
    return traced.op(n) instanceof BinaryOp(BinaryOp.Kind k) && k == kind;
  }

  /** Returns what a node repeats or reshapes, itself if it does neither. */
  private int origin(int n) {
    int m = n;
    while (traced.op(m) instanceof MovementOp.Broadcast
        || traced.op(m) instanceof MovementOp.Reshape) {
      m = traced.operand(m, 0);
    }
    return m;
  }

  private int withoutBroadcast(int n) {
    return traced.op(n) instanceof MovementOp.Broadcast ? traced.operand(n, 0) : n;
  }

  private @Nullable Double constant(int n) {
    Op op = traced.op(origin(n));
    return op instanceof Leaf.Constant c ? (Double) c.value() : null;
  }

  private static List<Integer> axes(Op op) {
    return op instanceof ReduceOp r && r.kind() == ReduceOp.Kind.SUM ? r.axes() : List.of();
  }

  private Value named(int n, Form form, String name) {
    return Value.named(traced.shape(n), traced.dtype(n), form, name);
  }

  /** max(x, 0) + a min(x, 0), and x or a (eˣ − 1). */
  private @Nullable Writing rectifier(int n) {
    int x = traced.operand(n, 1);
    int below = traced.operand(n, 2);
    if (!isBinary(below, BinaryOp.Kind.MUL)) {
      return null;
    }
    Double a = constant(traced.operand(below, 1));
    if (a == null) {
      return null;
    }
    for (Activation kind : List.of(Activation.leakyRelu(a), Activation.elu(a))) {
      if (traced.is(n, kind.apply(traced.tensor(x)))) {
        String op = kind.kind() == Activation.Kind.ELU ? "Elu" : "LeakyRelu";
        return value -> {
          Value v = value.apply(x);
          String name =
              sketch.node(
                  op, List.of(values.asIs(v)), Map.of("alpha", Attribute.of(a.doubleValue())));
          return named(n, v.form(), name);
        };
      }
    }
    return null;
  }

  /** x between two numbers. */
  private @Nullable Writing clip(int n) {
    int inner = traced.operand(n, 2);
    Double high = constant(traced.operand(n, 1));
    if (high == null || !(traced.op(inner) instanceof SelectOp)) {
      return null;
    }
    Double low = constant(traced.operand(inner, 1));
    int x = traced.operand(inner, 2);
    if (low == null || !(low <= high) || !traced.is(n, traced.tensor(x).clip(low, high))) {
      return null;
    }
    return value -> {
      Value v = value.apply(x);
      String least = values.number(low, v.dtype);
      String most = values.number(high, v.dtype);
      return named(n, v.form(), sketch.node("Clip", values.asIs(v), least, most));
    };
  }

  private @Nullable Writing softmax(int n) {
    int e = traced.operand(n, 0);
    int sum = withoutBroadcast(traced.operand(n, 1));
    List<Integer> axes = axes(traced.op(sum));
    if (axes.size() != 1 || !isUnary(e, UnaryOp.Kind.EXP)) {
      return null;
    }
    int below = traced.operand(e, 0);
    if (!isBinary(below, BinaryOp.Kind.SUB)) {
      return null;
    }
    int x = traced.operand(below, 0);
    int axis = axes.getFirst();
    return traced.is(n, traced.tensor(x).softmax(axis)) ? along("Softmax", n, x, axis) : null;
  }

  private @Nullable Writing logSoftmax(int n) {
    int below = traced.operand(n, 0);
    int log = withoutBroadcast(traced.operand(n, 1));
    if (!isBinary(below, BinaryOp.Kind.SUB) || !isUnary(log, UnaryOp.Kind.LOG)) {
      return null;
    }
    List<Integer> axes = axes(traced.op(traced.operand(log, 0)));
    if (axes.size() != 1) {
      return null;
    }
    int x = traced.operand(below, 0);
    int axis = axes.getFirst();
    return traced.is(n, traced.tensor(x).logSoftmax(axis)) ? along("LogSoftmax", n, x, axis) : null;
  }

  private Writing along(String op, int n, int x, int axis) {
    return value -> {
      Value v = value.apply(x);
      Form form = v.form();
      Map<String, Attribute> at = Map.of("axis", Attribute.of(form.position(axis)));
      return named(n, form, sketch.node(op, List.of(values.name(v, form)), at));
    };
  }

  private @Nullable Writing mean(int n) {
    int sum = traced.operand(n, 0);
    List<Integer> axes = axes(traced.op(sum));
    if (axes.isEmpty()) {
      return null;
    }
    int x = traced.operand(sum, 0);
    if (!traced.is(n, traced.tensor(x).meanKeep(Values.ints(axes)))) {
      return null;
    }
    return value -> new Indexing(values).mean(axes, traced.shape(n), value.apply(x));
  }

  private @Nullable Writing normalization(int n) {
    int last = origin(traced.operand(n, 1));
    BatchNorm batchNorm = batchNorms.get(last);
    if (batchNorm != null) {
      return batchNorm(n, batchNorm);
    }
    // β − mean · factor: the bias is one operation further down.
    LayerNorm layerNorm = null;
    if (isBinary(last, BinaryOp.Kind.SUB)) {
      layerNorm = layerNorms.get(origin(traced.operand(last, 0)));
    }
    return layerNorm == null ? null : layerNorm(n, layerNorm);
  }

  /** Returns x of (x − a) · b + n's other operand, null if the node is none of these. */
  private @Nullable Integer normalised(int n) {
    int product = traced.operand(n, 0);
    if (!isBinary(product, BinaryOp.Kind.MUL)) {
      return null;
    }
    int rest = traced.operand(product, 0);
    return isBinary(rest, BinaryOp.Kind.SUB) ? traced.operand(rest, 0) : null;
  }

  private @Nullable Writing batchNorm(int n, BatchNorm layer) {
    Integer x = normalised(n);
    Shape shape = traced.shape(n);
    if (x == null
        || shape.rank() < 2
        || layer.gain().shape().rank() != 1
        || !computes(n, x, t -> layer.forward(t, Pass.inference()))) {
      return null;
    }
    List<Integer> parameters =
        List.of(
            traced.find(layer.gain().value()),
            traced.find(layer.bias().value()),
            traced.find(layer.mean().value()),
            traced.find(layer.variance().value()));
    return value -> {
      Form form = Form.featuresSecond(shape.rank());
      List<String> in = new ArrayList<>(List.of(values.name(value.apply(x), form)));
      parameters.forEach(p -> in.add(values.plain(value.apply(p))));
      Map<String, Attribute> epsilon = Map.of("epsilon", Attribute.of(layer.epsilon()));
      return named(n, form, sketch.node("BatchNormalization", in, epsilon));
    };
  }

  private @Nullable Writing layerNorm(int n, LayerNorm layer) {
    Integer x = normalised(n);
    if (x == null || !computes(n, x, t -> layer.forward(t, Pass.inference()))) {
      return null;
    }
    int gain = traced.find(layer.gain().value());
    int bias = traced.find(layer.bias().value());
    return value -> {
      Map<String, Attribute> attributes = new LinkedHashMap<>();
      attributes.put("axis", Attribute.of(-layer.gain().shape().rank()));
      attributes.put("epsilon", Attribute.of(layer.epsilon()));
      List<String> in =
          List.of(
              values.plain(value.apply(x)),
              values.plain(value.apply(gain)),
              values.plain(value.apply(bias)));
      String name = sketch.node("LayerNormalization", in, attributes);
      return named(n, Form.plain(traced.shape(n).rank()), name);
    };
  }

  /** Returns whether a node is what a layer makes of another node. */
  private boolean computes(int n, int x, Function<Tensor, Tensor> layer) {
    try {
      return traced.is(n, layer.apply(traced.tensor(x)));
    } catch (IllegalArgumentException e) {
      // The layer doesn't take this shape: it is another one's work.
      return false;
    }
  }
}
