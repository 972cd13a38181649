package shinso.train.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

/** Moves whose result is known pixel by pixel, and who decides what is drawn. */
@Tag("row-C18")
final class AugmentationTest {
  private static final int H = 7;
  private static final int W = 9;

  private static RandomGenerator random(long seed) {
    return Rng.of(seed).generator();
  }

  /** A picture in which no two pixels are alike. */
  private static Image image(int channels) {
    float[] values = new float[H * W * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    return new Image(H, W, channels, values);
  }

  private static Image moved(Image image, Warp.Move move) {
    return Warp.of((h, w, r) -> move).apply(image, random(1));
  }

  @Test
  void shiftByWholePixels() {
    Image x = image(3);
    Image y = moved(x, Warps.moved(2, -1));
    for (int row = 0; row < H; row++) {
      for (int column = 0; column < W; column++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(x.at(row + 1, column - 2, c), y.at(row, column, c));
        }
      }
    }
  }

  @Test
  void shiftByHalfAPixelIsTheMeanOfTwo() {
    Image x = image(1);
    Image y = moved(x, Warps.moved(0.5, 0));
    assertEquals((x.at(3, 3, 0) + x.at(3, 4, 0)) / 2, y.at(3, 4, 0), 1e-5f);
  }

  @Test
  void aQuarterTurn() {
    Image x = new Image(W, W, 1, Arrays.copyOf(image(2).values(), W * W));
    Image y = moved(x, Warps.turned(Math.PI / 2));
    for (int row = 0; row < W; row++) {
      for (int column = 0; column < W; column++) {
        assertEquals(x.at(W - 1 - column, row, 0), y.at(row, column, 0), 1e-3f);
      }
    }
  }

  @Test
  void flips() {
    Image x = image(3);
    Image sideways = Augmentation.horizontalFlip(1).apply(x, random(1));
    Image upsideDown = Augmentation.verticalFlip(1).apply(x, random(1));
    for (int row = 0; row < H; row++) {
      for (int column = 0; column < W; column++) {
        assertEquals(x.at(row, W - 1 - column, 1), sideways.at(row, column, 1));
        assertEquals(x.at(H - 1 - row, column, 1), upsideDown.at(row, column, 1));
      }
    }
    assertArrayEquals(
        x.values(), Augmentation.horizontalFlip(0).apply(x, random(1)).values(), "never");
    int flipped = 0;
    for (int i = 0; i < 400; i++) {
      Image y = Augmentation.horizontalFlip(0.5).apply(x, random(i));
      flipped += y.at(0, 0, 0) == x.at(0, 0, 0) ? 0 : 1;
    }
    assertEquals(200, flipped, 4 * Math.sqrt(400 * 0.25));
  }

  /** The order counts: to turn what was moved is not to move what was turned. */
  @Test
  void aChainIsItsChangesOneAfterAnother() {
    Warp shift = Warp.of((h, w, r) -> Warps.moved(2, 0));
    Augmentation flip = Augmentation.horizontalFlip(1);
    Image x = image(1);
    Image apart = flip.apply(shift.apply(x, random(1)), random(1));
    assertArrayEquals(apart.values(), shift.then(flip).apply(x, random(1)).values());
    assertFalse(
        Arrays.equals(apart.values(), flip.then(shift).apply(x, random(1)).values()),
        "the other order");
  }

  /** Back and forth in one go reads each pixel where it was. */
  @Test
  void aChainReadsPixelsOnce() {
    Warp.Move there = Warps.turned(0.3);
    Warp.Move back = Warps.turned(-0.3);
    Augmentation both = Warp.of((h, w, r) -> there).then(Warp.of((h, w, r) -> back));
    assertArrayEquals(image(1).values(), both.apply(image(1), random(1)).values(), 1e-4f);
  }

  @Test
  void scalingAroundTheMiddle() {
    Image x = image(1);
    Image y = Augmentation.scaling(2, 2).apply(x, random(1));
    assertEquals(x.at(3, 4, 0), y.at(3, 4, 0));
    assertEquals(x.at(3, 5, 0), y.at(3, 6, 0));
    assertEquals(x.at(4, 4, 0), y.at(5, 4, 0));
  }

  @Test
  void shearMovesRowsSideways() {
    Image y = Augmentation.shear(1).apply(image(1), random(3));
    assertArrayEquals(
        Arrays.copyOfRange(image(1).values(), 3 * W, 4 * W),
        Arrays.copyOfRange(y.values(), 3 * W, 4 * W),
        1e-3f,
        "the row in the middle stays");
  }

  /** A uniform number has the variance ⅓; smoothing takes it to Σ g² / 3. */
  @Test
  void elasticFieldHasTheDeviationOfSmoothedNoise() {
    double sigma = 4;
    double alpha = 34;
    double[] kernel = new double[13];
    double sum = 0;
    for (int i = 0; i < 13; i++) {
      kernel[i] = Math.exp(-i * i / (2 * sigma * sigma));
      sum += i == 0 ? kernel[i] : 2 * kernel[i];
    }
    double squares = 0;
    for (int i = 0; i < 13; i++) {
      kernel[i] /= sum;
      squares += (i == 0 ? 1 : 2) * kernel[i] * kernel[i];
    }
    double expected = alpha * squares / Math.sqrt(3);
    assertEquals(alpha / Math.sqrt(3 * 4 * Math.PI * sigma * sigma), expected, 0.02 * expected);
    double found = 0;
    int pictures = 600;
    for (int i = 0; i < pictures; i++) {
      double[] field = Warps.field(28, 28, alpha, kernel, random(i));
      found += field[0] * field[0] + field[27 * 28 + 27] * field[27 * 28 + 27];
    }
    // Of 1,200 numbers, next to independent.
    assertEquals(expected, Math.sqrt(found / (2 * pictures)), 4 * expected / Math.sqrt(2 * 1_200));
  }

  @Test
  void elasticDistortionMovesNeighboursAlike() {
    Image y = Augmentation.elastic(34, 4).apply(image(1), random(2));
    assertFalse(Arrays.equals(image(1).values(), y.values()));
    Image still = Augmentation.elastic(0, 4).apply(image(1), random(2));
    assertArrayEquals(image(1).values(), still.values());
  }

  @Test
  void cropsAreParts() {
    Set<Float> corners = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Image y = Augmentation.crop(5, 6).apply(image(1), random(i));
      assertEquals(5, y.height());
      assertEquals(6, y.width());
      assertEquals(y.at(0, 0, 0) + 4 * W + 5, y.at(4, 5, 0));
      corners.add(y.at(0, 0, 0));
    }
    assertEquals((H - 5 + 1) * (W - 6 + 1), corners.size(), "every place comes up");
    assertThrows(
        IllegalArgumentException.class, () -> Augmentation.crop(8, 2).apply(image(1), random(1)));
  }

  @Test
  void paddedCropsAreMovesByWholePixels() {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Image y = Augmentation.paddedCrop(1).apply(image(1), random(i));
      places.add(Math.round(y.at(3, 4, 0)));
    }
    assertEquals(9, places.size());
  }

  // ---- batches

  private static final int SIZE = 23;

  private static Dataset pictures() {
    float[] values = new float[SIZE * H * W];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    int[] labels = new int[SIZE];
    Arrays.setAll(labels, i -> i);
    return InMemoryDataset.of(
        "numbers",
        List.of(
            Column.floats("picture", Shape.of(H, W, 1), values),
            Column.labels("number", labels, SIZE)));
  }

  /** The pictures of an epoch by their label. */
  private static List<float[]> epoch(Batches batches, int epoch, int first) {
    List<float[]> found = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      found.add(new float[0]);
    }
    try (Batches.Epoch e = batches.epoch(epoch, first)) {
      while (e.hasNext()) {
        List<Tensor> batch = e.next();
        int[] labels = batch.getLast().toIntArray();
        float[] all = batch.getFirst().toFloatArray();
        for (int i = 0; i < labels.length; i++) {
          found.set(labels[i], Arrays.copyOfRange(all, i * H * W, (i + 1) * H * W));
        }
      }
    }
    return found;
  }

  @Test
  void whatAnExampleBecomesDependsOnSeedEpochAndExampleOnly() {
    Augmentation change = Augmentation.rotation(20).then(Augmentation.shift(2));
    List<float[]> large = epoch(Batches.shuffled(pictures(), 10, 1).augmented(change), 3, 0);
    List<float[]> small = epoch(Batches.shuffled(pictures(), 4, 1).augmented(change), 3, 0);
    List<float[]> later = epoch(Batches.shuffled(pictures(), 4, 1).augmented(change), 3, 2);
    List<float[]> next = epoch(Batches.shuffled(pictures(), 4, 1).augmented(change), 4, 0);
    List<float[]> other = epoch(Batches.shuffled(pictures(), 4, 2).augmented(change), 3, 0);
    int entered = 0;
    for (int i = 0; i < SIZE; i++) {
      assertArrayEquals(large.get(i), small.get(i), "example " + i);
      if (later.get(i).length > 0) {
        assertArrayEquals(large.get(i), later.get(i), "example " + i);
        entered++;
      }
      assertFalse(Arrays.equals(large.get(i), next.get(i)), "in another epoch");
      assertFalse(Arrays.equals(large.get(i), other.get(i)), "with another seed");
    }
    assertEquals(SIZE - 8, entered);
  }

  @Test
  void croppedBatchesAreSmaller() {
    Batches batches = Batches.shuffled(pictures(), 4, 1).augmented(Augmentation.crop(5, 5));
    try (Batches.Epoch e = batches.epoch(0)) {
      assertEquals(Shape.of(4, 5, 5, 1), e.next().getFirst().shape());
    }
  }

  @Test
  void batchesInOrderAreNotAugmented() {
    Batches batches = Batches.inOrder(pictures(), 4);
    assertThrows(IllegalStateException.class, () -> batches.augmented(Augmentation.shift(1)));
  }

  @Test
  void badNumbers() {
    assertThrows(IllegalArgumentException.class, () -> Augmentation.shift(-1));
    assertThrows(IllegalArgumentException.class, () -> Augmentation.scaling(1.2, 0.8));
    assertThrows(IllegalArgumentException.class, () -> Augmentation.elastic(34, 0));
    assertThrows(IllegalArgumentException.class, () -> Augmentation.horizontalFlip(2));
    assertThrows(IllegalArgumentException.class, () -> Augmentation.crop(0, 3));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Augmenter(Augmentation.shift(1), Rng.of(1))
                    .augment(List.of(Tensor.ones(3, 4)), new int[] {0, 1, 2}));
    assertTrue(Objects.requireNonNull(e.getMessage()).contains("[3, 4]"), e.getMessage());
  }

  /** On a plane of brightness all that is read lies between the corners of the part. */
  @Test
  void aResizedCropShowsAPartOfItsShareAndNothingFromOutside() {
    float[] slope = new float[H * W];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = 1 + i % W;
    }
    Image plane = new Image(H, W, 1, slope);
    double least = 1;
    for (long seed = 0; seed < 200; seed++) {
      Image y = Augmentation.resizedCrop(0.25).apply(plane, random(seed));
      double width = (y.at(3, W - 1, 0) - y.at(3, 0, 0)) / (W - 1);
      assertTrue(width >= 0.5 - 1e-5 && width <= 1 + 1e-5, "share of the width " + width);
      for (float v : y.values()) {
        assertTrue(v >= 1 - 1e-4 && v <= W + 1e-4, "a value from outside: " + v);
      }
      least = Math.min(least, width);
    }
    assertTrue(least < 0.55, "the smallest part has a width of " + least);
    assertArrayEquals(slope, Augmentation.resizedCrop(1).apply(plane, random(1)).values(), 1e-5f);
    for (double wrong : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> Augmentation.resizedCrop(wrong));
    }
  }
}
