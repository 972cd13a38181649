package shinso.dashboard.model;

import java.util.List;

/**
 * Test examples to choose from.
 *
 * @param from the number of the first
 * @param of how many there are
 * @param shown the examples
 * @param labels the names of their classes; empty if they have none
 */
record Examples(int from, int of, Shown shown, List<String> labels) {
  /** How many are shown at a time. */
  static final int MOST = 100;

  /** Keeps a copy. */
  Examples {
    labels = List.copyOf(labels);
  }

  /** Returns examples from a number on; none where there are no more. */
  static Examples of(OpenModel model, int from, int count) {
    TestExamples all = model.examples();
    int first = Math.min(from, all.size());
    int end = Math.min(all.size(), first + count);
    if (first == end) {
      return new Examples(first, all.size(), new Shown(List.of(), List.of()), List.of());
    }
    return new Examples(
        first,
        all.size(),
        Shown.of(all.slice(first, end)),
        all.labels().isEmpty() ? List.of() : all.labels().subList(first, end));
  }
}
