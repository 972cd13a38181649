package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.format.TensorData;
import shinso.interchange.onnx.write.Sketch.Lengths;

/**
 * Makes one graph of those for several sizes of the open axes: numbers that differ are computed
 * from the shape of an input.
 */
final class Merger {
  /**
   * An axis whose length is open.
   *
   * @param input the name of an input that has it
   * @param axis its position there
   * @param name what it is called
   */
  record OpenAxis(String input, int axis, String name) {}

  private final List<OpenAxis> axes;
  private final List<int[]> points;
  private final List<Tidied> graphs;
  private final List<Node> computed = new ArrayList<>();
  private final SequencedMap<String, TensorData> integers = new LinkedHashMap<>();
  private final Map<Object, String> known = new HashMap<>();

  private Merger(List<OpenAxis> axes, List<int[]> points, List<Tidied> graphs) {
    this.axes = axes;
    this.points = points;
    this.graphs = graphs;
  }

  /** The nodes and initializers of a graph for all sizes. */
  record Merged(List<Node> nodes, SequencedMap<String, TensorData> initializers) {}

  /**
   * Merges graphs.
   *
   * @throws OnnxException if they differ otherwise than in numbers that follow from the sizes
   */
  static Merged merge(List<OpenAxis> axes, List<int[]> points, List<Tidied> graphs) {
    return new Merger(axes, points, graphs).merge();
  }

  private OnnxException dependent(String what) {
    return new OnnxException(
        "%s depends on the %s otherwise than by sums and products, which a file for all sizes can't"
                .formatted(
                    what, String.join(" and the ", axes.stream().map(OpenAxis::name).toList()))
            + " have; export another of the model's functions");
  }

  private Merged merge() {
    Tidied first = graphs.getFirst();
    for (Tidied other : graphs) {
      if (!other.nodes().equals(first.nodes())) {
        throw dependent("the operator " + differing(first.nodes(), other.nodes()));
      }
    }
    SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
    first.parameters().forEach((name, value) -> initializers.put(name, TensorData.of(value)));
    List<Node> constants = new ArrayList<>();
    first
        .constants()
        .forEach((name, value) -> {
          requireSame(name, value);
          constants.add(constant(name, TensorData.of(value)));
        });
    first.lengths().forEach(this::lengths);
    initializers.putAll(integers);
    List<Node> all = new ArrayList<>(constants);
    all.addAll(computed);
    all.addAll(first.nodes());
    return new Merged(renamed(all, first.outputs(), initializers), initializers);
  }

  private static Node constant(String name, TensorData value) {
    return Node.of(
        name, "Constant", List.of(), List.of(name), Map.of("value", new Attribute.Data(value)));
  }

  private static String differing(List<Node> a, List<Node> b) {
    return IntStream.range(0, Math.min(a.size(), b.size()))
        .filter(i -> !a.get(i).equals(b.get(i)))
        .mapToObj(i -> a.get(i).label())
        .findFirst()
        .orElse(a.isEmpty() ? "" : a.getLast().label());
  }

  /** Requires that a value that is written down doesn't follow from the sizes. */
  private void requireSame(String name, Tensor value) {
    for (Tidied other : graphs) {
      Tensor t = other.constants().get(name);
      if (t != value
          && (t == null
              || !t.shape().equals(value.shape())
              || (t.shape().size() <= 4096 && !TensorData.of(t).equals(TensorData.of(value))))) {
        throw dependent("a " + name);
      }
    }
  }

  private void lengths(String name, Lengths lengths) {
    List<Polynomial> all = new ArrayList<>();
    for (int i = 0; i < lengths.values().size(); i++) {
      List<Long> values = new ArrayList<>();
      for (Tidied graph : graphs) {
        values.add(Objects.requireNonNull(graph.lengths().get(name)).values().get(i));
      }
      Polynomial p =
          axes.isEmpty()
              ? new Polynomial(List.of(values.getFirst(), 0L))
              : Polynomial.through(points, values);
      if (p == null) {
        throw dependent("a length, " + values + " for the sizes " + sizes() + ",");
      }
      all.add(p);
    }
    List<Polynomial> open = all.stream().filter(p -> !p.isConstant()).toList();
    long[] constants = all.stream().mapToLong(Polynomial::constant).toArray();
    if (open.isEmpty()) {
      integers.put(
          name,
          lengths.isScalar() ? TensorData.integer(constants[0]) : TensorData.integers(constants));
    } else if (lengths.isShape() && open.size() == 1 && hasNoZero(all)) {
      for (int i = 0; i < constants.length; i++) {
        constants[i] = all.get(i).isConstant() ? constants[i] : -1;
      }
      integers.put(name, TensorData.integers(constants));
    } else if (lengths.isScalar()) {
      add(name, "Squeeze", List.of(computed(all.getFirst()), vector(0)));
    } else {
      List<String> parts = all.stream().map(this::computed).toList();
      computed.add(Node.of(name, "Concat", parts, List.of(name), Map.of("axis", Attribute.of(0))));
    }
  }

  private static boolean hasNoZero(List<Polynomial> lengths) {
    return lengths.stream().noneMatch(p -> p.isConstant() && p.constant() == 0);
  }

  private String sizes() {
    return points.stream().map(Arrays::toString).toList().toString();
  }

  private String vector(long value) {
    return known.computeIfAbsent(
        value,
        v -> {
          String name = "integer_" + value;
          integers.put(name, TensorData.integers(value));
          return name;
        });
  }

  /** Returns the name of a vector of one number. */
  private String computed(Polynomial p) {
    if (p.isConstant()) {
      return vector(p.constant());
    }
    String done = known.get(p);
    if (done != null) {
      return done;
    }
    String sum = p.constant() == 0 ? "" : vector(p.constant());
    for (int i = 1; i < p.coefficients().size(); i++) {
      long c = p.coefficients().get(i);
      if (c != 0) {
        String product = i == 3 ? times(size(0), size(1)) : size(i - 1);
        String term = c == 1 ? product : times(product, vector(c));
        sum = sum.isEmpty() ? term : add("", "Add", List.of(sum, term));
      }
    }
    known.put(p, sum);
    return sum;
  }

  private String times(String a, String b) {
    return add("", "Mul", List.of(a, b));
  }

  private String add(String name, String op, List<String> inputs) {
    String output = name.isEmpty() ? "size_" + computed.size() : name;
    computed.add(Node.of(output, op, inputs, List.of(output), Map.of()));
    return output;
  }

  /** Returns the name of the length of an open axis, as a vector. */
  private String size(int i) {
    OpenAxis axis = axes.get(i);
    return known.computeIfAbsent(
        axis,
        a -> {
          String name = "size_of_" + axis.name();
          SequencedMap<String, Attribute> part = new LinkedHashMap<>();
          part.put("end", Attribute.of(axis.axis() + 1));
          part.put("start", Attribute.of(axis.axis()));
          computed.add(Node.of(name, "Shape", List.of(axis.input()), List.of(name), part));
          return name;
        });
  }

  /** Gives outputs their names; one that is an input, a constant or another output is copied. */
  private static List<Node> renamed(
      List<Node> nodes, SequencedMap<String, String> outputs, Map<String, TensorData> taken) {
    Set<String> made = new HashSet<>();
    nodes.forEach(n -> made.addAll(n.outputs()));
    Map<String, String> names = new HashMap<>();
    List<Node> copies = new ArrayList<>();
    outputs.forEach((wanted, name) -> {
      if (made.contains(name) && !names.containsKey(name) && !taken.containsKey(wanted)) {
        names.put(name, wanted);
      } else {
        String from = names.getOrDefault(name, name);
        copies.add(Node.of(wanted, "Identity", List.of(from), List.of(wanted), Map.of()));
      }
    });
    List<Node> renamed = new ArrayList<>();
    for (Node n : nodes) {
      renamed.add(
          new Node(
              n.name(),
              n.op(),
              n.domain(),
              n.inputs().stream().map(i -> names.getOrDefault(i, i)).toList(),
              n.outputs().stream().map(o -> names.getOrDefault(o, o)).toList(),
              n.attributes()));
    }
    renamed.addAll(copies);
    return renamed;
  }
}
