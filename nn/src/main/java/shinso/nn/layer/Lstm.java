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
 * Long short-term memory: {@code [batch, time, features] -> [batch, time, hidden]}.
 *
 * <pre>
 * i_t = σ(x_t W_i + h_{t−1} U_i + b_i)        input gate
 * f_t = σ(x_t W_f + h_{t−1} U_f + b_f)        forget gate
 * g_t = tanh(x_t W_g + h_{t−1} U_g + b_g)     what may be stored
 * o_t = σ(x_t W_o + h_{t−1} U_o + b_o)        output gate
 * c_t = f_t c_{t−1} + i_t g_t                 the cell
 * h_t = o_t tanh(c_t)
 * </pre>
 *
 * <p>Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate of
 * Gers et al., "Learning to forget" (2000); Goodfellow et al., "Deep learning", equations 10.40 to
 * 10.44, where the cell is s and g is a sigmoid. The gates lie side by side in the order of
 * PyTorch's {@code nn.LSTM}: i, f, g, o. Its two biases are one here, their sum.
 *
 * @param inputWeight W, {@code [features, 4 hidden]}
 * @param hiddenWeight U, {@code [hidden, 4 hidden]}
 * @param bias b, {@code [4 hidden]}
 */
public record Lstm(Param inputWeight, Param hiddenWeight, Param bias) implements Layer {
  private static final String NAME = "lstm";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Lstm {
    Recurrence.requireGates(NAME, 4, inputWeight, hiddenWeight, bias);
  }

  /**
   * What passes from step to step.
   *
   * @param hidden h, {@code [batch, hidden]}
   * @param cell c, {@code [batch, hidden]}
   */
  public record Memory(Tensor hidden, Tensor cell) {}

  /**
   * What a batch of sequences gave.
   *
   * @param hidden h of all steps, {@code [batch, time, hidden]}, zeros after a sequence's end
   * @param last the memory after each sequence's last step, to go on from
   */
  public record Output(Tensor hidden, Memory last) {}

  /**
   * Returns a layer with drawn weights. The bias is 1 for the forget gates, so that memories last
   * at first (Jozefowicz et al., "An empirical exploration of recurrent network architectures",
   * 2015), and 0 for the others.
   */
  public static Lstm of(int features, int hidden, Initializer init, Rng rng) {
    return of(features, hidden, init, 1, rng);
  }

  /** Returns a layer with drawn weights and a bias of the forget gates; the others' are zeros. */
  public static Lstm of(int features, int hidden, Initializer init, double forgetBias, Rng rng) {
    return new Lstm(
        Recurrence.draw(NAME, features, hidden, 4, init, rng.split("input")),
        Recurrence.draw(NAME, hidden, hidden, 4, init, rng.split("hidden")),
        Param.of(Tensor.full(Shape.of(hidden), forgetBias).pad(0, hidden, 2 * hidden, 0)));
  }

  /** Returns the hidden states of all steps, starting from a memory of zeros. */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return run(x, null, null).hidden;
  }

  /**
   * Returns the hidden states of all steps and the last memory.
   *
   * @param x {@code [batch, time, features]}
   * @param initial what the first step starts from, or null for zeros
   */
  public Output run(Tensor x, @Nullable Memory initial) {
    return run(x, null, initial);
  }

  /**
   * Returns the hidden states of all steps and the last memories.
   *
   * @param x {@code [batch, time, features]}
   * @param lengths the number of steps of each sequence, I32 {@code [batch]}, or null if all have
   *     {@code time}; after its end a sequence's memory is held
   * @param initial what the first step starts from, or null for zeros
   */
  public Output run(Tensor x, @Nullable Tensor lengths, @Nullable Memory initial) {
    outputShape(x.shape());
    if (initial != null) {
      Recurrence.requireState(NAME, x.shape(), hiddenWeight, initial.hidden);
      Recurrence.requireState(NAME, x.shape(), hiddenWeight, initial.cell);
    }
    if (lengths != null) {
      Recurrence.requireLengths(NAME, x.shape(), lengths);
    }
    Memory memory = initial;
    List<Tensor> states = new ArrayList<>();
    for (Tensor a : Recurrence.project(x, inputWeight, bias)) { // [batch, 4 hidden]
      int t = states.size();
      Memory next = next(a, memory);
      states.add(Recurrence.hold(lengths, t, next.hidden, null));
      memory =
          new Memory(
              Recurrence.hold(lengths, t, next.hidden, memory == null ? null : memory.hidden),
              Recurrence.hold(lengths, t, next.cell, memory == null ? null : memory.cell));
    }
    return new Output(Recurrence.join(states), Objects.requireNonNull(memory));
  }

  /**
   * Returns the memory after one step.
   *
   * @param x {@code [batch, features]}
   * @param memory that of the step before, or null for zeros
   */
  public Memory step(Tensor x, @Nullable Memory memory) {
    Recurrence.requireStep(NAME, x, inputWeight);
    return next(x.matmul(inputWeight.value()).add(bias.value()), memory);
  }

  /** What goes into the gates, before their functions; {@code [batch, hidden]} each. */
  private record Gates(Tensor input, Tensor forget, Tensor stored, Tensor output) {
    static Gates of(Tensor sum, int hidden) {
      List<Tensor> parts = Recurrence.gates(sum, hidden);
      return new Gates(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }
  }

  /** The next memory from the input's part a of the sums. */
  private Memory next(Tensor a, @Nullable Memory before) {
    Tensor sum = before == null ? a : a.add(before.hidden.matmul(hiddenWeight.value()));
    Gates z = Gates.of(sum, hiddenWeight.shape().dim(0));
    Tensor stored = z.input.sigmoid().mul(z.stored.tanh()); // [batch, hidden]
    Tensor c = before == null ? stored : z.forget.sigmoid().mul(before.cell).add(stored);
    return new Memory(z.output.sigmoid().mul(c.tanh()), c);
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight);
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "Lstm(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
