package shinso.core.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shinso.core.tensor.Tensor;

/**
 * What a traced function wants done: new values of parameters, and numbers to be returned.
 * Immutable; each method returns a larger step.
 *
 * @param updates new values, each parameter at most once
 * @param metrics tensors by name, in the order in which they were added
 * @param outputs tensors by position
 */
public record Step(List<Update> updates, Map<String, Tensor> metrics, List<Tensor> outputs) {
  /**
   * Keeps copies.
   *
   * @throws IllegalArgumentException if a parameter is updated twice
   */
  public Step {
    updates = List.copyOf(updates);
    outputs = List.copyOf(outputs);
    metrics = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    Map<Param, Boolean> seen = new IdentityHashMap<>();
    for (Update u : updates) {
      if (seen.put(u.param(), true) != null) {
        throw new IllegalArgumentException(
            "step: "
                + u.param()
                + " is updated twice; a parameter that is shared belongs into the list once");
      }
    }
  }

  /** Returns a step that updates parameters. */
  public static Step of(Collection<Update> updates) {
    return new Step(List.copyOf(updates), Map.of(), List.of());
  }

  /** Returns a step that only computes these tensors. */
  public static Step outputs(Tensor... outputs) {
    return new Step(List.of(), Map.of(), List.of(outputs));
  }

  /** Returns this with further updates. */
  public Step and(Collection<Update> more) {
    List<Update> all = new ArrayList<>(updates);
    all.addAll(more);
    return new Step(all, metrics, outputs);
  }

  /**
   * Returns this step with another one behind it, as one: parameters read while {@code next} makes
   * its step have the values that this one gives them, as constants for gradients. The whole is
   * computed by one program and committed together or not at all. Where both parts update a
   * parameter or report a number of the same name, what the second one says counts.
   *
   * <pre>{@code
   * // Algorithm 1 of Goodfellow et al. (2014): the generator learns from the new discriminator.
   * return discriminate(x, rng.split(0)).then(() -> generate(rng.split(1)));
   * }</pre>
   */
  public Step then(Supplier<Step> next) {
    Step second = Trace.after(updates, next);
    Map<Param, Update> last = new IdentityHashMap<>();
    second.updates.forEach(u -> last.put(u.param(), u));
    List<Update> all = new ArrayList<>();
    updates.forEach(u -> {
      Update later = last.remove(u.param());
      all.add(later == null ? u : later);
    });
    second.updates.stream().filter(u -> last.containsKey(u.param())).forEach(all::add);
    Map<String, Tensor> numbers = new LinkedHashMap<>(metrics);
    numbers.putAll(second.metrics);
    List<Tensor> values = new ArrayList<>(outputs);
    values.addAll(second.outputs);
    return new Step(all, numbers, values);
  }

  /**
   * Returns this with a number to report that is a mean over so many things, such as the tokens of
   * a batch: where several steps are averaged, each counts by its weight.
   *
   * @param mean the number
   * @param weight over how many things it is the mean, a scalar; reported as {@link #weightOf}
   */
  public Step metric(String name, Tensor mean, Tensor weight) {
    return metric(name, mean).metric(weightOf(name), weight);
  }

  /** Returns the name under which a metric's weight is reported; it begins with a space. */
  public static String weightOf(String metric) {
    return " weight of " + metric;
  }

  /** Returns this with a further number to report. */
  public Step metric(String name, Tensor value) {
    Map<String, Tensor> all = new LinkedHashMap<>(metrics);
    all.put(name, value);
    return new Step(updates, all, outputs);
  }

  /** Returns this with a further output. */
  public Step output(Tensor value) {
    List<Tensor> all = new ArrayList<>(outputs);
    all.add(value);
    return new Step(updates, metrics, all);
  }
}
