package shinso.cpu.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.cpu.Fork;
import shinso.cpu.Guarded;

/**
 * Products, convolutions and poolings of many small sizes, with oneDNN at several instruction sets
 * and without it at every vector width, on memory that ends where an operand ends.
 */
class KernelSweepTest {
  private static final int CASES = 250;

  private static final List<String> FLAGS =
      List.of(
          "-Dshinso.onednn=on",
          "-Dshinso.onednn=off",
          "-Dshinso.onednn=off -Dshinso.vector.bits=128",
          "-Dshinso.onednn=off -Dshinso.vector.bits=256",
          "-Dshinso.onednn=off -Dshinso.vector.bits=256 -Dshinso.vector.masks=off",
          "-Dshinso.onednn.isa=sse41",
          "-Dshinso.onednn.isa=avx2",
          "-Dshinso.onednn.isa=avx512_core");

  @TempDir Path temporary;

  @Test
  void everyKernelIsRightAndStaysWithinItsOperands() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < FLAGS.size(); i++) {
        int number = i;
        tasks.add(() -> sweep(FLAGS.get(number), number));
      }
      for (Future<String> fault : pool.invokeAll(tasks)) {
        assertEquals("", fault.get());
      }
    }
  }

  /** Returns what went wrong. */
  private String sweep(String flags, int number) throws Exception {
    Path journal = temporary.resolve("journal" + number);
    List<String> all = new ArrayList<>(List.of(flags.split(" ")));
    all.add("-XX:TieredStopAtLevel=1");
    Fork fork =
        Fork.run(
            all,
            KernelSweep.class,
            Integer.toString(number * CASES),
            Integer.toString(CASES),
            journal.toString());
    if (fork.exit() == 0) {
      return "";
    }
    boolean ended = fork.exit() != 1;
    String last = ended ? Files.readString(journal).lines().findFirst().orElse("") : "";
    return flags + ": " + (ended ? "the process ended at " + last : fork.output());
  }

  @Test
  void whoReadsPastTheEndEndsTheProcess() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "guarded memory is for Linux");
    assertEquals(0, Fork.run(List.of(), PastTheEnd.class, "0").exit());
    assertNotEquals(0, Fork.run(List.of(), PastTheEnd.class, "1").exit());
    assertNotEquals(0, Fork.run(List.of(), PastTheEnd.class, "-5").exit());
  }

  /** Reads an element so far behind the last of four. */
  static final class PastTheEnd {
    private PastTheEnd() {}

    public static void main(String[] args) {
      int behind = Integer.parseInt(args[0]);
      long address = new Guarded().allocate(16, behind >= 0).address();
      System.out.println(shinso.cpu.simd.Native.getInt(address + 4L * (3 + behind)));
    }
  }
}
