package shinso.interchange.onnx.write;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;

/** Turns a trace into operators of ONNX, node after node. */
final class Lowering {
  private final Traced traced;
  private final List<String> inputs;
  private final Sketch sketch = new Sketch();
  private final Values values = new Values(sketch);
  private final Elementwise elementwise = new Elementwise(values);
  private final Movements movements = new Movements(values);
  private final Contractions contractions = new Contractions(values);
  private final Indexing indexing = new Indexing(values);
  private final Compositions compositions;
  private final Recurrences recurrences;
  private final Map<Integer, Value> results = new HashMap<>();
  private final String[] scopes;

  private Lowering(Traced traced, List<String> inputs, List<Object> parts) {
    this.traced = traced;
    this.inputs = inputs;
    compositions = new Compositions(traced, values, parts);
    recurrences = new Recurrences(traced, values, parts);
    scopes = scopes(parts);
  }

  /** A graph, and the names of its outputs in it. */
  record Lowered(Sketch sketch, SequencedMap<String, String> outputs) {}

  /**
   * Returns the graph of a trace.
   *
   * @param inputs the names of the inputs
   * @param outputs the names of the outputs
   * @param model whose parts are recognised
   */
  static Lowered of(Traced traced, List<String> inputs, List<String> outputs, Object model) {
    Lowering l = new Lowering(traced, inputs, Parts.of(model));
    for (int n = 0; n < traced.size(); n++) {
      l.sketch.scope(l.scopes[n]);
      l.write(n);
    }
    l.sketch.scope("");
    SequencedMap<String, String> names = new LinkedHashMap<>();
    for (String output : outputs) {
      Value v = l.value(traced.output(output));
      names.put(output, l.values.plain(v));
    }
    return new Lowered(l.sketch, names);
  }

  /**
   * Finds the part of the model that each node belongs to: the layer of a network that reads an
   * input, or else what owns the parameter that was used last.
   */
  private String[] scopes(List<Object> parts) {
    String[] scopes = new String[traced.size()];
    for (Object part : parts) {
      if (part instanceof Network network) {
        layers(network, scopes);
      }
    }
    String last = "";
    for (int n = 0; n < scopes.length; n++) {
      if (!traced.parameter(n).isEmpty()) {
        String path = traced.parameter(n);
        last = path.substring(0, Math.max(0, path.lastIndexOf('.'))).replace("layers.", "");
      }
      scopes[n] = scopes[n] == null ? last : scopes[n];
    }
    return scopes;
  }

  private void layers(Network network, String[] scopes) {
    for (int n = 0; n < scopes.length; n++) {
      if (traced.input(n) >= 0) {
        try {
          int from = 0;
          for (Map.Entry<String, Tensor> e :
              network.activations(traced.tensor(n), Pass.inference()).entrySet()) {
            int to = traced.find(e.getValue());
            if (to < 0) {
              break;
            }
            for (int i = from; i <= to; i++) {
              scopes[i] = e.getKey();
            }
            from = Math.max(from, to + 1);
          }
        } catch (IllegalArgumentException e) {
          // It doesn't take this input.
        }
      }
    }
  }

  private Value value(int n) {
    Value v = results.get(n);
    if (v == null) {
      throw new IllegalStateException("the node " + n + " has not been written");
    }
    return v;
  }

  private void write(int n) {
    if (recurrences.write(n, this::value, results)) {
      return;
    }
    Compositions.Writing composition = compositions.of(n);
    results.put(n, composition != null ? composition.write(this::value) : operation(n));
  }

  private Value operation(int n) {
    Op op = traced.op(n);
    List<Value> in = traced.node(n).operands().stream().map(this::value).toList();
    Shape shape = traced.shape(n);
    return switch (op) {
      case Leaf leaf -> leaf(leaf, n);
      case UnaryOp(UnaryOp.Kind kind) ->
          kind == UnaryOp.Kind.STOP_GRADIENT
              ? in.getFirst()
              : elementwise.unary(kind, in.getFirst());
      case BinaryOp(BinaryOp.Kind kind) -> {
        Value sum = kind == BinaryOp.Kind.ADD ? withBias(n) : null;
        yield sum != null ? sum : elementwise.binary(kind, in.get(0), in.get(1));
      }
      case SelectOp _ -> elementwise.select(in.get(0), in.get(1), in.get(2));
      case CastOp cast -> elementwise.cast(cast, in.getFirst());
      case ReduceOp reduce -> indexing.reduce(reduce, shape, in.getFirst());
      case MovementOp m -> {
        Value product = m instanceof MovementOp.Reshape ? rows(n) : null;
        yield product != null ? product : movements.write(m, shape, in);
      }
      case ContractionOp c -> contractions.write(c, shape, in.get(0), in.get(1), null);
      case WindowOp w -> contractions.window(w, shape, in);
      case IndexOp i -> indexing.index(i, shape, in);
      case ScanOp s -> indexing.scan(s, in.getFirst());
      case RandomOp r ->
          throw new OnnxException(
              "what the model computes draws random numbers (%s), which a file can't do as it does;"
                      .formatted(r.label())
                  + " export what it computes in inference");
    };
  }

  private Value leaf(Leaf leaf, int n) {
    Tensor t = traced.tensor(n);
    return switch (leaf) {
      case Leaf.Data _ -> {
        int input = traced.input(n);
        if (input >= 0) {
          Form plain = Form.plain(traced.shape(n).rank());
          yield Value.named(traced.shape(n), traced.dtype(n), plain, inputs.get(input));
        }
        Value v = Values.constant(t);
        v.parameter = traced.parameter(n);
        yield v;
      }
      case Leaf.Constant _ -> Values.constant(t);
      case Leaf.Iota i -> {
        String range =
            sketch.node("Range", sketch.scalar(0), sketch.scalar(i.length()), sketch.scalar(1));
        String name = sketch.cast(range, Values.type(traced.dtype(n)));
        yield Value.named(traced.shape(n), traced.dtype(n), Form.plain(1), name);
      }
    };
  }

  /** A contraction that nothing but this sum uses, and a vector that is added to its last axis. */
  private @Nullable Value withBias(int n) {
    for (int i = 0; i < 2; i++) {
      int product = traced.operand(n, i);
      Value bias = Values.vector(value(traced.operand(n, 1 - i)), traced.shape(n).dim(-1));
      boolean takesBias =
          traced.op(product) instanceof ContractionOp.Conv2d
              || traced.op(product) instanceof ContractionOp.Conv2dBackwardData
              || (traced.op(product) instanceof ContractionOp.MatMul
                  && traced.shape(product).rank() == 2);
      if (bias != null && takesBias && traced.users(product) == 1) {
        return contractions.write(
            (ContractionOp) traced.op(product),
            traced.shape(n),
            value(traced.operand(product, 0)),
            value(traced.operand(product, 1)),
            bias);
      }
    }
    return null;
  }

  /** {@code [*, k]} as rows, times a matrix, and back: one product for ONNX. */
  private @Nullable Value rows(int n) {
    int product = traced.operand(n, 0);
    if (!traced.op(product).equals(new ContractionOp.MatMul(false, false))
        || traced.shape(product).rank() != 2) {
      return null;
    }
    int flat = traced.operand(product, 0);
    if (!(traced.op(flat) instanceof MovementOp.Reshape)) {
      return null;
    }
    int x = traced.operand(flat, 0);
    Shape shape = traced.shape(n);
    Shape from = traced.shape(x);
    boolean sameRows =
        from.rank() > 2
            && shape.rank() == from.rank()
            && from.with(-1, shape.dim(-1)).equals(shape)
            && traced.shape(flat).dim(1) == from.dim(-1);
    return sameRows ? contractions.rows(value(x), value(traced.operand(product, 1)), shape) : null;
  }
}
