package shinso.core.backend;

import java.util.Map;

/** A compiled graph. Safe for use by several threads, which take turns. */
public interface Executable {
  /**
   * Returns the input whose buffer may be passed as the buffer of an output as well, because its
   * last use is the very pass that writes the output; −1 if there is none. Only inputs that the
   * graph donates to that output come into question.
   */
  int inPlaceInput(int output);

  /**
   * Computes the outputs.
   *
   * @param inputs one buffer for each input of the graph, of its type and number of elements; not
   *     changed, unless an output shares it as {@link #inPlaceInput} allows
   * @param outputs one buffer for each output, to be overwritten
   * @throws OutOfMemoryError if the memory that it needs can't be had, naming the largest tensor
   * @throws IndexOutOfBoundsException if an index in the data lies outside the axis that it
   *     indexes; inputs are then as they were, even those that an output shares
   */
  void run(Buffer[] inputs, Buffer[] outputs);

  /**
   * Returns about how many bytes, on the heap and outside, go when this program goes; without what
   * it needs only while it runs.
   */
  long memoryBytes();

  /** Returns what goes only with the last of the programs that share it, and its bytes. */
  default Map<Object, Long> shared() {
    return Map.of();
  }
}
