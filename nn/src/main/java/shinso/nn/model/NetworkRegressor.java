package shinso.nn.model;

import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A network as a regressor.
 *
 * @param network its output in inference is the prediction, {@code [b, *] -> [b, *]}
 */
public record NetworkRegressor(Layer network) implements Regressor {
  @Override
  public Tensor predict(Tensor x) {
    return network.forward(x, Pass.inference());
  }
}
