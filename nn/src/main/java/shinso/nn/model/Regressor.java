package shinso.nn.model;

import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;

/** Predicts numbers. */
@FunctionalInterface
public interface Regressor {
  /** Returns the predictions: {@code [b, *] -> [b, *]}. */
  Tensor predict(Tensor x);

  /** Returns the regressor whose predictions are a network's output in inference. */
  static Regressor of(Layer network) {
    return new NetworkRegressor(network);
  }
}
