package shinso.train.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;

/**
 * The state of a training run after a step. Immutable: training that goes on doesn't change it.
 *
 * @param step how many steps have been made
 * @param best the step of the best checkpoint so far, null if none has been found to be best
 * @param model the model's parameters and running statistics by name
 * @param state the optimiser's state by name
 * @param notes what else the next step depends on, by name
 */
public record Checkpoint(
    long step,
    @Nullable Long best,
    Map<String, Tensor> model,
    Map<String, Tensor> state,
    Map<String, String> notes) {
  /** Keeps copies of the maps. */
  public Checkpoint {
    model = Collections.unmodifiableMap(new LinkedHashMap<>(model));
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
  }

  /** Returns the present values of parameters, as a checkpoint keeps them. */
  public static Map<String, Tensor> values(Map<String, Param> params) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    params.forEach((name, param) -> values.put(name, param.value()));
    return values;
  }

  /**
   * Gives parameters the values of this checkpoint: all of them or, if anything doesn't fit, none.
   *
   * @throws FileException if the names, shapes or element types are those of another architecture
   */
  public void restore(Map<String, Param> model, Map<String, Param> state) {
    Map<String, Param> params = new LinkedHashMap<>();
    Map<String, Tensor> values = new LinkedHashMap<>();
    model.forEach((name, param) -> params.put(name, param));
    values.putAll(this.model);
    state.forEach((name, param) -> params.put(Checkpoints.STATE + name, param));
    this.state.forEach((name, value) -> values.put(Checkpoints.STATE + name, value));
    Restore.all("the checkpoint of step " + step, params, values);
  }

  /**
   * Gives a model the values of this checkpoint, without a state to go on with: all of them or, if
   * anything doesn't fit, none.
   *
   * @throws FileException if the names, shapes or element types are those of another architecture
   */
  public void restoreModel(Map<String, Param> model) {
    Restore.all("the checkpoint of step " + step, model, this.model);
  }
}
