package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading is decided once a process, so each case is a process. */
class LoadTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path temporary;

  private static Process start(String classPath, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(Arrays.asList(flags));
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-cp", classPath, LoadProbe.class.getName()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text.strip();
  }

  private static String run(String... flags) throws IOException, InterruptedException {
    return output(start(CLASS_PATH, flags));
  }

  @Test
  void switchedOff() throws Exception {
    assertEquals("off: switched off by -Dshinso.onednn=off", run("-Dshinso.onednn=off"));
  }

  @Test
  void badProperties() throws Exception {
    assertEquals(
        "refused: shinso.onednn is 'no'; use on or off, or leave it out",
        run("-Dshinso.onednn=no"));
    String reason = run("-Dshinso.onednn.isa=mmx");
    assertTrue(reason.startsWith("refused: shinso.onednn.isa is 'mmx'; use sse41, "), reason);
  }

  @Test
  void limitedInstructionSet() throws Exception {
    Native.oneDnn();
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "instruction sets of x86");
    assertEquals("ready: sse41 2·5·3 = 30", run("-Dshinso.onednn.isa=sse41"));
  }

  @Test
  void missingJar() throws Exception {
    Native.oneDnn();
    String reason = output(start(classPath(false)));
    assertTrue(
        reason.startsWith("off: neither class path nor module path has org/bytedeco/dnnl/"),
        reason);
  }

  /** The results are the same bits, so a folder that can't be written mustn't switch oneDNN off. */
  @Test
  void aCacheFolderThatCannotBeWritten() throws Exception {
    Native.oneDnn();
    Path file = Files.createFile(temporary.resolve("file"));
    Path tmp = Files.createDirectory(temporary.resolve("tmp"));
    String cache = "-Dshinso.cache=" + file.resolve("cache");
    String result = run(cache, "-Djava.io.tmpdir=" + tmp);
    assertTrue(result.startsWith("ready: "), result);
    assertTrue(result.endsWith("2·5·3 = 30"), result);
    try (Stream<Path> left = Files.list(tmp)) {
      assertEquals(List.of(), left.toList());
    }
    // The JVM itself has something to say on that folder, in a line before.
    String reason =
        run(cache, "-Djava.io.tmpdir=" + file.resolve("tmp")).lines().toList().getLast();
    assertTrue(reason.startsWith("off: oneDNN can't be extracted to " + file), reason);
    assertTrue(reason.contains(", nor to a temporary folder ("), reason);
    assertTrue(reason.endsWith("; choose another folder with -Dshinso.cache=<folder>"), reason);
  }

  /** On the module path nobody requires the jar with the library. */
  @Test
  void theJarIsFoundOnTheModulePath() throws Exception {
    Native.oneDnn();
    String without = classPath(false);
    String dnnl = classPath(true);
    String result = output(start(without, "-p", dnnl));
    assertTrue(result.startsWith("ready: "), result);
  }

  /** The class path's entries that are oneDNN's native jars, or those that are not. */
  private static String classPath(boolean isNative) {
    return Arrays.stream(CLASS_PATH.split(File.pathSeparator))
        .filter(entry -> Path.of(entry).getFileName().toString().startsWith("dnnl-") == isNative)
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void nativeAccessDenied() throws Exception {
    Native.oneDnn();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--illegal-native-access=deny", "-cp", CLASS_PATH));
    command.add(LoadProbe.class.getName());
    String reason = output(new ProcessBuilder(command).redirectErrorStream(true).start());
    assertTrue(reason.startsWith("off: "), reason);
    assertTrue(reason.contains("--enable-native-access"), reason);
  }

  @Test
  void severalProcessesExtractAtOnce() throws Exception {
    Native.oneDnn();
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(CLASS_PATH, "-Dshinso.cache=" + temporary));
    }
    for (Process process : processes) {
      String result = output(process);
      assertTrue(result.startsWith("ready: "), result);
      assertTrue(result.endsWith("2·5·3 = 30"), result);
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      List<Path> left =
          files.filter(file -> file.getFileName().toString().endsWith(".tmp")).toList();
      assertEquals(List.of(), left);
    }
  }
}
