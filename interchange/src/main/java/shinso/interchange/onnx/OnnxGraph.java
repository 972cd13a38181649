package shinso.interchange.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
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
