package shinso.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

// A thread that hangs must fail its test, not stop the build.
@Timeout(60)
@Tag("row-B1")
final class BatchesTest {
  /** Example i is the number i; something may happen before each batch is made. */
  private record Numbers(int size, IntConsumer before) implements Dataset {
    @Override
    public List<Field> fields() {
      return List.of(new Field("n", Shape.SCALAR, DType.I32));
    }

    @Override
    public List<Tensor> batch(int[] indices) {
      before.accept(indices[0]);
      return List.of(Tensor.of(indices));
    }

    @Override
    public String description() {
      return "numbers";
    }
  }

  private static Dataset numbers(int size) {
    return new Numbers(size, _ -> {});
  }

  private static List<List<Integer>> all(Batches.Epoch epoch) {
    List<List<Integer>> batches = new ArrayList<>();
    int first = epoch.position();
    while (epoch.hasNext()) {
      assertEquals(first + batches.size(), epoch.position());
      batches.add(Arrays.stream(epoch.next().getFirst().toIntArray()).boxed().toList());
    }
    return batches;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 5", "3, 17", "4, 100", "5, 1000", "-9, 257"})
  void everyEpochIsAPermutation(long seed, int size) {
    Batches batches = Batches.shuffled(numbers(size), 7, seed);
    for (int epoch = 0; epoch < 5; epoch++) {
      List<Integer> seen = all(batches.epoch(epoch)).stream().flatMap(List::stream).toList();
      List<Integer> sorted = seen.stream().sorted().toList();
      assertEquals(
          IntStream.range(0, size).boxed().toList(), sorted, "seed " + seed + ", epoch " + epoch);
      assertArrayEquals(seen.stream().mapToInt(Integer::intValue).toArray(), batches.order(epoch));
    }
  }

  @Test
  void theOrderDependsOnSeedAndEpochOnly() {
    int[] order = Batches.shuffled(numbers(100), 10, 1).order(3);
    assertArrayEquals(order, Batches.shuffled(numbers(100), 33, 1).order(3));
    assertFalse(Arrays.equals(order, Batches.shuffled(numbers(100), 10, 1).order(4)));
    assertFalse(Arrays.equals(order, Batches.shuffled(numbers(100), 10, 2).order(3)));
  }

  @Test
  void theOrderNeverChangesBetweenVersions() {
    assertArrayEquals(
        new int[] {9, 7, 3, 5, 1, 6, 8, 2, 4, 0}, Batches.shuffled(numbers(10), 1, 42).order(0));
    assertArrayEquals(
        new int[] {6, 9, 1, 8, 0, 7, 5, 3, 4, 2}, Batches.shuffled(numbers(10), 1, 42).order(1));
  }

  @Test
  void allOrdersAreAsLikely() {
    // 24 orders of 4 things, 24,000 draws: chi² with 23 degrees of freedom is below 58 with
    // probability 0.9999.
    int[] counts = new int[256];
    for (int i = 0; i < 24_000; i++) {
      int[] p = Shuffle.permutation(4, Rng.of(7).split(i));
      counts[p[0] + 4 * p[1] + 16 * p[2] + 64 * p[3]]++;
    }
    double chi2 = 0;
    int kinds = 0;
    for (int count : counts) {
      kinds += count > 0 ? 1 : 0;
      chi2 += count > 0 ? (count - 1000.0) * (count - 1000.0) / 1000 : 0;
    }
    assertEquals(24, kinds);
    assertTrue(chi2 < 58, "chi² " + chi2);
  }

  @Test
  void evaluationKeepsTheOrderOfTheData() {
    Batches batches = Batches.inOrder(numbers(7), 3);
    List<List<Integer>> expected = List.of(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
    assertEquals(expected, all(batches.epoch(0)));
    assertEquals(expected, all(batches.epoch(9)));
    assertEquals(3, batches.perEpoch());
  }

  @Test
  void aLastBatchThatIsNotFullCanBeDropped() {
    Batches batches = Batches.shuffled(numbers(7), 3, 5);
    assertEquals(3, batches.perEpoch());
    assertEquals(2, batches.withoutRemainder().perEpoch());
    List<List<Integer>> full = all(batches.epoch(0));
    assertEquals(full.subList(0, 2), all(batches.withoutRemainder().epoch(0)));
    assertEquals(1, full.getLast().size());
    assertEquals(2, Batches.inOrder(numbers(6), 3).withoutRemainder().perEpoch());
  }

  @Test
  void anEpochCanBeEnteredAnywhere() {
    Batches batches = Batches.shuffled(numbers(50), 8, 3);
    List<List<Integer>> whole = all(batches.epoch(2));
    for (int first = 0; first <= batches.perEpoch(); first++) {
      assertEquals(whole.subList(first, whole.size()), all(batches.epoch(2, first)));
    }
    assertThrows(IllegalArgumentException.class, () -> batches.epoch(2, 8));
    assertThrows(IllegalArgumentException.class, () -> batches.epoch(2, -1));
  }

  @Test
  void timingChangesNothing() {
    List<List<Integer>> expected = all(Batches.shuffled(numbers(100), 9, 4).epoch(1));
    // The maker is slow now and then, and so is the taker at other times.
    Dataset slow = new Numbers(100, first -> pause(first % 3 == 0 ? 4 : 0));
    List<List<Integer>> actual = new ArrayList<>();
    Batches.Epoch epoch = Batches.shuffled(slow, 9, 4).epoch(1);
    while (epoch.hasNext()) {
      pause(actual.size() % 4 == 0 ? 6 : 0);
      actual.add(Arrays.stream(epoch.next().getFirst().toIntArray()).boxed().toList());
    }
    assertEquals(expected, actual);
  }

  @Test
  void onlyAFewBatchesAreMadeAhead() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    CountDownLatch some = new CountDownLatch(3);
    Dataset data =
        new Numbers(
            1000,
            _ -> {
              made.incrementAndGet();
              some.countDown();
            });
    try (Batches.Epoch epoch = Batches.inOrder(data, 1).epoch(0)) {
      assertTrue(some.await(30, TimeUnit.SECONDS), "nothing is made ahead");
      // Two wait in the queue, and a third is in the hands of the thread.
      assertEquals(3, waitingCount(epoch, made, 3));
      epoch.next();
      epoch.next();
      assertEquals(5, waitingCount(epoch, made, 5));
    }
  }

  /**
   * Waits until the background thread has made some batches and waits, and returns how many it made
   * by then. A thread that was told to go on is called waiting until it gets a processor.
   */
  private static int waitingCount(Batches.Epoch epoch, AtomicInteger made, int least) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    int last = -1;
    while (epoch.thread().getState() != Thread.State.WAITING
        || last != made.get()
        || last < least && System.nanoTime() < end) {
      last = made.get();
      pause(1);
    }
    return last;
  }

  @Test
  void anErrorOfTheDataReachesTheConsumerInItsPlace() throws InterruptedException {
    DataException broken = new DataException("photo 17 is no image");
    Dataset data =
        new Numbers(
            10,
            first -> {
              if (first == 4) {
                throw broken;
              }
            });
    Batches.Epoch epoch = Batches.inOrder(data, 2).epoch(0);
    assertArrayEquals(new int[] {0, 1}, epoch.next().getFirst().toIntArray());
    assertArrayEquals(new int[] {2, 3}, epoch.next().getFirst().toIntArray());
    assertSame(broken, assertThrows(DataException.class, epoch::next));
    assertSame(broken, assertThrows(DataException.class, epoch::next));
    assertEnds(epoch.thread());
  }

  @Test
  void alsoErrorsOfTheMachineReachTheConsumer() {
    Dataset data =
        new Numbers(
            10,
            _ -> {
              throw new OutOfMemoryError("for the test");
            });
    Batches.Epoch epoch = Batches.inOrder(data, 2).epoch(0);
    assertThrows(OutOfMemoryError.class, epoch::next);
  }

  @Test
  void theThreadEndsWithTheEpoch() throws InterruptedException {
    Batches.Epoch epoch = Batches.inOrder(numbers(10), 2).epoch(0);
    assertTrue(epoch.thread().isDaemon());
    all(epoch);
    assertEnds(epoch.thread());
    assertFalse(epoch.hasNext());
    assertThrows(NoSuchElementException.class, epoch::next);
  }

  @Test
  void theThreadEndsWhenTheConsumerStopsEarly() throws InterruptedException {
    Batches.Epoch epoch = Batches.inOrder(numbers(1000), 2).epoch(0);
    epoch.next();
    epoch.close();
    assertEnds(epoch.thread());
    assertFalse(epoch.hasNext());
    assertThrows(NoSuchElementException.class, epoch::next);
    epoch.close();
  }

  @Test
  void theThreadEndsWhenTheEpochIsForgotten() throws InterruptedException {
    Thread thread = forgottenEpoch();
    for (int i = 0; i < 500 && thread.isAlive(); i++) {
      System.gc();
      thread.join(20);
    }
    assertFalse(thread.isAlive(), "the thread of an unreachable epoch lives on");
  }

  private static Thread forgottenEpoch() {
    Batches.Epoch epoch = Batches.inOrder(numbers(1000), 2).epoch(0);
    epoch.next();
    return epoch.thread();
  }

  @Test
  void aConsumerThatIsInterruptedGetsOutAndStaysInterrupted() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    Dataset stuck =
        new Numbers(
            10,
            _ -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Batches.Epoch epoch = Batches.inOrder(stuck, 2).epoch(0);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, epoch::next);
    assertTrue(Thread.interrupted());
    assertEnds(epoch.thread());
  }

  @Test
  void thereIsNothingToDoWithoutExamples() {
    String message =
        assertThrows(DataException.class, () -> Batches.shuffled(numbers(0), 2, 1)).getMessage();
    assertEquals(
        "numbers: there are no examples to make batches of; leave this part out, or put some into"
            + " it, as Split.withValidation does",
        message);
    assertThrows(DataException.class, () -> Batches.inOrder(numbers(0), 2));
    assertThrows(IllegalArgumentException.class, () -> Batches.inOrder(numbers(5), 0));
    Batches one = Batches.inOrder(numbers(5), 6);
    assertEquals(1, one.perEpoch());
    assertEquals(5, one.largest());
    assertEquals(3, Batches.inOrder(numbers(5), 3).largest());
    String tooFew = assertThrows(DataException.class, one::withoutRemainder).getMessage();
    assertEquals("numbers: 5 examples don't fill one batch of 6; make batches smaller", tooFew);
  }

  private static void assertEnds(Thread thread) throws InterruptedException {
    thread.join(30_000);
    assertFalse(thread.isAlive(), "the background thread lives on");
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
