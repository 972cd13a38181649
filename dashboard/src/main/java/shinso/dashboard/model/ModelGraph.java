package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Structure;
import shinso.nn.model.EnergyModel;

/**
 * The graph of a model for the page to draw.
 *
 * @param parts networks, and parameters that belong to none
 * @param trainable the number of trained elements
 * @param state the number of saved elements that are not trained
 */
record ModelGraph(List<Part> parts, long trainable, long state) {
  /** Keeps a copy. */
  ModelGraph {
    parts = List.copyOf(parts);
  }

  /**
   * A network, or parameters that belong to none.
   *
   * @param input the shape of an example; null if it isn't known
   * @param nodes layers one after another, or parameters
   * @param units the groups of units that the parameters connect; null of a network, or if their
   *     shapes don't say it
   */
  record Part(String name, @Nullable List<Integer> input, List<Node> nodes, @Nullable Units units) {
    /** Keeps a copy. */
    Part {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A layer or a parameter; see {@link Structure.Node}.
   *
   * @param layer null of a parameter
   */
  record Node(
      String name,
      @Nullable String layer,
      @Nullable List<Integer> output,
      long parameters,
      List<Node> inside,
      List<Node> beside) {
    /** Keeps copies. */
    Node {
      inside = List.copyOf(inside);
      beside = List.copyOf(beside);
    }
  }

  /**
   * Groups of units, one connected with the next by a matrix of weights.
   *
   * @param sizes how many units are in each group, the visible ones first
   * @param weights the names of the matrices, one less
   * @param directed whether the connections have a direction
   */
  record Units(List<Integer> sizes, List<String> weights, boolean directed) {
    /** Keeps copies. */
    Units {
      sizes = List.copyOf(sizes);
      weights = List.copyOf(weights);
    }
  }

  /** Returns the graph of a model. */
  static ModelGraph of(OpenModel model) {
    return model.once("graph", ModelGraph.class, () -> of(model.latest().model(), model.shape()));
  }

  static ModelGraph of(Object model, Shape example) {
    Structure structure = Structure.of(model, example);
    List<Part> parts = new ArrayList<>();
    for (Structure.Part part : structure.parts()) {
      boolean loose = part.nodes().stream().allMatch(n -> n.layer() == null);
      parts.add(
          new Part(
              part.name(),
              dims(part.input()),
              part.nodes().stream().map(ModelGraph::node).toList(),
              loose ? units(part, !(model instanceof EnergyModel)) : null));
    }
    return new ModelGraph(parts, structure.trainable(), structure.state());
  }

  private static Node node(Structure.Node n) {
    return new Node(
        n.name(),
        n.layer(),
        dims(n.output()),
        n.parameters(),
        n.inside().stream().map(ModelGraph::node).toList(),
        n.beside().stream().map(ModelGraph::node).toList());
  }

  private static @Nullable List<Integer> dims(@Nullable Shape shape) {
    return shape == null ? null : IntStream.of(shape.dims()).boxed().toList();
  }

  /** Matrices whose rows are the columns of the one before connect one group with the next. */
  private static @Nullable Units units(Structure.Part part, boolean directed) {
    List<Integer> sizes = new ArrayList<>();
    List<String> weights = new ArrayList<>();
    for (Structure.Node n : part.nodes()) {
      Shape shape = n.output();
      if (shape == null || shape.rank() < 2) {
        continue;
      }
      boolean follows = sizes.isEmpty() || sizes.getLast() == shape.dim(0);
      if (shape.rank() > 2 || !follows) {
        return null;
      }
      if (sizes.isEmpty()) {
        sizes.add(shape.dim(0));
      }
      sizes.add(shape.dim(1));
      weights.add(n.name());
    }
    return weights.isEmpty() ? null : new Units(sizes, weights, directed);
  }
}
