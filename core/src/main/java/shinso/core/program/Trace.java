package shinso.core.program;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * The tracing of a program on this thread: parameters read meanwhile stand for their value at the
 * time of running.
 */
final class Trace {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  /** Values that parameters have in the later parts of a step, on this thread. */
  private static final ThreadLocal<@Nullable Map<Param, Tensor>> CHANGED = new ThreadLocal<>();

  private final Map<Param, Tensor> symbols = new IdentityHashMap<>();

  /** Returns the value that the earlier parts of a step give to a parameter, or null. */
  static @Nullable Tensor changed(Param param) {
    Map<Param, Tensor> values = CHANGED.get();
    return values == null ? null : values.get(param);
  }

  /** Runs a function to which parameters have the values of updates that are not made yet. */
  static <T> T after(List<Update> updates, Supplier<T> body) {
    Map<Param, Tensor> before = CHANGED.get();
    Map<Param, Tensor> values = new IdentityHashMap<>();
    if (before != null) {
      values.putAll(before);
    }
    updates.forEach(u -> values.put(u.param(), u.value().stopGradient()));
    CHANGED.set(values);
    try {
      return body.get();
    } finally {
      if (before == null) {
        CHANGED.remove();
      } else {
        CHANGED.set(before);
      }
    }
  }

  static @Nullable Trace current() {
    return CURRENT.get();
  }

  Tensor symbol(Param param) {
    return symbols.computeIfAbsent(param, p -> TensorAccess.placeholder(p.shape(), p.dtype()));
  }

  Map<Param, Tensor> symbols() {
    return symbols;
  }

  /** Requires that no program is being traced. */
  static void requireNone() {
    if (CURRENT.get() != null) {
      throw new IllegalStateException(
          "a program can't be run while another is being traced; call the function itself instead");
    }
  }

  <T> T run(Supplier<T> body) {
    requireNone();
    CURRENT.set(this);
    try {
      return body.get();
    } finally {
      CURRENT.remove();
    }
  }
}
