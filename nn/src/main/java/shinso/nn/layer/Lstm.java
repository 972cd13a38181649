package shinso.nn.layer;

import java.util.List;
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
 * <p>With peepholes the gates see the cell as well, each unit its own: p_i c_{t−1} and p_f c_{t−1}
 * are added in i_t and f_t, p_o c_t in o_t (Gers, Schraudolph and Schmidhuber, "Learning precise
 * timing with LSTM recurrent networks", 2002).
 *
 * @param inputWeight W, {@code [features, 4 hidden]}
 * @param hiddenWeight U, {@code [hidden, 4 hidden]}
 * @param bias b, {@code [4 hidden]}
 * @param peephole p for i, f, o, {@code [3, hidden]}, or null
 */
public record Lstm(Param inputWeight, Param hiddenWeight, Param bias, @Nullable Param peephole)
    implements Recurrent {
  private static final String NAME = "lstm";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Lstm {
    Recurrence.requireGates(NAME, 4, inputWeight, hiddenWeight, bias);
    Shape peepholes = Shape.of(3, hiddenWeight.shape().dim(0));
    if (peephole != null && !peephole.shape().equals(peepholes)) {
      throw new IllegalArgumentException(
          "lstm: the peepholes are %s, not %s".formatted(peepholes, peephole.shape()));
    }
  }

  /** Has no peepholes. */
  public Lstm(Param inputWeight, Param hiddenWeight, Param bias) {
    this(inputWeight, hiddenWeight, bias, null);
  }

  /**
   * Returns a layer with drawn weights and without peepholes. The bias is 1 for the forget gates,
   * so that memories last at first (Jozefowicz et al., "An empirical exploration of recurrent
   * network architectures", 2015), and 0 for the others.
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

  /** Returns this with peepholes of zeros, which change nothing before they are trained. */
  public Lstm withPeepholes() {
    Tensor zeros = Tensor.zeros(3, hiddenWeight.shape().dim(0));
    return new Lstm(inputWeight, hiddenWeight, bias, Param.of(zeros.cast(bias.dtype())));
  }

  /** Returns the shapes of h and c: {@code [hidden]} each. */
  @Override
  public List<Shape> stateShapes() {
    Shape hidden = hiddenWeight.shape().slice(0, 1);
    return List.of(hidden, hidden);
  }

  /**
   * {@inheritDoc}
   *
   * @param initial h₀ and c₀
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
   * @param state h_{t−1} and c_{t−1}
   */
  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    Recurrence.requireStep(NAME, x, inputWeight);
    Recurrence.requireState(NAME, x.shape().dim(0), stateShapes(), state);
    return next(x.matmul(inputWeight.value()).add(bias.value()), state);
  }

  /** What goes into the gates, before their functions; {@code [batch, hidden]} each. */
  private record Gates(Tensor input, Tensor forget, Tensor stored, Tensor output) {
    static Gates of(Tensor sum, int hidden) {
      List<Tensor> parts = Recurrence.gates(sum, hidden);
      return new Gates(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }
  }

  /** The next h and c from the input's part a of the sums. */
  private Output next(Tensor a, @Nullable List<Tensor> state) {
    Tensor sum = state == null ? a : a.add(state.get(0).matmul(hiddenWeight.value()));
    Gates z = Gates.of(sum, hiddenWeight.shape().dim(0));
    Tensor before = state == null ? null : state.get(1);
    Tensor i = peep(z.input, 0, before).sigmoid();
    Tensor f = peep(z.forget, 1, before).sigmoid();
    Tensor stored = i.mul(z.stored.tanh()); // [batch, hidden]
    Tensor c = before == null ? stored : f.mul(before).add(stored);
    Tensor h = peep(z.output, 2, c).sigmoid().mul(c.tanh());
    return new Output(h, List.of(h, c));
  }

  /** Adds what a gate sees of the cell. */
  private Tensor peep(Tensor sum, int gate, @Nullable Tensor cell) {
    return peephole == null || cell == null ? sum : sum.add(peephole.value().at(0, gate).mul(cell));
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight.shape().dim(0));
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "Lstm(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
