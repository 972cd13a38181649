package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.layer.SimpleRnn;

/**
 * Finds the recurrent layers that read whole sequences from a state of zeros, whose steps a trace
 * has one after the other, and writes each as the one operator that ONNX has for it. Others stay
 * the steps that they are.
 */
final class Recurrences {
  /**
   * A layer as it stands in a graph.
   *
   * @param x the node that it reads
   * @param y the node of its outputs, −1 if nobody needs them
   * @param state the nodes of its last state, −1 where nobody needs it
   */
  private record Found(Recurrent layer, int x, int y, List<Integer> state) {}

  private final Traced traced;
  private final Values values;
  private final Sketch sketch;
  private final Map<Integer, Found> byOutput = new HashMap<>();

  Recurrences(Traced traced, Values values, List<Object> parts) {
    this.traced = traced;
    this.values = values;
    this.sketch = values.sketch;
    Map<Integer, Recurrent> joined = new HashMap<>();
    for (Object part : parts) {
      Recurrent layer = part instanceof Recurrent r ? r : null;
      List<Param> weights = layer == null ? List.of() : weights(layer);
      if (layer != null && !weights.isEmpty()) {
        int number = traced.find(weightsAndBias(weights.get(0), weights.get(2)));
        if (number >= 0) {
          joined.put(number, layer);
        }
      }
    }
    if (!joined.isEmpty()) {
      find(joined);
    }
  }

  /** Weights of the input and of the state, bias; none of a layer that isn't known. */
  private static List<Param> weights(Recurrent layer) {
    return switch (layer) {
      case Lstm l -> List.of(l.inputWeight(), l.hiddenWeight(), l.bias());
      case Gru g -> List.of(g.inputWeight(), g.hiddenWeight(), g.bias());
      case SimpleRnn r -> List.of(r.inputWeight(), r.hiddenWeight(), r.bias());
      default -> List.of();
    };
  }

  /** The matrix with which recurrent layers multiply all steps of their input at once. */
  private static Tensor weightsAndBias(Param w, Param b) {
    return Tensor.concat(0, List.of(w.value(), b.value().reshape(1, b.shape().dim(0))));
  }

  private void find(Map<Integer, Recurrent> joined) {
    for (int n = 0; n < traced.size(); n++) {
      Recurrent layer =
          traced.op(n) instanceof ContractionOp.MatMul ? joined.get(traced.operand(n, 1)) : null;
      if (layer != null) {
        int x = sequences(traced.operand(n, 0));
        if (x >= 0) {
          add(layer, x);
        }
      }
    }
  }

  /** Returns the sequences of which a node has all steps, each with a one behind it. */
  private int sequences(int n) {
    int m = n;
    for (Class<?> kind :
        List.of(MovementOp.Pad.class, MovementOp.Reshape.class, MovementOp.Permute.class)) {
      if (!kind.isInstance(traced.op(m))) {
        return -1;
      }
      m = traced.operand(m, 0);
    }
    return m;
  }

  private void add(Recurrent layer, int x) {
    Recurrent.Output again;
    try {
      again = layer.run(traced.tensor(x), null, Pass.inference());
    } catch (IllegalArgumentException e) {
      return;
    }
    Found found =
        new Found(
            layer,
            x,
            traced.find(again.output()),
            again.state().stream().map(traced::find).toList());
    for (int output : found.state) {
      put(output, found);
    }
    put(found.y, found);
  }

  private void put(int output, Found found) {
    if (output >= 0) {
      byOutput.putIfAbsent(output, found);
    }
  }

  /**
   * Writes the layer that a node is an output of, and gives all its outputs their values; returns
   * whether it is one.
   */
  boolean write(int n, Function<Integer, Value> value, Map<Integer, Value> results) {
    Found f = byOutput.get(n);
    if (f == null) {
      return false;
    }
    if (results.containsKey(n)) {
      return true;
    }
    int reversed = reversed(f.x);
    Value x = value.apply(reversed >= 0 ? reversed : f.x);
    List<String> out = operator(f.layer, values.name(x, Form.TIME_FIRST), reversed >= 0);
    if (f.y >= 0) {
      String y = sketch.node("Squeeze", out.getFirst(), sketch.integers(1));
      Value v = new Value(traced.shape(f.y), traced.dtype(f.y));
      if (reversed >= 0) {
        v.reversed = y;
      } else {
        v.names.put(Form.TIME_FIRST, y);
      }
      results.put(f.y, v);
    }
    for (int i = 0; i < f.state.size(); i++) {
      int s = f.state.get(i);
      if (s >= 0) {
        String last = sketch.node("Squeeze", out.get(i + 1), sketch.integers(0));
        results.put(s, Value.named(traced.shape(s), traced.dtype(s), Form.plain(2), last));
      }
    }
    return true;
  }

  /** Returns the sequences of which a node has the steps the other way round, −1 if it has not. */
  private int reversed(int n) {
    return traced.op(n) instanceof MovementOp.Flip f && f.axes().equals(List.of(1))
        ? traced.operand(n, 0)
        : -1;
  }

  private List<String> operator(Recurrent layer, String x, boolean reverse) {
    List<Param> w = weights(layer);
    int hidden = w.get(1).shape().dim(0);
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("hidden_size", Attribute.of(hidden));
    if (reverse) {
      attributes.put("direction", Attribute.of("reverse"));
    }
    return switch (layer) {
      // i, f, g, o here and i, o, f, c there.
      case Lstm l -> {
        List<Integer> order = List.of(0, 3, 1, 2);
        List<String> in = operands(x, w, hidden, order, order, null);
        if (l.peephole() != null) {
          in.addAll(List.of("", "", ""));
          Tensor p = l.peephole().value();
          Tensor turned = Tensor.concat(0, List.of(p.at(0, 0), p.at(0, 2), p.at(0, 1)));
          in.add(parameter(l.peephole(), turned));
        }
        yield sketch.node("LSTM", in, 3, attributes);
      }
      // n, r, z in W and r, z, n in U here, z, r, h there.
      case Gru g -> {
        Param c = g.candidateBias();
        attributes.put("linear_before_reset", Attribute.of(c == null ? 0 : 1));
        List<String> in = operands(x, w, hidden, List.of(2, 1, 0), List.of(1, 0, 2), c);
        yield sketch.node("GRU", in, 2, attributes);
      }
      default ->
          sketch.node("RNN", operands(x, w, hidden, List.of(0), List.of(0), null), 2, attributes);
    };
  }

  /** W and R as {@code [1, gates, in]}, and both biases side by side. */
  private List<String> operands(
      String x,
      List<Param> w,
      int hidden,
      List<Integer> inputOrder,
      List<Integer> stateOrder,
      @Nullable Param lastStateBias) {
    Tensor b = w.get(2).value();
    Tensor first = gates(b, hidden, inputOrder);
    Tensor second = b.zerosLike();
    if (lastStateBias != null) {
      int rest = b.shape().size() - hidden;
      second = Tensor.concat(0, List.of(b.zerosLike().slice(0, 0, rest), lastStateBias.value()));
    }
    List<String> in = new ArrayList<>();
    in.add(x);
    in.add(parameter(w.get(0), gates(w.get(0).value().transpose(), hidden, inputOrder)));
    in.add(parameter(w.get(1), gates(w.get(1).value().transpose(), hidden, stateOrder)));
    in.add(parameter(w.get(2), Tensor.concat(0, List.of(first, second))));
    return in;
  }

  private static Tensor gates(Tensor all, int hidden, List<Integer> order) {
    List<Tensor> parts = new ArrayList<>();
    IntStream.range(0, order.size())
        .forEach(i -> parts.add(all.slice(0, order.get(i) * hidden, (order.get(i) + 1) * hidden)));
    return Tensor.concat(0, parts);
  }

  private String parameter(Param param, Tensor moved) {
    return sketch.parameter(traced.parameter(param.value()), moved.unsqueeze(0));
  }
}
