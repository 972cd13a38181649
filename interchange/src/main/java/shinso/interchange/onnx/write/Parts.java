package shinso.interchange.onnx.write;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the parts of a model that are of some kind, wherever they are in its records. */
final class Parts {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Object> found = new ArrayList<>();

  private Parts() {}

  /** Returns all records of a model, in the order of components. */
  static List<Object> of(Object model) {
    Parts parts = new Parts();
    parts.visit(model);
    return parts.found;
  }

  private void visit(@Nullable Object value) {
    switch (value) {
      case null -> {}
      case Record record -> {
        if (seen.add(record)) {
          found.add(record);
          for (RecordComponent c : record.getClass().getRecordComponents()) {
            visit(read(record, c));
          }
        }
      }
      case List<?> list -> list.forEach(this::visit);
      case SequencedMap<?, ?> map -> map.values().forEach(this::visit);
      default -> {}
    }
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      // What can't be seen can't be recognised: its operations are written one by one.
      return component.getAccessor().trySetAccessible()
          ? component.getAccessor().invoke(record)
          : null;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }
}
