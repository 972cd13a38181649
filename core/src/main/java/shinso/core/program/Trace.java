package shinso.core.program;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;

/**
 * The tracing of a program on this thread: parameters read meanwhile stand for their value at the
 * time of running.
 */
final class Trace {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private final Map<Param, Tensor> symbols = new IdentityHashMap<>();

  static @Nullable Trace current() {
    return CURRENT.get();
  }

  Tensor symbol(Param param) {
    return symbols.computeIfAbsent(param, p -> Tensor.placeholder(p.shape(), p.dtype()));
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
