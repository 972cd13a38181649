package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.ElementType;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.format.TensorData;

/**
 * A graph for one choice of sizes. Numbers that may depend on these are operands of their own,
 * {@link Lengths}.
 */
final class Sketch {
  /**
   * Integers that may depend on the sizes.
   *
   * @param isShape whether an open one may be written as −1: what is left
   * @param isScalar whether it is a single number without a shape
   */
  record Lengths(List<Long> values, boolean isShape, boolean isScalar) {
    Lengths {
      values = List.copyOf(values);
    }
  }

  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
  private final SequencedMap<String, Lengths> lengths = new LinkedHashMap<>();
  private final Map<Object, String> known = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, String> wishes = new HashMap<>();
  private String scope = "";

  /** Sets the name of the part of the model that what follows belongs to. */
  void scope(String name) {
    scope = name;
  }

  /** Returns a name that nothing else has. */
  private String fresh(String wanted) {
    String name = wanted + "#" + counts.merge(wanted, 1, Integer::sum);
    wishes.put(name, wanted);
    return name;
  }

  /** Returns what a name is to be in the end, if nothing else has that. */
  String wish(String name) {
    return wishes.getOrDefault(name, name);
  }

  /** Adds a node with one output and returns the output's name. */
  String node(String op, List<String> inputs, Map<String, Attribute> attributes) {
    return node(op, inputs, 1, attributes).getFirst();
  }

  /** Adds a node without attributes. */
  String node(String op, String... inputs) {
    return node(op, List.of(inputs), Map.of());
  }

  /** Adds a node with several outputs and returns their names. */
  List<String> node(
      String op, List<String> inputs, int outputs, Map<String, Attribute> attributes) {
    String name = fresh(scope.isEmpty() ? op : scope + "/" + op);
    List<String> names = new ArrayList<>(List.of(name));
    for (int i = 1; i < outputs; i++) {
      names.add(fresh(wish(name) + "_output" + i));
    }
    // In the order of names, so that equal graphs are equal files.
    SequencedMap<String, Attribute> sorted = new LinkedHashMap<>();
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    nodes.add(new Node(name, op, "", inputs, names, sorted));
    return names;
  }

  /** Adds the value of a parameter and returns its name. */
  String parameter(String name, Tensor value) {
    String fresh = fresh(name);
    parameters.put(fresh, value);
    return fresh;
  }

  /** Adds a constant and returns its name; the same small one once. */
  String constant(Tensor value) {
    if (value.shape().size() > 64) {
      String name = fresh("constant");
      constants.put(name, value);
      return name;
    }
    return known.computeIfAbsent(
        List.of("constant", TensorData.of(value)),
        k -> {
          String name = fresh("constant");
          constants.put(name, value);
          return name;
        });
  }

  /** Adds integers that don't depend on sizes. */
  String integers(long... values) {
    return lengths(false, values);
  }

  /** Adds a shape. */
  String shape(long... values) {
    return lengths(true, values);
  }

  private String lengths(boolean isShape, long... values) {
    // Not looked up: what is equal for these sizes may be another number for others.
    String name = fresh("lengths");
    lengths.put(name, new Lengths(Arrays.stream(values).boxed().toList(), isShape, false));
    return name;
  }

  /** Adds a single integer. */
  String scalar(long value) {
    String name = fresh("length");
    lengths.put(name, new Lengths(List.of(value), false, true));
    return name;
  }

  /** Converts to a type. */
  String cast(String name, ElementType type) {
    return node("Cast", List.of(name), Map.of("to", Attribute.of(type.number())));
  }

  List<Node> nodes() {
    return nodes;
  }

  SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  SequencedMap<String, Tensor> constants() {
    return constants;
  }

  SequencedMap<String, Lengths> lengths() {
    return lengths;
  }
}
