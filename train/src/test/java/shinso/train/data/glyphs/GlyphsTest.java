package shinso.train.data.glyphs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

final class GlyphsTest {
  private static final int PIXELS = 28 * 28;

  private static Glyphs train(long seed, int size) {
    return (Glyphs) Glyphs.split(seed, size, 0).train();
  }

  private static Glyphs test(long seed, int size) {
    return (Glyphs) Glyphs.split(seed, 0, size).test();
  }

  private static ExactDraws draws(long seed) {
    int[] key = Rng.of(seed).words();
    return new ExactDraws(key[0], key[1]);
  }

  private static String sha256(Glyphs glyphs, int count) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(glyphs.bytes(0, count));
    for (int label : glyphs.limit(count).labels()) {
      digest.update((byte) label);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void theBytesAreTheSameEverywhereAndForever() throws NoSuchAlgorithmException {
    Split split = Glyphs.split();
    assertEquals(60_000, split.train().size());
    assertEquals(10_000, split.test().size());
    assertEquals(
        "48e108c821d3c8760020447fd289cedb5c2c0664907c2885ff51cee9ddab949c",
        sha256((Glyphs) split.train(), 1000));
    assertEquals(
        "0cff98f16e6cf7e04cf6a5d038415a4c143d8058c83ac7181169644f3eaa2f27",
        sha256((Glyphs) split.test(), 1000));
  }

  @Test
  void anExampleDependsOnSeedPartAndIndexOnly() {
    Glyphs few = train(5, 10);
    Glyphs many = train(5, 1200);
    assertArrayEquals(few.bytes(0, 10), many.bytes(0, 10));
    assertArrayEquals(few.labels(), Arrays.copyOf(many.labels(), 10));
    assertFalse(Arrays.equals(few.bytes(0, 10), train(6, 10).bytes(0, 10)));
    assertFalse(Arrays.equals(few.bytes(0, 10), test(5, 10).bytes(0, 10)));
    // The last block first, and one example of the middle before the rest of its block.
    Glyphs other = train(5, 1200);
    other.batch(new int[] {1150, 600});
    assertArrayEquals(many.bytes(0, 1200), other.bytes(0, 1200));
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws InterruptedException, ExecutionException {
    byte[] expected = train(3, 2500).bytes(0, 2500);
    for (int threads : new int[] {1, 3}) {
      try (ForkJoinPool pool = new ForkJoinPool(threads)) {
        byte[] actual = pool.submit(() -> train(3, 2500).bytes(0, 2500)).get();
        assertArrayEquals(expected, actual, threads + " threads");
      }
    }
  }

  @Test
  void batchesHaveTheBytesOverTheLargest() {
    Glyphs glyphs = train(1, 700);
    List<Tensor> batch = glyphs.batch(new int[] {650, 2});
    assertEquals(Shape.of(2, 28, 28, 1), batch.get(0).shape());
    assertEquals(DType.I32, batch.get(1).dtype());
    assertArrayEquals(
        new int[] {glyphs.labels()[650], glyphs.labels()[2]}, batch.get(1).toIntArray());
    byte[] bytes = glyphs.bytes(650, 651);
    float[] values = batch.get(0).toFloatArray();
    for (int i = 0; i < PIXELS; i++) {
      assertEquals((bytes[i] & 0xFF) / 255f, values[i]);
    }
    assertEquals(
        List.of(batch.get(0).shape().slice(1, 4), Shape.SCALAR),
        glyphs.fields().stream().map(Dataset.Field::shape).toList());
  }

  @Test
  void onlyWhatIsAskedForIsThere() {
    assertThrows(IndexOutOfBoundsException.class, () -> train(1, 10).batch(new int[] {10}));
    assertThrows(IndexOutOfBoundsException.class, () -> train(1, 10).batch(new int[] {-1}));
    assertThrows(IllegalArgumentException.class, () -> train(1, -1));
    assertEquals(0, train(1, 0).size());
    assertEquals("glyphs test (drawn from seed 4)", test(4, 2).description());
  }

  @Test
  void allDigitsAreAsFrequent() {
    // chi² with 9 degrees of freedom is below 33.7 with probability 0.9999.
    int[] counts = Glyphs.split().train().labelCounts();
    assertEquals(10, counts.length);
    double chi2 = IntStream.of(counts).mapToDouble(n -> (n - 6000.0) * (n - 6000.0) / 6000).sum();
    assertTrue(chi2 < 33.7, Arrays.toString(counts));
  }

  @Test
  void allImagesDifferAndShowSomething() {
    long seed = 2;
    byte[] bytes = train(seed, 3000).bytes(0, 3000);
    Set<List<Byte>> seen = new HashSet<>();
    for (int n = 0; n < 3000; n++) {
      int from = n * PIXELS;
      int max = 0;
      long sum = 0;
      Byte[] image = new Byte[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        int v = bytes[from + i] & 0xFF;
        image[i] = bytes[from + i];
        max = Math.max(max, v);
        sum += v;
      }
      String message = "seed " + seed + ", example " + n;
      assertTrue(seen.add(Arrays.asList(image)), message + " is there twice");
      assertTrue(max > 60, message + " is too faint: " + max);
      double mean = sum / (255.0 * PIXELS);
      assertTrue(mean > 0.01 && mean < 0.45, message + " has a mean of " + mean);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void digitsStayInThePicture(long seed) {
    ExactDraws d = draws(seed);
    for (int n = 0; n < 2000; n++) {
      Pen pen = new Pen(d, 0.035);
      DigitStrokes.write(n % 10, pen, d);
      for (List<Pen.Point> stroke : new Pose(d).place(pen.strokes())) {
        for (Pen.Point p : stroke) {
          // The paper bends by up to three pixels beyond the margin; most of a line stays visible.
          boolean inside = p.x() > -2 && p.x() < 30 && p.y() > -2 && p.y() < 30;
          assertTrue(inside, "seed " + seed + ", digit " + n % 10 + ": " + p);
        }
      }
    }
  }

  @Test
  void aStraightStrokeCoversItsArea() {
    Paper canvas = new Paper();
    List<Pen.Point> line = List.of(new Pen.Point(5, 14), new Pen.Point(23, 14));
    canvas.stroke(line, 2, 2, 1, 1);
    byte[] image = new byte[PIXELS];
    canvas.develop(0, 1, 0, draws(1), image, 0);
    int[] column = new int[28];
    for (int y = 0; y < 28; y++) {
      column[y] = image[y * 28 + 14] & 0xFF;
    }
    int[] expected = new int[28];
    Arrays.fill(expected, 12, 16, 255);
    assertArrayEquals(expected, column);
  }

  @Test
  void blurKeepsTheInk() {
    Paper canvas = new Paper();
    canvas.stroke(List.of(new Pen.Point(9, 9), new Pen.Point(15, 18)), 1.5, 1, 0.9, 0.8);
    byte[] sharp = new byte[PIXELS];
    canvas.develop(0, 1, 0, draws(1), sharp, 0);
    canvas.blur(0.5);
    byte[] soft = new byte[PIXELS];
    canvas.develop(0, 1, 0, draws(1), soft, 0);
    assertEquals(sum(sharp), sum(soft), 0.01 * sum(sharp));
    assertTrue(max(soft) < max(sharp));
  }

  private static int sum(byte[] image) {
    return IntStream.range(0, image.length).map(i -> image[i] & 0xFF).sum();
  }

  private static int max(byte[] image) {
    return IntStream.range(0, image.length).map(i -> image[i] & 0xFF).max().orElse(0);
  }

  @Test
  void drawsAreThoseOfTheKey() {
    int[] key = Rng.of(31).words();
    var expected = Rng.of(31).split(5).generator();
    ExactDraws actual = ExactDraws.ofChild(key[0], key[1], 5);
    for (int i = 0; i < 100; i++) {
      assertEquals(expected.nextLong(), actual.bits());
    }
  }

  @Test
  void drawsHaveTheirDistributions() {
    ExactDraws d = draws(9);
    int n = 100_000;
    double sum = 0;
    double squares = 0;
    int[] counts = new int[7];
    int heads = 0;
    for (int i = 0; i < n; i++) {
      double x = d.bell(2);
      sum += x;
      squares += x * x;
      counts[d.below(7)]++;
      heads += d.chance(0.3) ? 1 : 0;
      double u = d.between(-1, 3);
      assertTrue(u >= -1 && u < 3);
    }
    assertEquals(0, sum / n, 0.03);
    assertEquals(4, squares / n, 0.08);
    assertEquals(0.3, heads / (double) n, 0.008);
    for (int count : counts) {
      assertEquals(n / 7.0, count, 600);
    }
  }
}
