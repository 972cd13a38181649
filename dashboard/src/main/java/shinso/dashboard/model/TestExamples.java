package shinso.dashboard.model;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.RecipeRun;

/**
 * The first test examples of a run's data.
 *
 * @param inputs {@code [n, *]}; null if there are none
 * @param labels the names of their classes; empty if they have none
 */
record TestExamples(@Nullable Tensor inputs, List<String> labels) {
  private static final int MOST = 1_000;

  /** Keeps a copy. */
  TestExamples {
    labels = List.copyOf(labels);
  }

  static TestExamples of(RecipeRun run) {
    DataSource data = run.setup().data();
    if (data == null || !data.isHere()) {
      return new TestExamples(null, List.of());
    }
    Dataset test = run.data().test();
    int n = Math.min(MOST, test.size());
    if (n == 0) {
      return new TestExamples(null, List.of());
    }
    List<Tensor> fields = test.batch(IntStream.range(0, n).toArray());
    List<String> names = run.classNames();
    List<String> labels =
        test.hasLabels()
            ? IntStream.of(fields.getLast().toIntArray()).mapToObj(l -> name(names, l)).toList()
            : List.of();
    return new TestExamples(fields.getFirst().evaluate(), labels);
  }

  private static String name(List<String> names, int label) {
    return label < names.size() ? names.get(label) : Integer.toString(label);
  }

  /** Returns how many there are. */
  int size() {
    return inputs == null ? 0 : inputs.shape().dim(0);
  }

  /** Returns some of them, {@code [to − from, *]}. */
  Tensor slice(int from, int to) {
    if (inputs == null) {
      throw new IllegalStateException("there are no examples");
    }
    return inputs.slice(0, from, to).evaluate();
  }
}
