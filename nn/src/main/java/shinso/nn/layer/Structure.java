package shinso.nn.layer;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;

/**
 * What a model of any kind is made of: its networks with their layers, and the parameters that
 * stand by themselves, as those of a Boltzmann machine do. Other than {@link Summary} it takes
 * records apart that are no layers, and shows both ways through a residual block.
 *
 * @param parts in the order of the model's components
 * @param trainable the number of trained elements, shared ones counted once
 * @param state the number of saved elements that are not trained
 */
public record Structure(List<Part> parts, long trainable, long state) {
  /** Keeps a copy. */
  public Structure {
    parts = List.copyOf(parts);
  }

  /**
   * A network, or parameters that belong to none.
   *
   * @param name its path in the model; empty for the model itself
   * @param input the shape of an example that goes into the network, without the batch; null if it
   *     isn't known, or there is no network
   * @param nodes one after another; parameters in no order
   */
  public record Part(String name, @Nullable Shape input, List<Node> nodes) {
    /** Keeps a copy. */
    public Part {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A layer, or a parameter.
   *
   * @param name within its part
   * @param layer what it is; null of a parameter
   * @param output the shape of the output for an example, without the batch; the shape of a
   *     parameter; null if it isn't known
   * @param parameters the number of elements of its parameters that no earlier node has
   * @param inside of a block, the layers one after another
   * @param beside what goes past them; empty if nothing does, or the input as it is
   */
  public record Node(
      String name,
      @Nullable String layer,
      @Nullable Shape output,
      long parameters,
      List<Node> inside,
      List<Node> beside) {
    /** Keeps copies. */
    public Node {
      inside = List.copyOf(inside);
      beside = List.copyOf(beside);
    }
  }

  /**
   * Returns the structure of a model.
   *
   * @param model a record
   * @param example the shape of an example, without the batch
   * @throws IllegalArgumentException if a part is no record or its module keeps it closed
   */
  public static Structure of(Object model, Shape example) {
    Collection<Param> all = Parameters.all(model).values();
    long trainable = Parameters.count(Parameters.trainable(model).values());
    Walk walk = new Walk(Shape.of(1).concat(example));
    walk.visit("", model);
    return new Structure(walk.parts(), trainable, Parameters.count(all) - trainable);
  }

  /** Walks through a model's records. */
  private static final class Walk {
    private final List<Part> networks = new ArrayList<>();
    private final List<Node> loose = new ArrayList<>();
    private final Set<Param> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What may go into the next network: an example, or what comes out of the last one. */
    private final List<Shape> inputs = new ArrayList<>();

    Walk(Shape example) {
      inputs.add(example);
    }

    List<Part> parts() {
      List<Part> all = new ArrayList<>(networks);
      if (!loose.isEmpty()) {
        all.add(new Part("", null, loose));
      }
      return all;
    }

    void visit(String path, @Nullable Object value) {
      switch (value) {
        case null -> {}
        case Param param -> {
          if (seen.add(param)) {
            Shape shape = param.shape();
            loose.add(new Node(path, null, shape, shape.size(), List.of(), List.of()));
          }
        }
        case Layer layer when isOfTheLibrary(layer) -> network(path, layer);
        case Record record -> {
          for (RecordComponent c : record.getClass().getRecordComponents()) {
            visit(join(path, c.getName()), Parameters.read(path, record, c));
          }
        }
        case List<?> list -> {
          for (int i = 0; i < list.size(); i++) {
            visit(join(path, Integer.toString(i)), list.get(i));
          }
        }
        case SequencedMap<?, ?> map ->
            map.forEach((key, v) -> visit(join(path, String.valueOf(key)), v));
        default -> {
          // Configuration.
        }
      }
    }

    /** Layers of models are taken apart like other records. */
    private static boolean isOfTheLibrary(Layer layer) {
      return layer.getClass().getPackage().equals(Layer.class.getPackage());
    }

    private void network(String path, Layer layer) {
      @Nullable Shape input = input(layer);
      List<Node> nodes = new ArrayList<>();
      @Nullable Shape output = add(nodes, "", layer, input);
      networks.add(new Part(path, input == null ? null : Network.withoutBatch(input), nodes));
      if (output != null) {
        inputs.addFirst(output);
      }
    }

    private @Nullable Shape input(Layer layer) {
      if (layer instanceof Network n) {
        return Shape.of(1).concat(n.input());
      }
      return inputs.stream().filter(s -> takes(layer, s)).findFirst().orElse(null);
    }

    private static boolean takes(Layer layer, Shape input) {
      try {
        layer.outputShape(input);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    private @Nullable Shape add(List<Node> nodes, String name, Layer layer, @Nullable Shape input) {
      @Nullable Shape shape = input;
      switch (layer) {
        case Network n -> {
          for (Map.Entry<String, Layer> e : n.layers().entrySet()) {
            shape = add(nodes, join(name, e.getKey()), e.getValue(), shape);
          }
        }
        case Sequential s -> {
          for (int i = 0; i < s.layers().size(); i++) {
            shape = add(nodes, join(name, Integer.toString(i)), s.layers().get(i), shape);
          }
        }
        default -> {
          shape = input == null ? null : layer.outputShape(input);
          nodes.add(node(name, layer, input, shape));
        }
      }
      return shape;
    }

    private Node node(String name, Layer layer, @Nullable Shape input, @Nullable Shape output) {
      List<Node> inside = new ArrayList<>();
      List<Node> beside = new ArrayList<>();
      String text = layer.toString();
      if (layer instanceof Residual residual) {
        text = "Residual";
        add(inside, "", residual.layer(), input);
        if (residual.shortcut() != null) {
          add(beside, "", residual.shortcut(), input);
        }
      } else if (layer instanceof Frozen frozen) {
        text = "Frozen";
        add(inside, "", frozen.layer(), input);
      }
      long own =
          Parameters.count(Parameters.all(layer).values().stream().filter(seen::add).toList());
      long within = count(inside) + count(beside);
      @Nullable Shape example = output == null ? null : Network.withoutBatch(output);
      return new Node(name, text, example, own + within, inside, beside);
    }

    private static long count(List<Node> nodes) {
      return nodes.stream().mapToLong(Node::parameters).sum();
    }

    private static String join(String path, String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }
}
