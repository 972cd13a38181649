package shinso.nn.layer;

import java.util.ArrayList;
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

  /** Returns the hidden states of all steps, starting from zeros. */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return run(x, null);
  }

  /**
   * Returns the hidden states of all steps; {@code at(1, -1)} of it is the state to go on from.
   *
   * @param x {@code [batch, time, features]}
   * @param initial h₀, {@code [batch, hidden]}
   */
  public Tensor forward(Tensor x, Tensor initial) {
    Recurrence.requireState(NAME, x.shape(), hiddenWeight, initial);
    return run(x, initial);
  }

  private Tensor run(Tensor x, @Nullable Tensor initial) {
    int n = outputShape(x.shape()).dim(2);
    Tensor u = hiddenWeight.value();
    Tensor c = candidateBias.value();
    Tensor h = initial;
    List<Tensor> states = new ArrayList<>();
    for (Tensor a : Recurrence.project(x, inputWeight, bias)) { // [batch, 3 hidden]
      // n r z of the input, and below it r z n of the state one place further.
      Tensor sum = a.pad(1, 0, n, -0.0);
      if (h != null) {
        sum = sum.add(h.matmul(u).pad(1, n, 0, -0.0));
      }
      List<Tensor> z = Recurrence.gates(sum, n);
      Tensor r = z.get(1).sigmoid();
      Tensor keep = z.get(2).sigmoid();
      Tensor candidate = z.get(0).add(r.mul(z.get(3).add(c))).tanh();
      h = h == null ? keep.rsub(1).mul(candidate) : candidate.add(keep.mul(h.sub(candidate)));
      states.add(h);
    }
    return Recurrence.join(states);
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
