package shinso.interchange.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import shinso.core.tensor.Shape;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.ValueInfo;
import shinso.interchange.onnx.read.Wiring;

/** What a model from a file computes, without its parameters. */
public final class OnnxGraph {
  private final Wiring wiring;

  OnnxGraph(Wiring wiring) {
    this.wiring = wiring;
  }

  Wiring wiring() {
    return wiring;
  }

  /** Returns types and shapes of the inputs by name, such as {@code float[batch, 28, 28, 1]}. */
  public SequencedMap<String, String> inputs() {
    return texts(wiring.inputs());
  }

  /** Returns types and shapes of the outputs by name. */
  public SequencedMap<String, String> outputs() {
    return texts(wiring.outputs());
  }

  /**
   * Returns the shape of the one input of a model, without its first axis, the batch.
   *
   * @throws OnnxException if there are several inputs, or the file leaves a length open
   */
  public Shape example() {
    List<ValueInfo> all = wiring.inputs();
    List<ValueInfo.Dim> dims = all.size() == 1 ? all.getFirst().dims() : null;
    if (dims == null || dims.isEmpty() || dims.stream().skip(1).anyMatch(d -> d.value() < 0)) {
      throw new OnnxException(
          "the shape of an example isn't known: the model takes %s; there must be one input whose axes behind the batch have fixed lengths"
              .formatted(joined(inputs())));
    }
    return Shape.of(dims.stream().skip(1).mapToInt(d -> Math.toIntExact(d.value())).toArray());
  }

  /** Returns the operator that gives the first output, such as {@code Softmax}. */
  public String lastOperator() {
    return wiring.operator(wiring.outputs().getFirst().name());
  }

  private static SequencedMap<String, String> texts(List<ValueInfo> values) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    values.forEach(v -> texts.put(v.name(), v.text()));
    return texts;
  }

  private static String joined(SequencedMap<String, String> values) {
    return values.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Returns inputs and outputs. */
  @Override
  public String toString() {
    return joined(inputs()) + " → " + joined(outputs());
  }
}
