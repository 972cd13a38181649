package shinso.verify.fuzz;

import java.util.List;

/** The numbers that an operation takes besides its operands. */
record Args(List<Number> values) {
  int i(int at) {
    return values.get(at).intValue();
  }

  double d(int at) {
    return values.get(at).doubleValue();
  }

  boolean b(int at) {
    return i(at) != 0;
  }

  /** Those from a place on. */
  int[] from(int at) {
    return values.subList(at, values.size()).stream().mapToInt(Number::intValue).toArray();
  }
}
