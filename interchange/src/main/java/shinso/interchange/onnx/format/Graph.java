package shinso.interchange.onnx.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What is computed: {@code GraphProto}.
 *
 * @param nodes in an order in which they can be computed
 * @param initializers constant values by name
 */
public record Graph(
    String name,
    List<Node> nodes,
    SequencedMap<String, TensorData> initializers,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs) {
  /** Keeps copies. */
  public Graph {
    nodes = List.copyOf(nodes);
    initializers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(initializers));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
