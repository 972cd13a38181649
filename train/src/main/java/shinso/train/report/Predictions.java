package shinso.train.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.loss.ClassReport;
import shinso.train.data.Batches;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

/** What a classifier says about every example of a data set, and what is true. */
public final class Predictions {
  /** A probability of 0, as numbers have it that are too small for F32, would weigh infinitely. */
  private static final double LEAST = 1e-15;

  private final Dataset data;
  private final int[] labels;
  private final int classes;
  private final float[] probabilities;

  private Predictions(Dataset data, int[] labels, int classes, float[] probabilities) {
    this.data = data;
    this.labels = labels;
    this.classes = classes;
    this.probabilities = probabilities;
  }

  /**
   * Asks a classifier about a data set.
   *
   * @param classifier gives the logits {@code [batch, classes]} for the first field
   * @param batches the data in its order, with class labels
   * @throws DataException if the data has no class labels
   * @throws IllegalArgumentException if the batches are shuffled
   */
  public static Predictions of(Layer classifier, Batches batches) {
    Dataset data = batches.data();
    int[] order = batches.order(0);
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        throw new IllegalArgumentException("predictions are made in order; use Batches.inOrder");
      }
    }
    Program program =
        Program.compile((Tensor x) ->
            Step.of(List.of()).output(classifier.forward(x, Pass.inference()).softmax(-1)));
    int[] labels = data.labels();
    float[] all = new float[0];
    int classes = 0;
    int from = 0;
    try (Batches.Epoch epoch = batches.epoch(0)) {
      while (epoch.hasNext()) {
        Tensor p = program.run(epoch.next().getFirst()).output(0);
        if (all.length == 0) {
          classes = p.shape().dim(-1);
          all = new float[Math.multiplyExact(data.size(), classes)];
        }
        float[] part = p.toFloatArray();
        System.arraycopy(part, 0, all, from, part.length);
        from += part.length;
      }
    }
    return new Predictions(data, labels, classes, all);
  }

  /** Returns the data set. */
  public Dataset data() {
    return data;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns a class's name, or its number if the data set has no names. */
  public String className(int label) {
    List<String> names = data.classNames();
    return label < names.size() ? names.get(label) : Integer.toString(label);
  }

  /** Returns the probability of a class for an example. */
  public double probability(int example, int label) {
    return probabilities[example * classes + label];
  }

  /** Returns the most probable class of an example, the first of equals. */
  public int predicted(int example) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (probability(example, c) > probability(example, best)) {
        best = c;
      }
    }
    return best;
  }

  /** Returns the share of examples whose most probable class is the true one. */
  public double accuracy() {
    return (double) IntStream.range(0, labels.length).filter(i -> predicted(i) == labels[i]).count()
        / labels.length;
  }

  /**
   * Returns the mean of −log p over the examples, p being the probability of the true class, in
   * nats; none counts as less than 10⁻¹⁵.
   */
  public double logLoss() {
    return IntStream.range(0, labels.length)
        .mapToDouble(i -> -Math.log(Math.max(LEAST, probability(i, labels[i]))))
        .average()
        .orElse(0);
  }

  /** Returns how often each class (rows) was taken for each class (columns). */
  public int[][] confusion() {
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]][predicted(i)]++;
    }
    return counts;
  }

  /** Returns what that says of each class: precision, recall, F1. */
  public ClassReport report() {
    double[] flat =
        Arrays.stream(confusion()).flatMapToInt(Arrays::stream).asDoubleStream().toArray();
    return new ClassReport(classes, flat);
  }

  /**
   * An example that was taken for another class.
   *
   * @param example its position in the data set
   * @param truth its class
   * @param predicted the class that it was taken for
   * @param probability the probability that the model gave that
   */
  public record Mistake(int example, int truth, int predicted, double probability) {}

  /** Returns the mistakes of which the model was surest, the surest first. */
  public List<Mistake> hardest(int most) {
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      int p = predicted(i);
      if (p != labels[i]) {
        mistakes.add(new Mistake(i, labels[i], p, probability(i, p)));
      }
    }
    mistakes.sort(
        Comparator.comparingDouble(Mistake::probability)
            .reversed()
            .thenComparingInt(Mistake::example));
    return List.copyOf(mistakes.subList(0, Math.min(most, mistakes.size())));
  }

  /** Returns the input of an example, with a batch axis of 1. */
  Tensor input(int example) {
    return data.batch(new int[] {example}).getFirst();
  }
}
