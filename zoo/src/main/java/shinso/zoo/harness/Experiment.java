package shinso.zoo.harness;

import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import shinso.nn.layer.Layer;
import shinso.train.data.Dataset;
import shinso.train.loop.Goal;
import shinso.train.loop.Learner;
import shinso.train.report.Section;

/** A model and the way it learns, made for one run. */
public interface Experiment {
  /**
   * Returns a learner of the model; all learners share the model's parameters.
   *
   * @param steps how many steps will be made, which schedules depend on
   */
  Learner learner(int steps);

  /** Returns what tells which model of a run is best, measured on the validation part. */
  Goal goal();

  /** Returns numbers to record beside the metrics, such as the learning rate, by name. */
  default Map<String, LongToDoubleFunction> gauges(int steps) {
    return Map.of();
  }

  /**
   * Returns the experiment's part of the report: what the trained model looks like and does.
   *
   * @param test what the final numbers come from
   */
  default List<Section> sections(Dataset test) {
    return List.of();
  }

  /**
   * Returns the network that gives the logits of classes, or null if the model doesn't classify.
   */
  default @Nullable Layer classifier() {
    return null;
  }
}
