package shinso.verify.readers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.data.DataException;

/**
 * In every build the same damaged files. {@code ./shinso bench readers --minutes N} goes on with
 * others.
 */
final class ReaderFuzzTest {
  private static final int INPUTS = 4000;

  @TempDir Path folder;

  @Test
  void everyFileGivesAResultOrALine() throws IOException {
    StringWriter out = new StringWriter();
    ReaderFuzz.Outcome outcome =
        ReaderFuzz.run(1, INPUTS, Double.MAX_VALUE, new PrintWriter(out, true));
    assertEquals(INPUTS, outcome.inputs());
    assertEquals(0, outcome.findings(), () -> out + "\ndocs/fuzzing.md says how to read this");
    assertTrue(outcome.refused() > INPUTS / 3, outcome.table());
    assertTrue(outcome.refused() < INPUTS, outcome.table());
  }

  @Test
  void undamagedSamplesAreRead() throws IOException {
    for (Readable kind : Readables.all(folder)) {
      for (byte[] sample : kind.samples()) {
        // Throws where the sample is no good example.
        kind.reading().read(kind.packing().apply(sample.clone()));
      }
    }
  }

  private static ReaderFuzz fuzz(PrintWriter out, Readable.Reading reading) {
    Readable kind = Readable.of("toy", List.of(new byte[] {1, 2, 3, 4}), reading);
    return new ReaderFuzz(List.of(kind), Duration.ofMillis(300), out);
  }

  private static String findings(int expected, Readable.Reading reading) {
    StringWriter out = new StringWriter();
    ReaderFuzz.Outcome outcome = fuzz(new PrintWriter(out, true), reading).run(0, 6, 1e9);
    assertEquals(6, outcome.inputs());
    assertEquals(expected, outcome.findings(), out.toString());
    return out.toString();
  }

  @Test
  void whatIsNoAnswerIsFound() {
    assertEquals("", findings(0, file -> {}));
    assertEquals(
        "",
        findings(
            0,
            file -> {
              throw new DataException("x: is wrong; write it again");
            }));
    String thrown =
        findings(
            6,
            file -> {
              throw new IllegalStateException("of " + file.length);
            });
    assertTrue(thrown.startsWith("== toy, seed 0: java.lang.IllegalStateException: of "), thrown);
    assertTrue(thrown.contains("== toy, seed 1 again: "), thrown);
    assertTrue(
        findings(
                6,
                file -> {
                  throw new OutOfMemoryError("Java heap space");
                })
            .contains("OutOfMemoryError"));
    assertTrue(
        findings(
                6,
                file -> {
                  throw new StackOverflowError();
                })
            .contains("java.lang.StackOverflowError"));
    boolean[] hung = {false};
    String hanging =
        findings(
            1,
            file -> {
              if (!hung[0]) {
                hung[0] = true;
                LockSupport.parkNanos(Duration.ofDays(1).toNanos());
              }
            });
    assertTrue(hanging.contains("no answer in"), hanging);
    assertTrue(hanging.contains("LockSupport.parkNanos"), hanging);
  }

  @Test
  void damageFollowsFromTheSeed() {
    byte[] sample = new byte[300];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (byte) i;
    }
    Set<String> all = new HashSet<>();
    List<Integer> lengths = new ArrayList<>();
    for (int seed = 0; seed < 2000; seed++) {
      byte[] damaged = Damage.of(new Random(seed), sample, new byte[] {9, 9});
      assertArrayEquals(damaged, Damage.of(new Random(seed), sample, new byte[] {9, 9}));
      all.add(Arrays.toString(damaged));
      lengths.add(damaged.length);
    }
    assertTrue(all.size() > 1500, "different ones: " + all.size());
    assertTrue(lengths.contains(0) && lengths.stream().anyMatch(n -> n > 1000));
  }

  @Test
  void damageTakesEmptyFiles() {
    for (int seed = 0; seed < 500; seed++) {
      byte[] damaged = Damage.of(new Random(seed), new byte[0], new byte[0]);
      assertTrue(damaged.length < 200_000);
    }
  }
}
