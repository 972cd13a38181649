package shinso.nn.penalty;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A term of the objective that is made of the examples of a batch, such as the slope of the output
 * along some directions. For terms made of the parameters alone, see {@link Penalties}.
 */
@FunctionalInterface
public interface Regularizer {
  /**
   * Returns the term as a scalar.
   *
   * @param network what is trained
   * @param batch one tensor a field: the input first, the target last
   * @param output what the network gives for the input, in training
   * @param pass of training, for further inputs: it keeps the statistics, and each use draws anew
   */
  Tensor of(Layer network, List<Tensor> batch, Tensor output, Pass pass);
}
