package shinso.verify.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;

/** Numbers against what they should be. */
final class Closeness {
  private Closeness() {}

  /** Returns what differs by more than roundings explain, or null. */
  static @Nullable Finding close(
      Finding.Check check, List<Oracle.Value> expected, Buffer[] actual) {
    for (int i = 0; i < actual.length; i++) {
      Oracle.Value e = expected.get(i);
      for (int j = 0; j < actual[i].count(); j++) {
        double a = actual[i].get(j);
        if (!e.accepts(j, a)) {
          return Finding.wrong(
              check,
              "output %d, element %d is %s instead of %s ± %.2g"
                  .formatted(i, j, a, (float) e.exact(j), e.error(j)));
        }
      }
    }
    return null;
  }

  /** Returns what differs at all, or null. */
  static @Nullable Finding same(Finding.Check check, Buffer[] expected, Buffer[] actual) {
    for (int i = 0; i < actual.length; i++) {
      for (int j = 0; j < actual[i].count(); j++) {
        double e = expected[i].get(j);
        double a = actual[i].get(j);
        if (Double.doubleToLongBits(e) != Double.doubleToLongBits(a)) {
          return Finding.wrong(
              check, "output %d, element %d is %s instead of %s".formatted(i, j, a, e));
        }
      }
    }
    return null;
  }
}
