package shinso.nn.loss;

import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;

import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;

class MetricsTest {
  private static final Tensor LOGITS =
      Tensor.of(new float[] {3, 1, 2, 0, 5, 4, 1, 1, 0, 2, 9, 7}, 4, 3);
  private static final Tensor CLASSES = Tensor.of(new int[] {0, 2, 0, 0});
  private static final Tensor HOT =
      Tensor.of(new float[] {1, 0, 0, 0, 0, 1, .6f, .3f, .1f, 1, 0, 0}, 4, 3);

  @Test
  void accuracyCountsTheLargestLogit() {
    // Right, second best, right by a tie, last.
    assertClose(0.5, Metrics.accuracy(LOGITS, CLASSES), 0);
    assertClose(0.5, Metrics.accuracy(LOGITS, HOT), 0);
  }

  @Test
  void topKAccuracyCountsTheKLargest() {
    assertClose(0.5, Metrics.topKAccuracy(LOGITS, CLASSES, 1), 0);
    assertClose(0.75, Metrics.topKAccuracy(LOGITS, CLASSES, 2), 0);
    assertClose(0.75, Metrics.topKAccuracy(LOGITS, HOT, 2), 0);
    assertClose(1, Metrics.topKAccuracy(LOGITS, CLASSES, 3), 0);
    refusal(() -> Metrics.topKAccuracy(LOGITS, CLASSES, 4));
    refusal(() -> Metrics.topKAccuracy(LOGITS, CLASSES, 0));
  }

  @Test
  void aModelThatSaysNothingIsNotAlwaysRight() {
    Tensor t = Tensor.of(new int[] {0, 1, 2, 3});
    assertClose(0.25, Metrics.accuracy(Tensor.zeros(4, 4), t), 0);
    assertClose(0.25, Metrics.topKAccuracy(Tensor.zeros(4, 4), t, 1), 0);
  }

  @Test
  void binaryAccuracyCountsElements() {
    Tensor z = Tensor.of(new float[] {2, -1, 0, 3}, 2, 2);
    Tensor t = Tensor.of(new float[] {1, 1, 0, 0.6f}, 2, 2);
    assertClose(0.75, Metrics.binaryAccuracy(z, t), 0);
    refusal(() -> Metrics.binaryAccuracy(z, Tensor.zeros(4)));
  }

  @Test
  void confusionHasTrueClassesAsRows() {
    assertClose(new double[] {2, 1, 0, 0, 0, 0, 0, 1, 0}, Metrics.confusion(LOGITS, CLASSES), 0);
    assertClose(new double[] {2, 1, 0, 0, 0, 0, 0, 1, 0}, Metrics.confusion(LOGITS, HOT), 0);
  }

  @Test
  void shapesThatDontFitAreErrors() {
    refusal(() -> Metrics.accuracy(LOGITS, Tensor.of(new int[3])));
    refusal(() -> Metrics.confusion(LOGITS, Tensor.zeros(4)));
  }
}
