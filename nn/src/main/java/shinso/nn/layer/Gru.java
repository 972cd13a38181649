package shinso.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * <p>Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014),
 * equations 5 to 8; Goodfellow et al., "Deep learning", equations 10.45 to 10.47, where u is z. As
 * in PyTorch's {@code nn.GRU}, the reset gate multiplies after the product with U_n and its bias,
 * not before, so that one product serves all gates. Its two biases of r and of z are one here,
 * their sum.
 *
 * <p>Side by side lie the gates n, r, z in W and b, and r, z, n in U (PyTorch has r, z, n in both):
 * beside each other, n of the input, r, z and n of the state, they make the gradients of all four
 * one block of memory, of which those of W and of U are a part each.
 *
 * @param inputWeight W, {@code [features, 3 hidden]}, for n, r, z
 * @param hiddenWeight U, {@code [hidden, 3 hidden]}, for r, z, n
 * @param bias b, {@code [3 hidden]}, for n, r, z
 * @param candidateBias c, {@code [hidden]}
 */
public record Gru(Param inputWeight, Param hiddenWeight, Param bias, Param candidateBias)
    implements Layer {
  private static final String NAME = "gru";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Gru {
    Recurrence.requireGates(NAME, 3, inputWeight, hiddenWeight, bias);
    Shape hidden = hiddenWeight.shape().slice(0, 1);
    if (!candidateBias.shape().equals(hidden)) {
      throw new IllegalArgumentException(
          "gru: the candidate's bias is %s, not %s".formatted(hidden, candidateBias.shape()));
    }
  }

  /** Returns a layer with drawn weights and biases of zeros. */
  public static Gru of(int features, int hidden, Initializer init, Rng rng) {
    return new Gru(
        Recurrence.draw(NAME, features, hidden, 3, init, rng.split("input")),
        Recurrence.draw(NAME, hidden, hidden, 3, init, rng.split("hidden")),
        Param.of(Tensor.zeros(3 * hidden)),
        Param.of(Tensor.zeros(hidden)));
  }

  /**
   * What a batch of sequences gave.
   *
   * @param hidden h of all steps, {@code [batch, time, hidden]}, zeros after a sequence's end
   * @param last h after each sequence's last step, to go on from: {@code [batch, hidden]}
   */
  public record Output(Tensor hidden, Tensor last) {}

  /** Returns the hidden states of all steps, starting from zeros. */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return run(x, null, null).hidden;
  }

  /**
   * Returns the hidden states of all steps; {@code at(1, -1)} of it is the state to go on from.
   *
   * @param x {@code [batch, time, features]}
   * @param initial h₀, {@code [batch, hidden]}
   */
  public Tensor forward(Tensor x, Tensor initial) {
    return run(x, null, initial).hidden;
  }

  /**
   * Returns the hidden states of all steps and the last ones.
   *
   * @param x {@code [batch, time, features]}
   * @param lengths the number of steps of each sequence, I32 {@code [batch]}, or null if all have
   *     {@code time}; after its end a sequence's state is held
   * @param initial h₀, {@code [batch, hidden]}, or null for zeros
   */
  public Output run(Tensor x, @Nullable Tensor lengths, @Nullable Tensor initial) {
    outputShape(x.shape());
    if (initial != null) {
      Recurrence.requireState(NAME, x.shape(), hiddenWeight, initial);
    }
    if (lengths != null) {
      Recurrence.requireLengths(NAME, x.shape(), lengths);
    }
    Tensor h = initial;
    List<Tensor> states = new ArrayList<>();
    for (Tensor a : Recurrence.project(x, inputWeight, bias)) { // [batch, 3 hidden]
      int t = states.size();
      Tensor next = next(a, h);
      h = Recurrence.hold(lengths, t, next, h);
      states.add(Recurrence.hold(lengths, t, next, null));
    }
    return new Output(Recurrence.join(states), Objects.requireNonNull(h));
  }

  /**
   * Returns the state after one step.
   *
   * @param x {@code [batch, features]}
   * @param state h_{t−1}, {@code [batch, hidden]}, or null for zeros
   */
  public Tensor step(Tensor x, @Nullable Tensor state) {
    Recurrence.requireStep(NAME, x, inputWeight);
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
  private Tensor next(Tensor a, @Nullable Tensor h) {
    Tensor recurrent = h == null ? null : h.matmul(hiddenWeight.value());
    Gates gates = Gates.of(a, recurrent, hiddenWeight.shape().dim(0));
    Tensor r = gates.reset.sigmoid();
    Tensor z = gates.keep.sigmoid();
    Tensor n = gates.candidate.add(r.mul(gates.recalled.add(candidateBias.value()))).tanh();
    return h == null ? z.rsub(1).mul(n) : n.add(z.mul(h.sub(n)));
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight);
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "Gru(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
