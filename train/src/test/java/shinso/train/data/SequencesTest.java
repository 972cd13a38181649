package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Sequences in buckets. */
final class SequencesTest {
  /** Sequence i has 1 + i % 10 steps of two features, all of them i + 1. */
  private static Sequences sequences(int count) {
    List<float[]> values =
        IntStream.range(0, count)
            .mapToObj(i -> {
              float[] v = new float[2 * (1 + i % 10)];
              Arrays.fill(v, i + 1);
              return v;
            })
            .toList();
    int[] labels = IntStream.range(0, count).map(i -> i % 2).toArray();
    return Sequences.of(
        "toy", values, 2, List.of(Column.labels("odd", labels, 2)), List.of("even", "odd"));
  }

  @Test
  void aBatchIsFilledUpToItsBucket() {
    Sequences s = sequences(10).upTo(4, 7);
    List<Tensor> batch = s.batch(new int[] {0, 2});
    assertEquals(Shape.of(2, 4, 2), batch.get(0).shape());
    assertArrayEquals(
        new float[] {1, 1, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 0, 0}, batch.get(0).toFloatArray());
    assertArrayEquals(new int[] {1, 3}, batch.get(1).toIntArray());
    assertArrayEquals(new int[] {0, 0}, batch.get(2).toIntArray());
    assertEquals(Shape.of(1, 7, 2), s.batch(new int[] {6}).getFirst().shape());
    assertEquals(Shape.of(1, 10, 2), s.batch(new int[] {7}).getFirst().shape());
  }

  @Test
  void batchesHaveOneBucketEachAndAllExamplesOnce() {
    Sequences s = sequences(103).upTo(4, 7);
    Batches batches = Batches.bucketed(s, 8, 5);
    for (int epoch = 0; epoch < 3; epoch++) {
      Set<Integer> shapes = new TreeSet<>();
      List<Integer> seen = new ArrayList<>();
      int count = 0;
      try (Batches.Epoch e = batches.epoch(epoch)) {
        while (e.hasNext()) {
          List<Tensor> batch = e.next();
          count++;
          shapes.add(batch.getFirst().shape().dim(1));
          int time = batch.getFirst().shape().dim(1);
          for (int length : batch.get(1).toIntArray()) {
            assertTrue(length <= time && length > (time == 4 ? 0 : time == 7 ? 4 : 7));
          }
          float[] first = batch.getFirst().at(1, 0).at(1, 0).toFloatArray();
          for (float v : first) {
            seen.add(Math.round(v) - 1);
          }
        }
      }
      assertEquals(Set.of(4, 7, 10), shapes);
      assertEquals(batches.perEpoch(), count);
      assertArrayEquals(batches.order(epoch), seen.stream().mapToInt(Integer::intValue).toArray());
      assertEquals(103, new TreeSet<>(seen).size());
    }
    assertNotEquals(Arrays.toString(batches.order(0)), Arrays.toString(batches.order(1)));
    assertArrayEquals(batches.order(1), Batches.bucketed(s, 8, 5).order(1));
  }

  @Test
  void anEpochIsEnteredInTheMiddle() {
    Batches batches = Batches.bucketed(sequences(103).upTo(4, 7), 8, 5);
    List<Tensor> last = List.of();
    try (Batches.Epoch whole = batches.epoch(2)) {
      for (int b = 0; b < 6; b++) {
        last = whole.next();
      }
    }
    try (Batches.Epoch entered = batches.epoch(2, 5)) {
      assertArrayEquals(last.getFirst().toFloatArray(), entered.next().getFirst().toFloatArray());
    }
  }

  @Test
  void badInputIsNamed() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Sequences.of("toy", List.of(new float[3]), 2, List.of(), List.of()));
    assertEquals("toy: sequence 0 has 3 values, no multiple of 2 features", e.getMessage());
    IllegalArgumentException order =
        assertThrows(IllegalArgumentException.class, () -> sequences(10).upTo(4, 4));
    assertEquals("the lengths of buckets ascend from 1, not [4, 4]", order.getMessage());
  }

  /** Every step but the first of each sequence is predicted once, from the steps before it. */
  @Test
  void piecesPredictEachStepOnce() {
    List<float[]> values = List.of(new float[] {0, 1, 2, 3, 4, 5, 6}, new float[] {10, 11});
    Sequences pieces = Sequences.pieces(Sequences.of("n", values, 1, List.of(), List.of()), 3, 2);
    List<Float> predicted = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      List<Tensor> piece = pieces.batch(new int[] {i});
      float[] steps = piece.get(0).toFloatArray();
      int length = piece.get(1).toIntArray()[0];
      int from = piece.get(2).toIntArray()[0];
      assertTrue(from >= 1 && from <= 2);
      for (int t = from; t < length; t++) {
        assertEquals(steps[t - 1] + 1, steps[t]);
        predicted.add(steps[t]);
      }
    }
    assertEquals(List.of(1f, 2f, 3f, 4f, 5f, 6f, 11f), predicted);
  }

  @Test
  void partsOfASplitHaveRoomForTheLongest() {
    Sequences two = Sequences.of("n", List.of(new float[] {1, 2}), 1, List.of(), List.of());
    assertEquals(Shape.of(1, 5, 1), two.withRoomFor(5).batch(new int[] {0}).getFirst().shape());
    assertThrows(IllegalArgumentException.class, () -> two.withRoomFor(1));
  }
}
