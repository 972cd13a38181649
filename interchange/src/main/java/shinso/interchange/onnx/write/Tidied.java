package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.write.Lowering.Lowered;
import shinso.interchange.onnx.write.Sketch.Lengths;

/**
 * What of a graph is needed, under names as people would give them.
 *
 * @param outputs the names of the outputs in this graph
 */
record Tidied(
    List<Node> nodes,
    SequencedMap<String, Tensor> parameters,
    SequencedMap<String, Tensor> constants,
    SequencedMap<String, Lengths> lengths,
    SequencedMap<String, String> outputs) {

  /**
   * Leaves out what no output needs, and names the rest.
   *
   * @param taken names that nothing inside of the graph may have
   */
  static Tidied of(Lowered graph, Set<String> taken) {
    Names names = new Names(graph.sketch(), taken);
    List<Node> nodes = live(graph).stream().map(names::of).toList();
    SequencedMap<String, String> outputs = new LinkedHashMap<>();
    graph.outputs().forEach((wanted, name) -> outputs.put(wanted, names.of(name)));
    return new Tidied(
        nodes,
        names.used(graph.sketch().parameters()),
        names.used(graph.sketch().constants()),
        names.used(graph.sketch().lengths()),
        outputs);
  }

  private static List<Node> live(Lowered graph) {
    Set<String> needed = new HashSet<>(graph.outputs().values());
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.sketch().nodes().reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        // The last ones need not be asked for.
        int last = node.outputs().size();
        while (last > 1 && !needed.contains(node.outputs().get(last - 1))) {
          last--;
        }
        needed.addAll(node.inputs());
        kept.add(
            new Node(
                node.name(),
                node.op(),
                node.domain(),
                node.inputs(),
                node.outputs().subList(0, last),
                node.attributes()));
      }
    }
    return kept.reversed();
  }

  /** Gives names in the order in which they are asked for. */
  private static final class Names {
    private final Sketch sketch;
    private final Map<String, String> given = new HashMap<>();
    private final Set<String> taken;

    Names(Sketch sketch, Set<String> taken) {
      this.sketch = sketch;
      this.taken = new HashSet<>(taken);
    }

    Node of(Node node) {
      List<String> inputs = node.inputs().stream().map(this::of).toList();
      List<String> outputs = node.outputs().stream().map(this::of).toList();
      return new Node(
          outputs.getFirst(), node.op(), node.domain(), inputs, outputs, node.attributes());
    }

    String of(String name) {
      String wish = sketch.wish(name);
      if (wish.equals(name)) {
        // An input of the graph, or an operand that is left out.
        return name;
      }
      String known = given.get(name);
      if (known == null) {
        known = free(wish);
        given.put(name, known);
      }
      return known;
    }

    private String free(String wish) {
      String name = wish;
      for (int i = 2; !taken.add(name); i++) {
        name = wish + "_" + i;
      }
      return name;
    }

    <T> SequencedMap<String, T> used(Map<String, T> all) {
      SequencedMap<String, T> used = new LinkedHashMap<>();
      all.forEach((name, value) -> {
        if (given.containsKey(name)) {
          used.put(of(name), value);
        }
      });
      return used;
    }
  }
}
