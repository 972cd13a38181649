package shinso.nn.model;

import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A network as a classifier.
 *
 * @param network its output in inference is the logits, {@code [b, *] -> [b, classes]}
 */
public record LogitClassifier(Layer network) implements Classifier {
  @Override
  public Tensor logits(Tensor x) {
    return network.forward(x, Pass.inference());
  }
}
