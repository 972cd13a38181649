package shinso.zoo.directed;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * Two networks of which one makes examples up and the other one tells them from real ones. A
 * record, so that their parameters are found.
 */
public interface Adversaries {
  /** Returns G. */
  Layer generator();

  /** Returns the logit of D, {@code [b, *] -> [b, 1]}. */
  Layer discriminator();

  /** Returns what the discriminator is shown of a batch: {@code [b, *]}. */
  default Tensor real(List<Tensor> batch) {
    return batch.getFirst();
  }

  /**
   * Returns what it is shown that was made up, as much: {@code [b, *]}.
   *
   * @param batch on which what is made up may depend
   * @param noise the key of z
   * @param pass through the generator
   */
  Tensor made(List<Tensor> batch, Rng noise, Pass pass);
}
