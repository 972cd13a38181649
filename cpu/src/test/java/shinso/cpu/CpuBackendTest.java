package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.cpu.Programs.normal;
import static shinso.cpu.Programs.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.Backends;
import shinso.core.backend.NativeMemory;
import shinso.core.backend.OptionException;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.cpu.plan.Precision;

/** The backend as a whole: threads, memory, failures. */
class CpuBackendTest {
  @Test
  void itIsTheBackendThatIsFound() {
    assertEquals("cpu", Backends.preferred().name());
  }

  /**
   * A convolutional network's loss and gradients, with dropout, large enough that every kernel is
   * divided.
   */
  private static List<Tensor> network() {
    Tensor x = normal(1, 32, 20, 20, 3);
    Tensor w1 = normal(2, 3, 3, 3, 24).mul(0.1).evaluate();
    Tensor b1 = normal(3, 24);
    Tensor w2 = normal(4, 24 * 81, 100).mul(0.02).evaluate();
    Tensor w3 = normal(5, 100, 10);
    int[] labels = IntStream.range(0, 32).map(i -> i % 10).toArray();
    Tensor h = x.conv2d(w1, ConvSpec.VALID).add(b1).relu().maxPool(PoolSpec.of(2)).flatten(1);
    Tensor d = h.matmul(w2).tanh();
    Tensor kept = d.mul(Tensor.uniform(Rng.of(6), 32, 100).less(0.5));
    Tensor logits = kept.matmul(w3);
    Tensor loss = logits.logSumExp(-1).sub(logits.mul(Tensor.of(labels).oneHot(10)).sum(-1)).mean();
    List<Tensor> all = new ArrayList<>(List.of(loss, logits.variance(0)));
    all.addAll(Autodiff.gradients(loss, List.of(w1, b1, w2, w3, x)));
    return all;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bitsDontDependOnTheNumberOfThreads(boolean oneDnn) {
    List<Tensor> wanted = network();
    List<float[]> expected = run(new CpuBackend(1, oneDnn), wanted);
    for (int threads = 2; threads <= 4; threads++) {
      List<float[]> got = run(new CpuBackend(threads, oneDnn), wanted);
      for (int i = 0; i < got.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), 0, threads + " threads, result " + i);
      }
    }
  }

  @Test
  void oneDnnAndThePortableKernelsAgree() {
    List<Tensor> wanted = network();
    List<float[]> a = run(new CpuBackend(2, true), wanted);
    List<float[]> b = run(new CpuBackend(2, false), wanted);
    for (int i = 0; i < a.size(); i++) {
      assertArrayEquals(a.get(i), b.get(i), 2e-4f, "result " + i);
    }
  }

  @Test
  void steadyStepsAllocateNothingOutsideOfTheHeap() {
    Param w = Param.of(normal(1, 200, 300));
    Param m = Param.of(Tensor.zeros(200, 300));
    Program step =
        Program.compileRandom((Tensor x, Tensor t, Rng rng) -> {
          Tensor y = x.mul(Tensor.uniform(rng, 64, 200).less(0.8)).matmul(w.value()).tanh();
          Tensor loss = y.sub(t).square().mean();
          Tensor velocity = m.value().mul(0.9).add(Autodiff.gradient(loss, w));
          return Step.of(
                  List.of(
                      new Update(m, velocity), new Update(w, w.value().sub(velocity.mul(0.01)))))
              .metric("loss", loss);
        });
    float[] x = new float[64 * 200];
    float[] t = new float[64 * 300];
    for (int i = 0; i < 20; i++) {
      step.run(Rng.of(i), Tensor.of(x, 64, 200), Tensor.of(t, 64, 300));
    }
    // The slab may be made anew once, smaller, when programs of other tests are collected.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long allocations = NativeMemory.allocations();
      for (int i = 0; i < 300; i++) {
        step.run(Rng.of(i), Tensor.of(x, 64, 200), Tensor.of(t, 64, 300)).metric("loss").item();
      }
      least = Math.min(least, NativeMemory.allocations() - allocations);
    }
    assertEquals(0, least);
  }

  @Test
  void aTensorTakenFromAParameterNeverChanges() {
    Param w = Param.of(normal(1, 100, 100));
    Program step = Program.compile((Tensor x) -> Step.of(List.of(new Update(w, w.value().add(x)))));
    Tensor one = Tensor.scalar(1);
    step.run(one);
    Tensor taken = w.value();
    float[] before = taken.toFloatArray();
    for (int i = 0; i < 5; i++) {
      step.run(one);
    }
    assertArrayEquals(before, taken.toFloatArray());
    assertEquals(before[17] + 5, w.value().toFloatArray()[17], 1e-5);
  }

  @Test
  void aFailingStepLeavesEveryParameterAsItWas() {
    Param w = Param.of(normal(1, 100, 100));
    Param v = Param.of(normal(2, 100));
    Program step =
        Program.compile((Tensor i) ->
            Step.of(List.of(new Update(w, w.value().mul(2)), new Update(v, v.value().add(1))))
                .output(w.value().gather(0, i)));
    step.run(Tensor.of(new int[] {3, 99}));
    float[] w0 = w.value().toFloatArray();
    float[] v0 = v.value().toFloatArray();
    IndexOutOfBoundsException e =
        assertThrows(
            IndexOutOfBoundsException.class, () -> step.run(Tensor.of(new int[] {3, 100})));
    assertEquals("gather: index 100 at position 1 is outside -100 to 99", e.getMessage());
    assertArrayEquals(w0, w.value().toFloatArray());
    assertArrayEquals(v0, v.value().toFloatArray());
    step.run(Tensor.of(new int[] {3, 4}));
    assertEquals(2 * w0[5], w.value().toFloatArray()[5]);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rectifiersAndPoolsKeepNan(boolean oneDnn) {
    float[] values = normal(1, 4, 6).toFloatArray();
    values[0] = Float.NaN;
    Tensor y = Tensor.of(values, 4, 6).matmul(normal(2, 6, 5)).add(normal(3, 5)).relu();
    float[] got = run(new CpuBackend(1, oneDnn), List.of(y)).getFirst();
    assertTrue(Float.isNaN(got[0]), "a rectifier that takes NaN to 0 hides what went wrong");
    assertFalse(Float.isNaN(got[5]));
  }

  @Test
  void memoryThatCannotBeHadIsNamed() throws IOException, InterruptedException {
    String out =
        child(
            "memory",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dshinso.memory=50m");
    assertTrue(out.contains("OutOfMemoryError"), out);
    assertTrue(out.contains("[4000, 4000]"), out);
    assertTrue(out.contains("make the batch smaller or raise -Dshinso.memory"), out);
  }

  @Test
  void withoutTheVectorApiTheErrorNamesTheFlag() throws IOException, InterruptedException {
    String out = child("number");
    assertTrue(out.contains("--add-modules jdk.incubator.vector"), out);
  }

  /** What can't be is refused before anything is computed, in a line that says what can. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "threads=none | shinso.threads is 'none'; use a whole number from 1 to 1024",
        "threads=0 | shinso.threads is '0'; use a whole number from 1 to 1024",
        "precision=f16 | shinso.precision is 'f16'; use f32 or bf16",
        "onednn=no | shinso.onednn is 'no'; use on or off",
        "vector.bits=64 | shinso.vector.bits is '64'; use 128, 256 or 512",
        "vector.masks=no | shinso.vector.masks is 'no'; use on or off",
        "tiles=yes | shinso.tiles is 'yes'; use on, off or now",
      })
  void optionsThatCannotBeAreRefused(String option, String line) {
    String name = "shinso." + option.split("=", -1)[0];
    String before = System.setProperty(name, option.split("=", -1)[1]);
    try {
      assertEquals(
          line + ", or leave it out",
          assertThrows(OptionException.class, CpuBackend::new).getMessage());
    } finally {
      if (before == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, before);
      }
    }
  }

  @Test
  void aWrongOptionReachesWhoComputes() throws IOException, InterruptedException {
    String out = child("number", "-Dshinso.threads=none");
    assertTrue(
        out.contains(
            "OptionException: shinso.threads is 'none'; use a whole number from 1 to 1024, or"),
        out);
    assertFalse(out.contains("ExceptionInInitializerError"), out);
    assertFalse(out.contains("ServiceConfigurationError"), out);
  }

  @Test
  void whatIsUsedHereIsSaid() {
    Map<String, String> facts = new CpuBackend(3, false).describe();
    assertEquals("f32", facts.get("precision"));
    assertEquals("3", facts.get("threads"));
    assertEquals("off: not asked for", facts.get("oneDNN"));
    assertTrue(String.valueOf(facts.get("vector width")).endsWith(" bits"), facts.toString());
    assertEquals("f32", new CpuBackend(1, false, Precision.BF16).describe().get("precision"));
  }

  /** A program without a log must not miss why its results have other bits. */
  @Test
  void withoutALogTheWarningGoesToStandardError() throws IOException, InterruptedException {
    String withoutNative =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("dnnl-") && !entry.contains("slf4j-simple"))
            .collect(Collectors.joining(File.pathSeparator));
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                withoutNative,
                Probe.class.getName(),
                "number")
            .redirectErrorStream(true)
            .start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, p.waitFor(), out);
    List<String> said = out.lines().filter(line -> line.startsWith("shinso: ")).toList();
    assertEquals(1, said.size(), out);
    assertTrue(
        said.getFirst()
            .startsWith(
                "shinso: oneDNN is not used, so results have other bits and take longer: neither"),
        out);
  }

  /** Returns what a JVM of its own printed before it failed. */
  private static String child(String task, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName(), task));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertNotEquals(0, p.waitFor(), out);
    return out;
  }

  /** What is done in a JVM of its own. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      int n = args[0].equals("memory") ? 4000 : 2;
      Tensor x = Tensor.full(Shape.of(n, n), 1).add(Tensor.scalar(1));
      System.out.println(x.matmul(x).sum().item());
      System.out.println(x.matmul(x).mean().item());
    }
  }
}
