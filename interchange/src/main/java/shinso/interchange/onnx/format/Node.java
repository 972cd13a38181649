package shinso.interchange.onnx.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An operator and its operands: {@code NodeProto}.
 *
 * @param name for people; may be empty
 * @param op the operator's name
 * @param domain whose operator it is; empty for ONNX's own
 * @param inputs names of values; an empty one stands for an operand that is left out
 * @param outputs names of values; an empty one isn't wanted
 */
public record Node(
    String name,
    String op,
    String domain,
    List<String> inputs,
    List<String> outputs,
    SequencedMap<String, Attribute> attributes) {
  /** Keeps copies. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
  }

  /** Returns a node of an operator of ONNX's own. */
  public static Node of(
      String name,
      String op,
      List<String> inputs,
      List<String> outputs,
      Map<String, Attribute> attributes) {
    return new Node(name, op, "", inputs, outputs, new LinkedHashMap<>(attributes));
  }

  /** Returns how messages name it: by its name, or by its first output. */
  public String label() {
    return name.isEmpty() ? outputs.isEmpty() ? op : outputs.getFirst() : name;
  }
}
