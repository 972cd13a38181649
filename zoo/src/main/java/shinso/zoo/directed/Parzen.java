package shinso.zoo.directed;

import java.util.function.IntFunction;
import shinso.core.tensor.Tensor;
import shinso.train.data.Split;
import shinso.train.judge.ParzenWindow;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Run;

/**
 * The density of test digits by windows around samples, as the papers of these models report it.
 * {@link ParzenWindow} says why it chooses no model.
 */
final class Parzen {
  /** What is measured. */
  static final Quantity DENSITY = Quantity.larger("Parzen log-density of test digits", "nats");

  private static final int FEW = 1_000;
  private static final int SAMPLES = 10_000;

  private Parzen() {}

  /**
   * Measures the mean over the test part with windows around samples, 1,000 in the smallest budget
   * and 10,000 otherwise, whose width is chosen on the validation part.
   */
  static void score(Run run, Quantity quantity, IntFunction<Tensor> sampler) {
    Protocol protocol = Protocol.on(run.source().name()).density().estimate();
    run.score(
        quantity.under(protocol),
        () -> {
          Split digits = run.data();
          Tensor samples = sampler.apply(run.budget() == Budget.SMOKE ? FEW : SAMPLES);
          return ParzenWindow.fit(samples, digits.validation()).mean(digits.test());
        });
  }
}
