package shinso.interchange.onnx.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Recurrent layers: {@code X [t, n, f]}, {@code W [d, g h, f]}, {@code R [d, g h, h]}, {@code B [d,
 * 2 g h]}, for d directions and g gates.
 */
final class SequenceOperators {
  private SequenceOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("RNN", c -> run(c, Kind.RNN));
    all.put("GRU", c -> run(c, Kind.GRU));
    all.put("LSTM", c -> run(c, Kind.LSTM));
  }

  /** The layers, with their gates and the functions that are supported. */
  private enum Kind {
    RNN(1, "Tanh"),
    GRU(3, "Sigmoid", "Tanh"),
    LSTM(4, "Sigmoid", "Tanh", "Tanh");

    private final int gates;
    private final List<String> functions;

    Kind(int gates, String... functions) {
      this.gates = gates;
      this.functions = List.of(functions);
    }
  }

  /** The parameters of a direction, with axes as they multiply rows. */
  private record Weights(
      Kind kind,
      int hidden,
      boolean resetsAfter,
      Tensor w,
      Tensor r,
      Tensor inputBias,
      Tensor stateBias,
      @Nullable Tensor peephole,
      boolean rectifies) {
    /** Returns a gate's part of a sum. */
    Tensor gate(Tensor all, int i) {
      return all.slice(-1, i * hidden, (i + 1) * hidden);
    }

    /** Returns h and, for an LSTM, c after a step. */
    List<Tensor> next(Tensor a, List<Tensor> state) {
      Tensor h = state.getFirst();
      return switch (kind) {
        case RNN -> {
          Tensor sum = a.add(h.matmul(r)).add(stateBias);
          yield List.of(rectifies ? sum.relu() : sum.tanh());
        }
        // z, r, h
        case GRU -> {
          Tensor b = h.matmul(r).add(stateBias);
          Tensor z = gate(a, 0).add(gate(b, 0)).sigmoid();
          Tensor reset = gate(a, 1).add(gate(b, 1)).sigmoid();
          Tensor recalled =
              resetsAfter
                  ? reset.mul(gate(b, 2))
                  : reset.mul(h).matmul(gate(r, 2)).add(gate(stateBias, 2));
          Tensor candidate = gate(a, 2).add(recalled).tanh();
          yield List.of(candidate.add(z.mul(h.sub(candidate))));
        }
        // i, o, f, c
        case LSTM -> {
          Tensor c = state.get(1);
          Tensor b = a.add(h.matmul(r)).add(stateBias);
          Tensor i = seen(gate(b, 0), 0, c).sigmoid();
          Tensor f = seen(gate(b, 2), 2, c).sigmoid();
          Tensor next = f.mul(c).add(i.mul(gate(b, 3).tanh()));
          Tensor o = seen(gate(b, 1), 1, next).sigmoid();
          yield List.of(o.mul(next.tanh()), next);
        }
      };
    }

    private Tensor seen(Tensor sum, int i, Tensor cell) {
      return peephole == null ? sum : sum.add(gate(peephole, i).mul(cell));
    }
  }

  private static List<Operand> run(Call c, Kind kind) {
    requireSupported(c, kind);
    boolean batchFirst = c.integer("layout", 0) == 1;
    Tensor x = batchFirst ? c.tensor(0).swapAxes(0, 1) : c.tensor(0);
    if (x.shape().rank() != 3) {
      throw c.bad("reads %s; sequences [time, batch, features] are supported".formatted(x.shape()));
    }
    String direction = c.text("direction", "forward").toLowerCase(Locale.ROOT);
    int directions = direction.equals("bidirectional") ? 2 : 1;
    if (c.in(1).shape().dim(0) != directions) {
      throw c.bad("has weights for %d directions".formatted(c.in(1).shape().dim(0)));
    }
    List<Tensor> outputs = new ArrayList<>();
    List<List<Tensor>> states = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      boolean reverse = direction.equals("reverse") || d == 1;
      Weights w = weights(c, kind, d);
      List<Tensor> state = new ArrayList<>();
      state.add(initial(c, 5, d, x.shape().dim(1), w.hidden, batchFirst));
      if (kind == Kind.LSTM) {
        state.add(initial(c, 6, d, x.shape().dim(1), w.hidden, batchFirst));
      }
      outputs.add(steps(w, reverse ? x.flip(0) : x, state, reverse));
      states.add(state);
    }
    List<Operand> results = new ArrayList<>();
    Tensor y = Tensor.stack(1, outputs); // [t, d, n, h]
    results.add(Operand.of(batchFirst ? y.permute(2, 0, 1, 3) : y));
    for (int part = 0; part < states.getFirst().size(); part++) {
      int p = part;
      Tensor last = Tensor.stack(0, states.stream().map(s -> s.get(p)).toList()); // [d, n, h]
      results.add(Operand.of(batchFirst ? last.swapAxes(0, 1) : last));
    }
    return results;
  }

  private static void requireSupported(Call c, Kind kind) {
    List<String> functions = c.texts("activations");
    for (int i = 0; i < functions.size(); i++) {
      String expected = kind.functions.get(i % kind.functions.size());
      if (!functions.get(i).equalsIgnoreCase(expected) && !rectifies(kind, functions.get(i))) {
        throw c.bad(
            "has the function %s as number %d; it can be %s"
                .formatted(functions.get(i), i + 1, kind == Kind.RNN ? "Tanh or Relu" : expected));
      }
    }
    if (c.has("clip")) {
      throw c.bad("clips, which isn't supported");
    }
    c.require("input_forget", 0);
    if (c.optional(4) != null) {
      long steps = c.in(0).shape().dim(c.integer("layout", 0) == 1 ? 1 : 0);
      boolean all =
          c.in(4) instanceof Operand.Integers i && Operand.stream(i).allMatch(n -> n == steps);
      if (!all) {
        throw c.bad("has sequences of different lengths, which isn't supported");
      }
    }
  }

  /** A layer without gates may have rectifiers. */
  private static boolean rectifies(Kind kind, String function) {
    return kind == Kind.RNN && function.equalsIgnoreCase("Relu");
  }

  private static Weights weights(Call c, Kind kind, int direction) {
    Tensor w = c.tensor(1).at(0, direction);
    Tensor r = c.tensor(2).at(0, direction);
    int hidden = r.shape().dim(-1);
    int n = kind.gates * hidden;
    if (w.shape().dim(0) != n || r.shape().dim(0) != n) {
      throw c.bad(
          "has weights %s and %s for %d gates of %d units"
              .formatted(w.shape(), r.shape(), kind.gates, hidden));
    }
    Tensor b = c.optional(3) == null ? null : c.tensor(3).at(0, direction);
    Tensor none = Tensor.full(Shape.of(n), 0);
    List<String> functions = c.texts("activations");
    int first = direction * kind.functions.size();
    return new Weights(
        kind,
        hidden,
        c.integer("linear_before_reset", 0) != 0,
        w.transpose(),
        r.transpose(),
        b == null ? none : b.slice(0, 0, n),
        b == null ? none : b.slice(0, n, 2 * n),
        kind == Kind.LSTM && c.optional(7) != null ? c.tensor(7).at(0, direction) : null,
        first < functions.size() && rectifies(kind, functions.get(first)));
  }

  private static Tensor initial(
      Call c, int input, int direction, int batch, int hidden, boolean batchFirst) {
    return c.optional(input) == null
        ? Tensor.full(Shape.of(batch, hidden), 0)
        : c.tensor(input).at(batchFirst ? 1 : 0, direction);
  }

  /** Takes all steps; the state becomes the last one. */
  private static Tensor steps(Weights w, Tensor x, List<Tensor> state, boolean reverse) {
    Tensor sums = x.matmul(w.w).add(w.inputBias); // [t, n, g h]
    List<Tensor> outputs = new ArrayList<>();
    IntStream.range(0, x.shape().dim(0))
        .forEach(t -> {
          List<Tensor> next = w.next(sums.at(0, t), state);
          outputs.add(next.getFirst());
          state.clear();
          state.addAll(next);
        });
    Tensor y = Tensor.stack(0, outputs); // [t, n, h]
    return reverse ? y.flip(0) : y;
  }
}
