package shinso.interchange.pytorch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Bidirectional;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Dropout;
import shinso.nn.layer.Flatten;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Network;
import shinso.nn.layer.Recurrent;
import shinso.train.file.FileException;

/**
 * A layer of a model whose parameters PyTorch has as a module's.
 *
 * @param path where it is in the model, such as {@code layers.conv1}
 * @param isBackward whether it is the second direction of a recurrent module
 * @param image what a dense layer's input was before it was made a vector; null if it was none
 */
record Module(String path, Record layer, Layout layout, boolean isBackward, @Nullable Shape image) {

  /** Returns the layers of a model in the order of its records. */
  static List<Module> of(Object model) {
    Search search = new Search();
    search.visit("", model, null);
    return search.found;
  }

  /** Returns the conversion of a row, which depends on what came before a dense layer. */
  Conversion conversion(Layout.Row row) {
    return image != null && row.component().equals("weight")
        ? new Conversion.Flattened(image)
        : row.conversion();
  }

  /** Returns a parameter, null if the layer has none of the name. */
  @Nullable Param param(String component) {
    for (RecordComponent c : layer.getClass().getRecordComponents()) {
      if (c.getName().equals(component)) {
        return (Param) read(layer, c);
      }
    }
    throw new IllegalStateException(layer.getClass() + " has no component " + component);
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      if (!component.getAccessor().trySetAccessible()) {
        throw new FileException(
            "the record %s can't be read; its module must export or open its package"
                .formatted(record.getClass().getName()));
      }
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Walks a model. */
  private static final class Search {
    private final List<Module> found = new ArrayList<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    void visit(String path, @Nullable Object value, @Nullable Shape image) {
      switch (value) {
        case null -> {}
        case Param _ ->
            throw new FileException(
                "the parameter '%s' belongs to no layer that PyTorch has as a module"
                    .formatted(path));
        case Bidirectional b -> bidirectional(path, b);
        case Network n -> network(path, n);
        case Record record -> record(path, record, image);
        case List<?> list -> {
          for (int i = 0; i < list.size(); i++) {
            visit(join(path, Integer.toString(i)), list.get(i), null);
          }
        }
        case SequencedMap<?, ?> map ->
            map.forEach((key, v) -> visit(join(path, String.valueOf(key)), v, null));
        default -> {}
      }
    }

    private void record(String path, Record record, @Nullable Shape image) {
      if (!seen.add(record)) {
        return;
      }
      Layout layout = Layout.of(record);
      if (layout != null) {
        add(path, record, layout, false, image);
        return;
      }
      for (RecordComponent c : record.getClass().getRecordComponents()) {
        visit(join(path, c.getName()), read(record, c), null);
      }
    }

    private void add(
        String path, Record layer, Layout layout, boolean isBackward, @Nullable Shape image) {
      if (layer instanceof Lstm l && l.peephole() != null) {
        throw new FileException(
            "the layer '%s' has peepholes, which PyTorch's nn.LSTM has not".formatted(path));
      }
      if (layer instanceof Gru g && g.candidateBias() == null) {
        throw new FileException(
            "the layer '%s' resets before its product; PyTorch's nn.GRU does it after"
                .formatted(path));
      }
      found.add(new Module(path, layer, layout, isBackward, image));
    }

    private void bidirectional(String path, Bidirectional b) {
      Recurrent forward = only(path, b.forward());
      Recurrent backward = only(path, b.backward());
      if (!forward.getClass().equals(backward.getClass())) {
        throw new FileException(
            "the layer '%s' has two directions of different kinds, which PyTorch has not"
                .formatted(path));
      }
      Layout layout = Layout.of(forward);
      if (layout == null) {
        throw new FileException(
            "the layer '%s' reads from both ends with %s, which is no module of PyTorch's"
                .formatted(path, forward.getClass().getSimpleName()));
      }
      add(path, (Record) forward, layout, false, null);
      add(path, (Record) backward, layout, true, null);
    }

    /** Returns the layer that a direction consists of, which may stand in a network by itself. */
    private static Recurrent only(String path, Recurrent direction) {
      if (!(direction instanceof Network n)) {
        return direction;
      }
      List<Layer> layers =
          n.layers().values().stream().filter(l -> !(l instanceof Dropout)).toList();
      if (layers.size() != 1) {
        throw new FileException(
            "each direction of the layer '%s' has %d layers of its own; PyTorch joins the directions after each"
                .formatted(path, layers.size()));
      }
      return layers.getFirst() instanceof Recurrent r ? only(path, r) : direction;
    }

    /** Knows the shapes between the layers: what a dense layer reads may have been an image. */
    private void network(String path, Network n) {
      Shape shape = Shape.of(1).concat(n.input());
      Shape image = null;
      for (Map.Entry<String, Layer> e : n.layers().entrySet()) {
        Layer layer = e.getValue();
        if (layer instanceof Flatten && shape.rank() == 4) {
          image = shape.slice(1, 4);
        }
        visit(join(join(path, "layers"), e.getKey()), layer, layer instanceof Dense ? image : null);
        boolean keeps =
            layer instanceof Flatten || layer instanceof Activation || layer instanceof Dropout;
        image = keeps ? image : null;
        shape = layer.outputShape(shape);
      }
    }

    private static String join(String path, String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }
}
