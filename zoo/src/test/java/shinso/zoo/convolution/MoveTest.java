package shinso.zoo.convolution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

class MoveTest {
  /** Four pictures of 9 x 9 with one pixel, 1 in the middle column and 0 otherwise. */
  private static Dataset points() {
    float[] x = new float[4 * 81];
    for (int i = 0; i < 4; i++) {
      x[81 * i + 9 * 4 + 4] = 1;
    }
    return InMemoryDataset.of(
        "points",
        List.of(
            Column.floats("x", Shape.of(9, 9, 1), x),
            Column.labels("class", new int[] {1, 1, 1, 0}, 2)),
        List.of("elsewhere", "middle"));
  }

  @Test
  void accuracyIsTheMeanOverAllDirections() {
    // Class 1 if the pixel is in the middle column, else class 0.
    Classifier middle =
        x -> {
          Tensor column = x.slice(2, 4, 5).sum(1, 2); // [b, 1]
          return Tensor.concat(1, List.of(Tensor.full(column.shape(), 0.5), column));
        };
    Tensor shifted = Move.SHIFT.accuracy(middle, points());
    // To the right and left one of four is known, up and down three of four; at 5 all are gone.
    assertEquals(0.75, Move.SHIFT.at(0, shifted), 1e-6);
    assertEquals(0.5, Move.SHIFT.at(3, shifted), 1e-6);
    assertEquals(0.25, Move.SHIFT.at(5, shifted), 1e-6);
    double[] turned = Move.ROTATION.accuracy(middle, points()).toDoubleArray();
    double[] all = new double[9];
    Arrays.fill(all, 0.75);
    assertArrayEquals(all, turned, 1e-6);
    assertEquals(
        Shape.of(9, 9, 9, 1),
        Move.SCALE.pictures(points().batch(new int[] {0}).getFirst()).shape());
  }
}
