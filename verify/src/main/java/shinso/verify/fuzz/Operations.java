package shinso.verify.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of operations: all that programs are made of. */
final class Operations {
  private static final Map<String, Operation> ALL = new LinkedHashMap<>();

  static {
    add(ElementwiseRows.rows());
    add(MovementRows.rows());
    add(ReductionRows.rows());
    add(ContractionRows.rows());
    add(IndexRows.rows());
    add(ComposedRows.rows());
    add(SpatialRows.rows());
  }

  private Operations() {}

  private static void add(List<Operation> rows) {
    for (Operation row : rows) {
      if (ALL.put(row.name(), row) != null) {
        throw new IllegalStateException("two rows are named " + row.name());
      }
    }
  }

  static List<Operation> all() {
    return List.copyOf(ALL.values());
  }

  /**
   * Returns a row.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  static Operation named(String name) {
    Operation row = ALL.get(name);
    if (row == null) {
      throw new IllegalArgumentException("there is no operation '" + name + "'");
    }
    return row;
  }
}
