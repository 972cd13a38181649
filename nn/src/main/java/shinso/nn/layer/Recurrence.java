package shinso.nn.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Fans;
import shinso.nn.init.Initializer;

/**
 * What the recurrent layers share: weights of several gates side by side, and sequences as lists of
 * time steps.
 */
final class Recurrence {
  private Recurrence() {}

  /** Checks the weights {@code [in, n]} and {@code [hidden, n]} and bias {@code [n]} of gates. */
  static void requireGates(String layer, int gates, Param input, Param hidden, Param bias) {
    Shape u = hidden.shape();
    if (u.rank() != 2
        || u.dim(1) != gates * u.dim(0)
        || input.shape().rank() != 2
        || input.shape().dim(1) != u.dim(1)
        || !bias.shape().equals(Shape.of(u.dim(1)))) {
      String n = gates == 1 ? "hidden" : gates + " hidden";
      throw new IllegalArgumentException(
          "%s: weights [features, %s] and [hidden, %s] and bias [%s], not %s, %s and %s"
              .formatted(layer, n, n, n, input.shape(), u, bias.shape()));
    }
  }

  /** Draws weights {@code [in, gates hidden]}, each gate's for units with its own fans. */
  static Param draw(String layer, int in, int hidden, int gates, Initializer init, Rng rng) {
    if (in < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          "%s: at least one feature and one hidden unit, not %d and %d"
              .formatted(layer, in, hidden));
    }
    return Param.of(init.draw(Shape.of(in, gates * hidden), new Fans(in, hidden), rng));
  }

  /** Returns the shape of the output for an input {@code [batch, time, features]}. */
  static Shape outputShape(String layer, Shape x, Param input, Param hidden) {
    int features = input.shape().dim(0);
    if (x.rank() != 3 || x.dim(2) != features || x.dim(1) == 0) {
      throw new IllegalArgumentException(
          "%s: sequences [batch, time, %d] of at least one step, not %s"
              .formatted(layer, features, x));
    }
    return x.with(2, hidden.shape().dim(0));
  }

  /** Checks a state {@code [batch, hidden]} to start from. */
  static void requireState(String layer, Shape x, Param hidden, Tensor state) {
    Check.sameShape(
        layer + ", the initial state", Shape.of(x.dim(0), hidden.shape().dim(0)), state.shape());
  }

  /** Checks the input {@code [batch, features]} of one step. */
  static void requireStep(String layer, Tensor x, Param input) {
    int features = input.shape().dim(0);
    if (x.shape().rank() != 2 || x.shape().dim(1) != features) {
      throw new IllegalArgumentException(
          "%s: a step takes [batch, %d], not %s".formatted(layer, features, x.shape()));
    }
  }

  /** Checks numbers of steps {@code [batch]}. */
  static void requireLengths(String layer, Shape x, Tensor lengths) {
    Check.indices(layer + ", the lengths", lengths.dtype());
    Check.sameShape(layer + ", the lengths", x.slice(0, 1), lengths.shape());
  }

  /**
   * Returns what holds after step t for sequences that are longer than t, and what held before it
   * for the others; zeros where nothing did.
   */
  static Tensor hold(@Nullable Tensor lengths, int t, Tensor next, @Nullable Tensor before) {
    if (lengths == null) {
      return next;
    }
    Tensor goesOn = lengths.greater(t).unsqueeze(1); // [batch, 1]
    return before == null ? Tensor.select(goesOn, next, 0) : Tensor.select(goesOn, next, before);
  }

  /**
   * Returns {@code x W + b} for each step: {@code [batch, time, in]} to {@code [batch, n]}; a step
   * is taken when it is asked for, next to what needs it.
   */
  static Iterable<Tensor> project(Tensor x, Param w, Param b) {
    int batch = x.shape().dim(0);
    int time = x.shape().dim(1);
    // Time first: a step is one block of memory then, and all steps are one product.
    Tensor rows = x.swapAxes(0, 1).reshape(time * batch, x.shape().dim(2));
    // The bias as the weights of an input of ones: its gradient is a row of that of the weights.
    Tensor weights = Tensor.concat(0, List.of(w.value(), b.value().reshape(1, b.shape().dim(0))));
    Tensor all = rows.pad(1, 0, 1, 1.0).matmul(weights); // [time batch, n]
    return () ->
        IntStream.range(0, time).mapToObj(t -> all.slice(0, t * batch, (t + 1) * batch)).iterator();
  }

  /** Returns the parts of gates: {@code [batch, gates hidden]} to {@code [batch, hidden]} each. */
  static List<Tensor> gates(Tensor all, int hidden) {
    int[] lengths = new int[all.shape().dim(1) / hidden];
    Arrays.fill(lengths, hidden);
    return all.split(1, lengths);
  }

  /** Joins the steps {@code [batch, hidden]} to {@code [batch, time, hidden]}. */
  static Tensor join(List<Tensor> steps) {
    Shape step = steps.getFirst().shape();
    return Tensor.concat(0, steps).reshape(steps.size(), step.dim(0), step.dim(1)).swapAxes(0, 1);
  }
}
