package shinso.spark.distributed;

import java.util.Map;
import shinso.train.loop.Learner;
import shinso.train.loop.NotFiniteException;

/** What is asked of the metrics of a step. */
final class Metrics {
  private Metrics() {}

  /**
   * Requires that losses are finite.
   *
   * @throws NotFiniteException if one isn't
   */
  static void requireFinite(Map<String, Double> metrics) {
    metrics.forEach((name, value) -> {
      if (Learner.isLoss(name) && !Double.isFinite(value)) {
        throw new NotFiniteException(
            "the %s is %s; make the learning rate smaller, and look for inputs that are far from 1"
                .formatted(name, value));
      }
    });
  }
}
