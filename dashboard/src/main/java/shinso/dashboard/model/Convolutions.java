package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Residual;
import shinso.nn.layer.Sequential;
import shinso.nn.model.LogitClassifier;
import shinso.zoo.convolution.YourPictures;

/**
 * The convolutions of a classifier, or the activations behind them, and its residual blocks; those
 * inside of networks within networks too.
 *
 * @param network what the logits come out of; null if it can't be looked into
 * @param names of the layers
 */
record Convolutions(@Nullable Layer network, List<String> names) {
  private static final int MOST_LAYERS = 8;

  /** Keeps a copy. */
  Convolutions {
    names = List.copyOf(names);
  }

  /** Returns the convolutions of a model for pictures {@code [b, h, w, c]}. */
  static Convolutions of(OpenModel model, Tensor x) {
    @Nullable Layer network =
        switch (model.latest().model()) {
          case LogitClassifier c -> c.network();
          case YourPictures.Model m -> Sequential.of(m.colours(), m.network());
          default -> null;
        };
    if (network == null) {
      return new Convolutions(null, List.of());
    }
    List<String> all = List.copyOf(new Walk().through(network, x).keySet());
    return new Convolutions(network, all.subList(0, Math.min(MOST_LAYERS, all.size())));
  }

  /** Returns what comes out of the layers for pictures, for use inside of a program. */
  Step step(Tensor x) {
    if (network == null) {
      return Step.of(List.of());
    }
    Map<String, Tensor> all = new Walk().through(network, x);
    return Step.outputs(names.stream().map(all::get).toArray(Tensor[]::new));
  }

  /** Goes through the layers one after another. */
  private static final class Walk {
    private final Map<String, Tensor> found = new LinkedHashMap<>();

    /** The convolution whose activation may follow. */
    private @Nullable String open;

    Map<String, Tensor> through(Layer layer, Tensor x) {
      visit("", layer, x);
      found.values().removeIf(t -> t.shape().rank() != 4);
      return found;
    }

    private Tensor visit(String name, Layer layer, Tensor x) {
      return switch (layer) {
        case Network n -> {
          Tensor y = x;
          for (Map.Entry<String, Layer> e : n.layers().entrySet()) {
            y = visit(join(name, e.getKey()), e.getValue(), y);
          }
          yield y;
        }
        case Sequential s -> {
          Tensor y = x;
          List<Layer> layers = new ArrayList<>(s.layers());
          for (int i = 0; i < layers.size(); i++) {
            Layer inner = layers.get(i);
            // A network among others gives its layers their names.
            String called = inner instanceof Network ? name : join(name, Integer.toString(i));
            y = visit(called, inner, y);
          }
          yield y;
        }
        default -> {
          Tensor y = layer.forward(x, Pass.inference());
          note(name, layer, y);
          yield y;
        }
      };
    }

    private void note(String name, Layer layer, Tensor y) {
      switch (layer) {
        case Conv2d _, Residual _ -> {
          found.put(name, y);
          open = layer instanceof Conv2d ? name : null;
        }
        case BatchNorm _ -> {
          // The activation behind it still is that of the convolution.
        }
        case Activation _ -> {
          if (open != null) {
            found.remove(open);
            found.put(name, y);
          }
          open = null;
        }
        default -> open = null;
      }
    }

    private static String join(String path, String name) {
      return path.isEmpty() ? name : path + "." + name;
    }
  }
}
