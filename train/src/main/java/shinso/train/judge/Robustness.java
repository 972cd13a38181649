package shinso.train.judge;

import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.adversarial.Attack;
import shinso.nn.model.Classifier;
import shinso.train.data.Dataset;

/** How well a classifier stands up to an attack. */
public final class Robustness {
  private Robustness() {}

  /**
   * Returns the share of examples that a classifier takes for something else after an attack on it,
   * with its standard error.
   *
   * @param data with class labels
   * @param rng for attacks that begin at a random place
   */
  public static Estimate error(Classifier classifier, Attack attack, Dataset data, Rng rng) {
    double[] wrong =
        PerExample.ofFields(
            data,
            rng,
            (batch, key) -> {
              Tensor target = batch.getLast();
              Tensor found = attack.examples(classifier, batch.getFirst(), target, key);
              return classifier.logits(found).argmax(-1).notEqual(target).cast(DType.F32);
            });
    return Estimate.mean(wrong);
  }
}
