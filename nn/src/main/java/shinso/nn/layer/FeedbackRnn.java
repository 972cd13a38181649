package shinso.nn.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Recurrent network with feedback from hidden units and from outputs to hidden units: {@code
 * [batch, time, features] -> [batch, time, outputs]}.
 *
 * <pre>
 * u_t = x_t W_in + z_{t−1} W + y_{t−1} W̃ + b     z_t = f(u_t)
 * v_t = z_t W_out + c                            y_t = f_out(v_t)
 * </pre>
 *
 * <p>With W alone this is the network of Elman, "Finding structure in time" (1990), with W̃ alone
 * that of Jordan, "Serial order" (1986). Source: Taki, "Introduction to deep learning", chapter 9.
 *
 * @param inputWeight W_in, {@code [features, hidden]}
 * @param hiddenWeight W, {@code [hidden, hidden]}
 * @param feedbackWeight W̃, {@code [outputs, hidden]}
 * @param bias b, {@code [hidden]}
 * @param outputWeight W_out, {@code [hidden, outputs]}
 * @param outputBias c, {@code [outputs]}
 * @param hiddenFunction f
 * @param outputFunction f_out
 */
public record FeedbackRnn(
    Param inputWeight,
    Param hiddenWeight,
    Param feedbackWeight,
    Param bias,
    Param outputWeight,
    Param outputBias,
    Activation hiddenFunction,
    Activation outputFunction)
    implements Recurrent {
  private static final String NAME = "feedbackRnn";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public FeedbackRnn {
    Recurrence.requireGates(NAME, 1, inputWeight, hiddenWeight, bias);
    int hidden = hiddenWeight.shape().dim(0);
    int outputs = outputBias.shape().size();
    if (!outputBias.shape().equals(Shape.of(outputs))
        || !outputWeight.shape().equals(Shape.of(hidden, outputs))
        || !feedbackWeight.shape().equals(Shape.of(outputs, hidden))) {
      throw new IllegalArgumentException(
          "%s: output weights [%d, outputs] and bias [outputs] and feedback weights [outputs, %d],"
                  .formatted(NAME, hidden, hidden)
              + " not %s, %s and %s"
                  .formatted(outputWeight.shape(), outputBias.shape(), feedbackWeight.shape()));
    }
  }

  /** Returns a network with drawn weights, biases of zeros and hidden units tanh u. */
  public static FeedbackRnn of(
      int features, int hidden, int outputs, Activation outputFunction, Initializer init, Rng rng) {
    return new FeedbackRnn(
        Recurrence.draw(NAME, features, hidden, 1, init, rng.split("input")),
        Recurrence.draw(NAME, hidden, hidden, 1, init, rng.split("hidden")),
        Recurrence.draw(NAME, outputs, hidden, 1, init, rng.split("feedback")),
        Param.of(Tensor.zeros(hidden)),
        Recurrence.draw(NAME, hidden, outputs, 1, init, rng.split("output")),
        Param.of(Tensor.zeros(outputs)),
        Activation.TANH,
        outputFunction);
  }

  /** Returns the shapes of z and y: {@code [hidden]} and {@code [outputs]}. */
  @Override
  public List<Shape> stateShapes() {
    return List.of(bias.shape(), outputBias.shape());
  }

  /**
   * {@inheritDoc}
   *
   * @param initial z₀ and y₀
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
   * @param state z_{t−1} and y_{t−1}
   */
  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    Recurrence.requireStep(NAME, x, inputWeight);
    Recurrence.requireState(NAME, x.shape().dim(0), stateShapes(), state);
    return next(x.matmul(inputWeight.value()).add(bias.value()), state);
  }

  /** The next z and y from the input's part a of the sum. */
  private Output next(Tensor a, @Nullable List<Tensor> state) {
    Tensor u = a;
    if (state != null) {
      u = u.add(state.get(0).matmul(hiddenWeight.value()));
      u = u.add(state.get(1).matmul(feedbackWeight.value()));
    }
    Tensor z = hiddenFunction.apply(u); // [batch, hidden]
    Tensor v = z.matmul(outputWeight.value()).add(outputBias.value());
    Tensor y = outputFunction.apply(v); // [batch, outputs]
    return new Output(y, List.of(z, y));
  }

  @Override
  public Shape outputShape(Shape input) {
    return Recurrence.outputShape(NAME, input, inputWeight, outputBias.shape().dim(0));
  }

  /** Returns the numbers of features, hidden units and outputs, and the functions. */
  @Override
  public String toString() {
    return "FeedbackRnn(%d → %d %s → %d %s)"
        .formatted(
            inputWeight.shape().dim(0),
            bias.shape().dim(0),
            hiddenFunction,
            outputBias.shape().dim(0),
            outputFunction);
  }
}
