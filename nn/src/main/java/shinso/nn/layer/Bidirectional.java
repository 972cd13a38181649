package shinso.nn.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A recurrent layer that reads sequences from the beginning and another one that reads them from
 * the end, side by side: {@code [batch, time, features] -> [batch, time, forward + backward]}.
 *
 * <pre>
 * y_t = (f_t(x₁, …, x_t), g_t(x_T, …, x_t))
 * </pre>
 *
 * <p>T is each sequence's own length where the {@linkplain Pass#withLengths pass has lengths}.
 *
 * <p>Source: Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997); Graves and
 * Schmidhuber, "Framewise phoneme classification with bidirectional LSTM" (2005).
 *
 * @param forward f
 * @param backward g
 */
public record Bidirectional(Recurrent forward, Recurrent backward) implements Layer {
  /** Returns the outputs of both layers at each step. */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return run(x, pass).output();
  }

  /**
   * Returns the outputs of both layers at each step, and the state of f after the last step and
   * that of g after the first, which have seen all of a sequence.
   */
  public Recurrent.Output run(Tensor x, Pass pass) {
    Shape s = x.shape();
    if (s.rank() != 3) {
      throw new IllegalArgumentException(
          "bidirectional: sequences [batch, time, features], not " + s);
    }
    Tensor lengths = Recurrence.lengths("bidirectional", s, pass);
    Recurrent.Output f = forward.run(x, null, pass);
    Recurrent.Output g = backward.run(reverse(x, lengths), null, pass);
    List<Tensor> states = new ArrayList<>(f.state());
    states.addAll(g.state());
    Tensor both = Tensor.concat(2, List.of(f.output(), reverse(g.output(), lengths)));
    return new Recurrent.Output(both, states);
  }

  /** Returns sequences with their steps the other way round, each within its length. */
  static Tensor reverse(Tensor x, @Nullable Tensor lengths) {
    if (lengths == null) {
      return x.flip(1);
    }
    int time = x.shape().dim(1);
    Tensor n = lengths.unsqueeze(1); // [batch, 1]
    Tensor t = Tensor.iota(time); // [time]
    Tensor from = Tensor.select(n.greater(t), n.sub(1).sub(t), t); // [batch, time]
    return Recurrence.steps(x, from);
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape f = forward.outputShape(input);
    Shape g = backward.outputShape(input);
    Check.sameShape("bidirectional, both directions", f.slice(0, 2), g.slice(0, 2));
    return f.with(2, f.dim(2) + g.dim(2));
  }

  /** Returns the layers. */
  @Override
  public String toString() {
    return "Bidirectional(%s, %s)".formatted(forward, backward);
  }
}
