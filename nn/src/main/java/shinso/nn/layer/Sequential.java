package shinso.nn.layer;

import java.util.List;
import java.util.stream.Collectors;
import shinso.core.tensor.Tensor;

/** Layers one after another. For names and shape inference, see {@link Network}. */
public record Sequential(List<Layer> layers) implements Layer {
  /** Keeps a copy. */
  public Sequential {
    layers = List.copyOf(layers);
  }

  /** Returns these layers one after another. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.forward(y, pass);
    }
    return y;
  }

  /** Returns the layers. */
  @Override
  public String toString() {
    return layers.stream()
        .map(Layer::toString)
        .collect(Collectors.joining(", ", "Sequential(", ")"));
  }
}
