package shinso.nn.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
 * What the recurrent layers share: weights of several gates side by side, sequences as lists of
 * time steps, and layers one after another of which some have a state.
 */
final class Recurrence {
  /** A position that no axis has: one that is wrong must not be in another sequence. */
  private static final int NOWHERE = Integer.MAX_VALUE;

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
  static Shape outputShape(String layer, Shape x, Param input, int units) {
    int features = input.shape().dim(0);
    if (x.rank() != 3 || x.dim(2) != features || x.dim(1) == 0) {
      throw new IllegalArgumentException(
          "%s: sequences [batch, time, %d] of at least one step, not %s"
              .formatted(layer, features, x));
    }
    return x.with(2, units);
  }

  /** Checks the input {@code [batch, features]} of one step. */
  static void requireStep(String layer, Tensor x, Param input) {
    int features = input.shape().dim(0);
    if (x.shape().rank() != 2 || x.shape().dim(1) != features) {
      throw new IllegalArgumentException(
          "%s: a step takes [batch, %d], not %s".formatted(layer, features, x.shape()));
    }
  }

  /** Checks a state to go on from. */
  static void requireState(
      String layer, int batch, List<Shape> shapes, @Nullable List<Tensor> state) {
    if (state == null) {
      return;
    }
    if (state.size() != shapes.size()) {
      throw new IllegalArgumentException(
          "%s: the state has %d parts, not %d".formatted(layer, shapes.size(), state.size()));
    }
    for (int i = 0; i < state.size(); i++) {
      Check.sameShape(
          layer + ", the state", Shape.of(batch).concat(shapes.get(i)), state.get(i).shape());
    }
  }

  /** One step of a layer, from the input's part of the sums. */
  @FunctionalInterface
  interface Cell {
    Recurrent.Output next(Tensor a, @Nullable List<Tensor> state);
  }

  /** Takes the steps of sequences one after the other. */
  static Recurrent.Output run(
      Iterable<Tensor> sums, @Nullable Tensor lengths, @Nullable List<Tensor> initial, Cell cell) {
    List<Tensor> state = initial;
    List<Tensor> outputs = new ArrayList<>();
    for (Tensor a : sums) {
      int t = outputs.size();
      Recurrent.Output next = cell.next(a, state);
      outputs.add(hold(lengths, t, next.output(), null));
      List<Tensor> before = state;
      state =
          IntStream.range(0, next.state().size())
              .mapToObj(
                  i -> hold(lengths, t, next.state().get(i), before == null ? null : before.get(i)))
              .toList();
    }
    return new Recurrent.Output(join(outputs), Objects.requireNonNull(state));
  }

  /**
   * Returns what holds after step t for sequences that are longer than t, and what held before it
   * for the others; zeros where nothing did.
   */
  private static Tensor hold(
      @Nullable Tensor lengths, int t, Tensor next, @Nullable Tensor before) {
    if (lengths == null) {
      return next;
    }
    Tensor goesOn = lengths.greater(t).unsqueeze(1); // [batch, 1]
    return before == null ? Tensor.select(goesOn, next, 0) : Tensor.select(goesOn, next, before);
  }

  /** Returns the lengths of sequences that a pass has, which must fit to a batch. */
  static @Nullable Tensor lengths(String layer, Shape x, Pass pass) {
    Tensor lengths = pass.lengths();
    if (lengths != null) {
      Check.sameShape(layer + ", the lengths", x.slice(0, 1), lengths.shape());
    }
    return lengths;
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

  /**
   * Returns steps of each sequence: {@code [batch, time, *]} at positions {@code [batch, n]}, from
   * 0 up, as {@code [batch, n, *]}.
   *
   * @throws IndexOutOfBoundsException when it runs, if a position is below 0 or not below {@code
   *     time}
   */
  static Tensor steps(Tensor x, Tensor positions) {
    int batch = x.shape().dim(0);
    int time = x.shape().dim(1);
    Shape step = x.shape().slice(2, x.shape().rank());
    // Time first, as recurrent layers leave their steps: these are rows then, and need no copy.
    Tensor rows = x.swapAxes(0, 1).reshape(Shape.of(time * batch, step.size()).dims());
    Tensor inside = positions.greaterEqual(0).and(positions.less(time));
    Tensor at = positions.mul(batch).add(Tensor.iota(batch).unsqueeze(1)); // [batch, n]
    int n = positions.shape().dim(1);
    Tensor found = rows.gather(0, Tensor.select(inside, at, NOWHERE).reshape(batch * n));
    return found.reshape(Shape.of(batch, n).concat(step).dims());
  }

  /** Returns the parts of gates: {@code [batch, gates hidden]} to {@code [batch, hidden]} each. */
  static List<Tensor> gates(Tensor all, int hidden) {
    int[] lengths = new int[all.shape().dim(1) / hidden];
    Arrays.fill(lengths, hidden);
    return all.split(1, lengths);
  }

  /** Joins the steps {@code [batch, hidden]} to {@code [batch, time, hidden]}. */
  private static Tensor join(List<Tensor> steps) {
    Shape step = steps.getFirst().shape();
    return Tensor.concat(0, steps).reshape(steps.size(), step.dim(0), step.dim(1)).swapAxes(0, 1);
  }

  // ---- layers of which some have a state

  /** Returns the shapes of a layer's state; none for one without. */
  static List<Shape> stateShapes(Layer layer) {
    if (layer instanceof Bidirectional) {
      throw new IllegalArgumentException(
          "a bidirectional layer reads whole sequences from both ends; it has no state to go on"
              + " from");
    }
    return layer instanceof Recurrent r ? r.stateShapes() : List.of();
  }

  /** Runs a layer over sequences, with its part of the state if it has one. */
  static Recurrent.Output run(Layer layer, Tensor x, @Nullable List<Tensor> initial, Pass pass) {
    return layer instanceof Recurrent r
        ? r.run(x, initial, pass)
        : new Recurrent.Output(layer.forward(x, pass), List.of());
  }

  /**
   * Takes one step of a layer.
   *
   * @throws IllegalArgumentException if it doesn't treat each step of a sequence alike
   */
  static Recurrent.Output step(Layer layer, Tensor x, @Nullable List<Tensor> state, Pass pass) {
    if (layer instanceof Recurrent r) {
      return r.step(x, state, pass);
    }
    if (layer instanceof Last
        || layer instanceof Flatten
        || layer instanceof Rows
        || layer instanceof Bidirectional) {
      throw new IllegalArgumentException(
          "it needs the whole sequence and can't go step by step; use run");
    }
    return new Recurrent.Output(layer.forward(x, pass), List.of());
  }

  /** Hands out a state's parts to one layer after the other, and collects the new ones. */
  static final class Hand {
    private final @Nullable List<Tensor> given;
    private final List<Tensor> collected = new ArrayList<>();
    private int used;

    Hand(Recurrent owner, String name, Tensor x, @Nullable List<Tensor> given) {
      if (given != null) {
        requireState(name, x.shape().dim(0), owner.stateShapes(), given);
      }
      this.given = given;
    }

    /** Returns the next parts, for a layer. */
    @Nullable List<Tensor> next(Layer layer) {
      if (given == null) {
        return null;
      }
      int from = used;
      used += stateShapes(layer).size();
      return given.subList(from, used);
    }

    /** Keeps the new state of a layer and returns its output. */
    Tensor keep(Recurrent.Output output) {
      collected.addAll(output.state());
      return output.output();
    }

    List<Tensor> state() {
      return List.copyOf(collected);
    }
  }
}
