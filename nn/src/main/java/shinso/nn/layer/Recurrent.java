package shinso.nn.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A layer over sequences, {@code [batch, time, features] -> [batch, time, *]}, with a state that
 * passes from step to step. A sequence can be read as a whole ({@link #run}), or step by step
 * ({@link #step}), as for sampling; where one part ends, the next goes on from its state:
 *
 * <pre>{@code
 * Recurrent.Output first = net.run(x.slice(1, 0, 50), null, pass);
 * Recurrent.Output second = net.run(x.slice(1, 50, 80), first.state(), pass);
 * Recurrent.Output next = net.step(x.at(1, 80), second.state(), pass);
 * }</pre>
 *
 * <p>Sequences of different lengths stand in one batch, filled up to the longest, and the
 * {@linkplain Pass#withLengths pass has their lengths}: after its end a sequence's outputs are
 * zeros and its state is held, so that what it is filled up with changes neither results nor
 * gradients. Lengths are data: a program serves all of them.
 *
 * <p>A {@link Network} is recurrent, too: its state is the states of its layers, one after the
 * other.
 */
public interface Recurrent extends Layer {
  /**
   * What a sequence or a step gave.
   *
   * @param output {@code [batch, time, *]} of a sequence, {@code [batch, *]} of a step
   * @param state what to go on from, each part {@code [batch, *]}
   */
  record Output(Tensor output, List<Tensor> state) {
    /** Keeps a copy. */
    public Output {
      state = List.copyOf(state);
    }
  }

  /**
   * Returns the shapes of the state's parts for one sequence, without the batch.
   *
   * @throws IllegalArgumentException if a part reads sequences from both ends
   */
  List<Shape> stateShapes();

  /**
   * Returns the outputs of all steps of sequences, and the state after the last one of each.
   *
   * @param x {@code [batch, time, features]}
   * @param initial what the first step starts from, or null for zeros
   */
  Output run(Tensor x, @Nullable List<Tensor> initial, Pass pass);

  /**
   * Returns the output of one step, and the state after it.
   *
   * @param x {@code [batch, features]}
   * @param state that after the step before, or null for zeros
   */
  Output step(Tensor x, @Nullable List<Tensor> state, Pass pass);

  /** Returns the outputs of all steps, starting from zeros. */
  @Override
  default Tensor forward(Tensor x, Pass pass) {
    return run(x, null, pass).output();
  }

  /** Returns a state of zeros for so many sequences, in F32. */
  default List<Tensor> zeroState(int batch) {
    return stateShapes().stream().map(s -> Tensor.full(Shape.of(batch).concat(s), 0)).toList();
  }

  /**
   * Returns which steps belong to sequences: F32 {@code [batch, time]}, 1 up to a sequence's end
   * and 0 after it. With it, losses of steps are averaged: {@link shinso.nn.loss.Losses#mean}.
   *
   * @param lengths I32 {@code [batch]}
   */
  static Tensor mask(Tensor lengths, int time) {
    Check.indices("mask, the lengths", lengths.dtype());
    Check.rank("mask, the lengths", lengths.shape(), 1, "[batch]");
    return lengths.unsqueeze(1).greater(Tensor.iota(time)).cast(DType.F32);
  }
}
