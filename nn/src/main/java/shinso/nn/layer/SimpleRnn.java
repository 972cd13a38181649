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
 * Recurrent layer with connections between hidden units: {@code [batch, time, features] -> [batch,
 * time, hidden]}.
 *
 * <pre>
 * h_t = tanh(x_t W + h_{t−1} U + b)
 * </pre>
 *
 * <p>Source: Elman, "Finding structure in time" (1990); Goodfellow et al., "Deep learning",
 * equations 10.8 and 10.9. The two biases of PyTorch's {@code nn.RNN} are one here, their sum.
 *
 * @param inputWeight W, {@code [features, hidden]}
 * @param hiddenWeight U, {@code [hidden, hidden]}
 * @param bias b, {@code [hidden]}
 */
public record SimpleRnn(Param inputWeight, Param hiddenWeight, Param bias) implements Layer {
  private static final String NAME = "simpleRnn";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public SimpleRnn {
    Recurrence.requireGates(NAME, 1, inputWeight, hiddenWeight, bias);
  }

  /** Returns a layer with drawn weights and a bias of zeros. */
  public static SimpleRnn of(int features, int hidden, Initializer init, Rng rng) {
    return new SimpleRnn(
        Recurrence.draw(NAME, features, hidden, 1, init, rng.split("input")),
        Recurrence.draw(NAME, hidden, hidden, 1, init, rng.split("hidden")),
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
    for (Tensor a : Recurrence.project(x, inputWeight, bias)) { // [batch, hidden]
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

  /** The next state from the input's part a of the sum. */
  private Tensor next(Tensor a, @Nullable Tensor h) {
    return (h == null ? a : a.add(h.matmul(hiddenWeight.value()))).tanh();
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight);
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "SimpleRnn(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
