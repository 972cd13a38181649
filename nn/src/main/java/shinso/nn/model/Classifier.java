package shinso.nn.model;

import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;

/** Tells classes apart. */
@FunctionalInterface
public interface Classifier {
  /** Returns unnormalised log-probabilities of the classes: {@code [b, *] -> [b, classes]}. */
  Tensor logits(Tensor x);

  /** Returns the classifier whose logits are a network's output in inference. */
  static Classifier of(Layer network) {
    return new LogitClassifier(network);
  }
}
