package shinso.train.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;

/** Gives parameters stored values, all of them or none. */
final class Restore {
  /** How many differences a message lists before it only counts. */
  private static final int LISTED = 4;

  private Restore() {}

  /**
   * Checks that values are those of an architecture.
   *
   * @throws FileException if names, shapes or element types differ
   */
  static void check(String what, Map<String, Param> params, Map<String, Tensor> values) {
    List<String> differences = differences(params, values);
    if (!differences.isEmpty()) {
      int more = differences.size() - LISTED;
      throw new FileException(
          what
              + " is of another architecture: "
              + String.join("; ", differences.subList(0, Math.min(LISTED, differences.size())))
              + (more > 0 ? "; and " + more + " more" : ""));
    }
  }

  static void all(String what, Map<String, Param> params, Map<String, Tensor> values) {
    check(what, params, values);
    Map<Param, Tensor> before = new LinkedHashMap<>();
    boolean done = false;
    try {
      params.forEach((name, param) -> {
        before.put(param, param.value());
        param.assign(Objects.requireNonNull(values.get(name)));
      });
      done = true;
    } finally {
      if (!done) {
        before.forEach(Param::assign);
      }
    }
  }

  private static List<String> differences(Map<String, Param> params, Map<String, Tensor> values) {
    List<String> found = new ArrayList<>();
    params.forEach((name, param) -> {
      Tensor value = values.get(name);
      if (value == null) {
        found.add(name + " is not in it");
      } else if (!value.shape().equals(param.shape()) || value.dtype() != param.dtype()) {
        found.add(
            String.format(
                Locale.ROOT,
                "%s is %s%s in it, but %s%s in the model",
                name,
                value.dtype(),
                value.shape(),
                param.dtype(),
                param.shape()));
      }
    });
    values.forEach((name, value) -> {
      if (!params.containsKey(name)) {
        found.add(
            String.format(
                Locale.ROOT, "%s %s%s is not in the model", name, value.dtype(), value.shape()));
      }
    });
    return found;
  }
}
