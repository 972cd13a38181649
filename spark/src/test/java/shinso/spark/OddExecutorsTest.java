package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that lack flags, or whose processors can less: they are slower, and say so once. */
class OddExecutorsTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  @TempDir private Path folder;

  private static double[] here(Path network) throws IOException {
    try (SparkSession local = Session.start("local[1]")) {
      return PlainLocal.probabilities(local, network);
    }
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** Runs a program as {@code java} does that was given some flags, and no others. */
  private void assertSlowerAndSaid(String warning, String classPath, String... flags)
      throws IOException, InterruptedException {
    Path network = folder.resolve("net.safetensors");
    PlainLocal.write(network);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(Session.OPENS);
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath, PlainLocal.class.getName(), network.toString()));
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> read(log));
    List<String> lines = Files.readAllLines(out);
    double[] said =
        lines.stream()
            .filter(l -> l.startsWith("p "))
            .mapToDouble(l -> Double.parseDouble(l.substring(2)))
            .toArray();
    assertArrayEquals(here(network), said, 1e-5);
    List<String> warnings = lines.stream().filter(l -> l.startsWith("warning ")).toList();
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().contains(warning), warnings.toString());
    assertTrue(lines.getLast().matches("loss 0\\.\\d+"), lines.getLast());
    assertEquals(1, count(read(log), warning), () -> read(log));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String classPath() {
    return System.getProperty("java.class.path", "");
  }

  @Test
  void withoutTheVectorApiTheReferenceInterpreterComputes()
      throws IOException, InterruptedException {
    assertSlowerAndSaid("an executor runs without the Vector API", classPath());
  }

  @Test
  void withoutNativeAccessTheReferenceInterpreterComputes()
      throws IOException, InterruptedException {
    assertSlowerAndSaid(
        "an executor runs without native access",
        classPath(),
        VECTORS,
        "--illegal-native-access=deny");
  }

  @Test
  void withoutOneDnnPortableKernelsCompute() throws IOException, InterruptedException {
    String without =
        Arrays.stream(classPath().split(File.pathSeparator))
            .filter(entry -> !entry.contains("dnnl"))
            .collect(Collectors.joining(File.pathSeparator));
    assertSlowerAndSaid(
        "an executor computes with portable kernels",
        without,
        VECTORS,
        "--enable-native-access=ALL-UNNAMED");
  }

  /**
   * One has AVX-512, the other one AVX2 at most: vectors of other widths, sums in another order.
   * Both have the flags without being given them, since Spark starts its executors so.
   */
  @Test
  void executorsOfTwoKindsTrainTogetherAndItIsSaid() throws IOException {
    List<String> kinds = List.of("", "-XX:UseAVX=2 -Dshinso.onednn.isa=avx2");
    try (LocalCluster cluster =
            LocalCluster.start(Files.createDirectory(folder.resolve("cluster")), kinds);
        SparkSession spark = cluster.session(2, "").getOrCreate()) {
      Dataset<Row> table = Disc.table(spark, PlainLocal.ROWS, 2);
      SparkOutcome outcome = PlainLocal.trainer().epochs(5).fit(table);
      assertEquals(5 * PlainLocal.ROWS / 16, outcome.steps());
      assertTrue(Double.isFinite(outcome.last("loss")));
      assertEquals(1, outcome.warnings().size(), outcome.warnings().toString());
      assertTrue(
          outcome.warnings().getFirst().contains("executors of different kinds"),
          outcome.warnings().toString());
    }
  }
}
