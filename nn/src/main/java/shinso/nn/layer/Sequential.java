package shinso.nn.layer;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Layers one after another. For names and shape inference, see {@link Network}. */
public record Sequential(List<Layer> layers) implements Recurrent {
  /** Keeps a copy. */
  public Sequential {
    layers = List.copyOf(layers);
  }

  /** Returns these layers one after another. */
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  /** Returns the shapes of all layers' states, one after the other. */
  @Override
  public List<Shape> stateShapes() {
    return layers.stream().flatMap(layer -> Recurrence.stateShapes(layer).stream()).toList();
  }

  @Override
  public Output run(Tensor x, @Nullable List<Tensor> initial, Pass pass) {
    Recurrence.Hand hand = new Recurrence.Hand(this, "sequential", x, initial);
    Tensor y = x;
    for (Layer layer : layers) {
      y = hand.keep(Recurrence.run(layer, y, hand.next(layer), pass));
    }
    return new Output(y, hand.state());
  }

  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    Recurrence.Hand hand = new Recurrence.Hand(this, "sequential", x, state);
    Tensor y = x;
    for (Layer layer : layers) {
      y = hand.keep(Recurrence.step(layer, y, hand.next(layer), pass));
    }
    return new Output(y, hand.state());
  }

  /** Returns the layers. */
  @Override
  public String toString() {
    return layers.stream()
        .map(Layer::toString)
        .collect(Collectors.joining(", ", "Sequential(", ")"));
  }
}
