package shinso.nn.layer;

import java.util.List;
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
public record SimpleRnn(Param inputWeight, Param hiddenWeight, Param bias) implements Recurrent {
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

  /** The next state from the input's part a of the sum. */
  private Output next(Tensor a, @Nullable List<Tensor> state) {
    Tensor sum = state == null ? a : a.add(state.getFirst().matmul(hiddenWeight.value()));
    Tensor h = sum.tanh(); // [batch, hidden]
    return new Output(h, List.of(h));
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, hiddenWeight.shape().dim(0));
  }

  /** Returns the numbers of features and hidden units. */
  @Override
  public String toString() {
    return "SimpleRnn(%d → %d)".formatted(inputWeight.shape().dim(0), hiddenWeight.shape().dim(0));
  }
}
