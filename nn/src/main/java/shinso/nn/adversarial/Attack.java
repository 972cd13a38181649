package shinso.nn.adversarial;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;

/** Looks for examples near given ones that a classifier takes for something else. */
@FunctionalInterface
public interface Attack {
  /** The attack that leaves examples as they are: for the first row of a table. */
  Attack NONE = (classifier, x, target, rng) -> x;

  /**
   * Returns changed examples, {@code [b, *] -> [b, *]}. No gradient flows through them.
   *
   * @param classifier whose logits are differentiated
   * @param target I32 classes {@code [b]}, or probabilities {@code [b, classes]}
   * @param rng for attacks that begin at a random place
   */
  Tensor examples(Classifier classifier, Tensor x, Tensor target, Rng rng);
}
