package shinso.interchange.onnx.read;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All operators that are supported, by name. */
final class Operators {
  static final String BATCH_NORMALIZATION = "BatchNormalization";

  private static final Map<String, Operator> ALL = all();

  private Operators() {}

  private static Map<String, Operator> all() {
    Map<String, Operator> all = new TreeMap<>();
    ElementOperators.addTo(all);
    ShapeOperators.addTo(all);
    ReductionOperators.addTo(all);
    ImageOperators.addTo(all);
    NormalizationOperators.addTo(all);
    SequenceOperators.addTo(all);
    all.put(BATCH_NORMALIZATION, Operator.of(c -> NormalizationOperators.batch(c, null)));
    return all;
  }

  static @Nullable Operator named(String name) {
    return ALL.get(name);
  }

  static Set<String> names() {
    return Collections.unmodifiableSet(ALL.keySet());
  }
}
