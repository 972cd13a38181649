package shinso.nn.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Gated recurrent units: {@code [batch, time, features] -> [batch, time, hidden]}.
 *
 * <pre>
 * r_t = σ(x_t W_r + h_{t−1} U_r + b_r)             what of the state the candidate sees
 * z_t = σ(x_t W_z + h_{t−1} U_z + b_z)             how much of the state stays
 * n_t = tanh(x_t W_n + b_n + r_t (h_{t−1} U_n + c))
 * h_t = (1 − z_t) n_t + z_t h_{t−1}
 * </pre>
 *
 * <p>The reset gate multiplies after the product with U_n and its bias, so that one product serves
 * all gates, as in PyTorch's {@code nn.GRU}; without a bias c it multiplies before the product:
 *
 * <pre>
 * n_t = tanh(x_t W_n + b_n + (r_t h_{t−1}) U_n)
 * </pre>
 *
 * <p>Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014),
 * equations 5 to 8: "after" in its first version (arXiv 1406.1078v1), "before" in the last one
 * (v3); Goodfellow et al., "Deep learning", equations 10.45 to 10.47, where u is z. The two biases
 * of r and of z that PyTorch has are one here, their sum.
 *
 * <p>Side by side lie the gates n, r, z in W and b, and r, z, n in U (PyTorch has r, z, n in both):
 * beside each other, n of the input, r, z and n of the state, they make the gradients of all four
 * one block of memory, of which those of W and of U are a part each.
 *
 * @param inputWeight W, {@code [features, 3 hidden]}, for n, r, z
 * @param hiddenWeight U, {@code [hidden, 3 hidden]}, for r, z, n
 * @param bias b, {@code [3 hidden]}, for n, r, z
 * @param candidateBias c, {@code [hidden]}, or null if the reset gate multiplies before the product
 */
public record Gru(Param inputWeight, Param hiddenWeight, Param bias, @Nullable Param candidateBias)
    implements Recurrent {
  private static final String NAME = "gru";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Gru {
    Recurrence.requireGates(NAME, 3, inputWeight, hiddenWeight, bias);
    Shape hidden = hiddenWeight.shape().slice(0, 1);
    if (candidateBias != null && !candidateBias.shape().equals(hidden)) {
      throw new IllegalArgumentException(
          "gru: the candidate's bias is %s, not %s".formatted(hidden, candidateBias.shape()));
    }
  }

  /**
   * Returns a layer with drawn weights and biases of zeros, whose reset gate multiplies after the
   * product.
   */
  public static Gru of(int features, int hidden, Initializer init, Rng rng) {
    return of(features, hidden, init, 0, rng);
  }

  /**
   * Returns a layer with drawn weights and a bias of the gates z that keep the state; the others'
   * are zeros. A bias above 0 lets states last at first, as the forget gates' of an {@link Lstm}
   * does (Tallec and Ollivier, "Can recurrent neural networks warp time?", 2018).
   */
  public static Gru of(int features, int hidden, Initializer init, double keepBias, Rng rng) {
    return new Gru(
        Recurrence.draw(NAME, features, hidden, 3, init, rng.split("input")),
        Recurrence.draw(NAME, hidden, hidden, 3, init, rng.split("hidden")),
        Param.of(Tensor.full(Shape.of(hidden), keepBias).pad(0, 2 * hidden, 0, 0)),
        Param.of(Tensor.zeros(hidden)));
  }

  /**
   * Returns a layer with drawn weights and biases of zeros, whose reset gate multiplies before the
   * product.
   */
  public static Gru resettingBefore(int features, int hidden, Initializer init, Rng rng) {
    Gru after = of(features, hidden, init, rng);
    return new Gru(after.inputWeight, after.hiddenWeight, after.bias, null);
  }

  /** Returns the shape of h: {@code [hidden]}. */
  @Override
  public List<Shape> stateShapes() {
    return List.of(Shape.of(hiddenWeight.shape().dim(0)));
  }

  /**
   * {@inheritDoc}
   *
   * @param initial h₀
   */
  @Override
  public Output run(Tensor x, @Nullable List<Tensor> initial, Pass pass) {
    outputShape(x.shape());
    Recurrence.requireState(NAME, x.shape().dim(0), stateShapes(), initial);
    Tensor lengths = Recurrence.lengths(NAME, x.shape(), pass);
    return Recurrence.run(Recurrence.project(x, inputWeight, bias), lengths, initial, this::next);
  }

  /**
   * {@inheritDoc}
   *
   * @param state h_{t−1}
   */
  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    Recurrence.requireStep(NAME, x, inputWeight);
    Recurrence.requireState(NAME, x.shape().dim(0), stateShapes(), state);
    return next(x.matmul(inputWeight.value()).add(bias.value()), state);
  }

  /** What goes into the gates, before their functions; {@code [batch, hidden]} each. */
  private record Gates(Tensor candidate, Tensor reset, Tensor keep, Tensor recalled) {
    /** From sums that lie as the class comment says: n of the input, r, z, n of the state. */
    static Gates of(Tensor a, @Nullable Tensor recurrent, int hidden) {
      Tensor sum = a.pad(1, 0, hidden, -0.0);
      if (recurrent != null) {
        sum = sum.add(recurrent.pad(1, hidden, 0, -0.0));
      }
      List<Tensor> parts = Recurrence.gates(sum, hidden);
      return new Gates(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }
  }

  /** The next state from the input's part a of the sums. */
  private Output next(Tensor a, @Nullable List<Tensor> state) {
    Tensor before = state == null ? null : state.getFirst();
    Tensor h = candidateBias == null ? nextBefore(a, before) : nextAfter(a, before, candidateBias);
    return new Output(h, List.of(h));
  }

  private Tensor nextAfter(Tensor a, @Nullable Tensor h, Param c) {
    Tensor recurrent = h == null ? null : h.matmul(hiddenWeight.value());
    Gates gates = Gates.of(a, recurrent, hiddenWeight.shape().dim(0));
    Tensor r = gates.reset.sigmoid();
    Tensor z = gates.keep.sigmoid();
    Tensor n = gates.candidate.add(r.mul(gates.recalled.add(c.value()))).tanh();
    return h == null ? z.rsub(1).mul(n) : n.add(z.mul(h.sub(n))); // [batch, hidden]
  }

  private Tensor nextBefore(Tensor a, @Nullable Tensor h) {
    int hidden = hiddenWeight.shape().dim(0);
    List<Tensor> in = Recurrence.gates(a, hidden); // n, r, z
    if (h == null) {
      return in.get(2).sigmoid().rsub(1).mul(in.get(0).tanh());
    }
    Tensor u = hiddenWeight.value();
    List<Tensor> recurrent = Recurrence.gates(h.matmul(u.slice(1, 0, 2 * hidden)), hidden); // r, z
    Tensor r = in.get(1).add(recurrent.get(0)).sigmoid();
    Tensor z = in.get(2).add(recurrent.get(1)).sigmoid();
    Tensor recalled = r.mul(h).matmul(u.slice(1, 2 * hidden, 3 * hidden));
    Tensor n = in.get(0).add(recalled).tanh();
    return n.add(z.mul(h.sub(n))); // [batch, hidden]
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight.shape().dim(0));
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "Gru(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
