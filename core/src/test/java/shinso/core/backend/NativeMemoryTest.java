package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.DType;

/** Accounting of memory outside of the heap. */
final class NativeMemoryTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void usedMemoryIsCountedAndComesBack() throws InterruptedException {
    long before = NativeMemory.used();
    long allocations = NativeMemory.allocations();
    List<Buffer> held = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      held.add(Buffer.allocateNative(DType.F32, MEGABYTE / 4, "test"));
    }
    assertTrue(NativeMemory.used() >= 32 * MEGABYTE, "used " + NativeMemory.used());
    assertTrue(NativeMemory.allocations() >= allocations + 32);
    assertEquals(32, held.size());
    held.clear();
    for (int i = 0; i < 100 && NativeMemory.used() > before + MEGABYTE; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(NativeMemory.used() <= before + MEGABYTE, "still used " + NativeMemory.used());
  }

  /** A loop that needs little heap makes no garbage that the collector would come for. */
  @Test
  void whatALoopLeavesIsUsedAgain() {
    long before = NativeMemory.used();
    long most = 0;
    for (int i = 0; i < 4000; i++) {
      Buffer b = Buffer.allocateResult(DType.F32, MEGABYTE / 4 - i % 7 * 1000, "test");
      b.set(0, i);
      assertEquals(i, b.get(0));
      most = Math.max(most, NativeMemory.heldBytes());
    }
    assertTrue(most < 2 * before + 700L * MEGABYTE, "up to " + most + " from " + before);
  }

  @Test
  void freshBuffersAreZerosWhereverTheirMemoryComesFrom() {
    for (int i = 0; i < 100; i++) {
      Buffer b = Buffer.allocate(DType.I32, 50_000, "test");
      assertArrayEquals(new int[50_000], b.toIntArray());
      b.set(i, 7);
      if (i % 10 == 0) {
        System.gc();
      }
    }
  }

  /** Garbage is collected before memory is refused. */
  @Test
  void theLimitIsKept() throws IOException, InterruptedException {
    assertEquals("done", run("garbage", "-Dshinso.memory=32m"));
  }

  @Test
  void theErrorNamesWhatIsLargest() throws IOException, InterruptedException {
    String message = run("held", "-Dshinso.memory=32");
    assertTrue(
        message.startsWith(
            "no memory for block 16 (2 MB): 32 MB of 32 MB are in use, most by block "),
        message);
    assertTrue(message.endsWith("; make the batch smaller or raise -Dshinso.memory"), message);
  }

  /** The heap is of no consequence, nor is what the JVM allows for direct memory. */
  @Test
  void tensorsHaveALimitOfTheirOwn() throws IOException, InterruptedException {
    assertEquals(
        "done", run("held", "-Xmx32m", "-XX:MaxDirectMemorySize=16m", "-Dshinso.memory=1g"));
  }

  /** In a plain line, the first time as well as any other. */
  @ParameterizedTest
  @ValueSource(strings = {"abc", "-5", "0", "20q"})
  void whatIsNoSizeIsRefused(String text) throws IOException, InterruptedException {
    String expected =
        "OptionException: shinso.memory is '%s'; use a size from 1m to 1024t such as 512m, 8g or 512 (megabytes), or leave it out"
            .formatted(text);
    assertEquals(
        List.of(expected, expected), run("twice", "-Dshinso.memory=" + text).lines().toList());
  }

  private static String run(String argument, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(place(NativeMemory.class) + File.pathSeparator + place(Allocating.class));
    command.addAll(List.of(Allocating.class.getName(), argument));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  /** Where a class was loaded from, whatever started the tests. */
  private static String place(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  /** Allocates a hundred megabytes with limits that are read when the process starts. */
  static final class Allocating {
    private Allocating() {}

    public static void main(String[] args) {
      if (args[0].equals("twice")) {
        refused();
        refused();
        return;
      }
      List<Buffer> held = new ArrayList<>();
      try {
        for (int i = 0; i < 50; i++) {
          Buffer b = Buffer.allocateNative(DType.F32, MEGABYTE / 2, "block " + i);
          if (args[0].equals("held")) {
            held.add(b);
          }
        }
        System.out.println("done");
      } catch (OutOfMemoryError e) {
        System.out.println(e.getMessage());
      } finally {
        Reference.reachabilityFence(held);
      }
    }

    private static void refused() {
      try {
        Buffer.allocateNative(DType.F32, MEGABYTE, "block");
      } catch (RuntimeException | Error e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
