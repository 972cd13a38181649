package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script in odd circumstances. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
final class LauncherTest {
  private static final int UNPRIVILEGED = 65534;
  private static final String BUILDING = "shinso: building…\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space",
        "it's",
        "say \"so\"",
        "$HOME ${x} `id`",
        "star* ? [a]",
        "semi; (and) & <more> |",
        "new\nline",
        "end\n",
        "-",
        "-dash",
        "zeichnung-ü",
        "100%p%t",
        "back\\slash\\n",
        "!bang",
        "@at#~",
        "tab\t",
      })
  void namesMayHaveAnyCharacter(String name)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("in").resolve(name));
    Clone.End first = clone.run(Map.of("LC_ALL", "C"), "predict", name, "", "--", "*");
    assertStarted(clone, first, List.of("predict", name, "", "--", "*"));
    assertEquals(BUILDING, first.err());

    // By a relative path, with a CDPATH that makes cd talk, through links of this name.
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve(name), Path.of("..", "in", name, "shinso"));
    Files.createSymbolicLink(links.resolve("shinso"), Path.of(name));
    for (String path : List.of("in/" + name + "/shinso", "links/shinso")) {
      Clone.End again =
          clone.run(
              Map.of("CDPATH", folder.toString()),
              List.of("bash", "-c", "cd .. && exec \"$0\" \"$@\"", path),
              name);
      assertStarted(clone, again, List.of(name));
      assertEquals("", again.err());
    }
    assertEquals(1, clone.builds());
    try (Stream<Path> all = Files.list(folder.resolve("in"))) {
      assertEquals(List.of(clone.root()), all.toList(), "nothing is left beside the clone");
    }
  }

  private static void assertStarted(Clone clone, Clone.End end, List<String> args)
      throws IOException {
    assertEquals(0, end.code(), end.err());
    List<String> shown = end.shown();
    int main = shown.indexOf("shinso.app.Main");
    assertTrue(main > 0, end.out());
    List<String> given = new ArrayList<>(args);
    given.add("");
    assertEquals(given, shown.subList(main + 1, shown.size()));
    Path root = clone.root().toRealPath();
    String build = Files.readString(root.resolve(".shinso/current")).strip();
    Path lib = root.resolve(".shinso").resolve(build).resolve("lib");
    assertEquals(lib + "/shinso-app-1.jar:" + lib + "/other.jar", end.after("-cp"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "bang!"})
  void whatJavaCannotReadIsSaid(String name)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve(name));
    Clone.End end = clone.run(Map.of(), "--version");
    assertEquals(Errors.FAILED, end.code());
    assertEquals("", end.out());
    assertTrue(end.err().startsWith("shinso: Java cannot run from a folder "), end.err());
    assertTrue(end.err().endsWith("move the clone from " + clone.root() + "\n"), end.err());
    assertEquals(1, end.err().lines().count());
  }

  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @CsvSource({
    "LC_ALL=C, LC_ALL=C.UTF-8, LC_CTYPE=",
    "LC_ALL=POSIX, LC_ALL=C.UTF-8, LC_CTYPE=",
    "LC_ALL=xx_XX.UTF-8, LC_ALL=C.UTF-8, LC_CTYPE=",
    "LC_ALL=C.UTF-8, LC_ALL=C.UTF-8, LC_CTYPE=",
    "LANG=C, LC_ALL=, LC_CTYPE=C.UTF-8",
    "LC_CTYPE=C, LC_ALL=, LC_CTYPE=C.UTF-8",
    "NONE=, LC_ALL=, LC_CTYPE=C.UTF-8",
    "LANG=C.UTF-8, LC_ALL=, LC_CTYPE=",
    "LC_ALL=de_DE.ISO-8859-1, LC_ALL=de_DE.ISO-8859-1, LC_CTYPE=",
  })
  void javaGetsALocaleWithUtf8(String given, String all, String characters)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    String[] variable = given.split("=", -1);
    Clone.End end = clone.run(Map.of(variable[0], variable[1]), "list");
    assertEquals(List.of(all, characters), end.shown().subList(0, 2));
  }

  @Test
  void theEnvironmentMayBeBareOrOdd() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    Clone.End bare = clone.run(Map.of(), "list");
    assertStarted(clone, bare, List.of("list"));
    assertTrue(Files.isDirectory(Path.of(bare.shown().get(2).substring("HOME=".length()))));
    String options = "braceexpand:errexit:noclobber:noglob:nounset:posix";
    Files.writeString(clone.root().resolve("pom.xml"), "<project></project>");
    Clone.End odd =
        clone.run(
            Map.of("SHELLOPTS", options, "GLOBIGNORE", "*", "SHINSO_JAVA_OPTS", "-Xmx1g\n-Da=*"),
            "list");
    assertStarted(clone, odd, List.of("list"));
    assertTrue(odd.shown().containsAll(List.of("-Xmx1g", "-Da=*")), odd.out());
    Clone.End plain =
        clone.run(Map.of(), List.of("sh", clone.root().resolve("shinso").toString()), "list");
    assertStarted(clone, plain, List.of("list"));
    assertEquals(2, clone.builds());
  }

  @Test
  void quietBuildsSayNothing() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    Clone.End end = clone.run(Map.of(), "list", "--quiet");
    assertStarted(clone, end, List.of("list", "--quiet"));
    assertEquals("", end.err());
  }

  @Test
  void aBuildThatFailsSaysWhy() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("back\\n"));
    Files.writeString(
        clone.root().resolve("mvnw"),
        """
        #!/bin/sh
        printf '[ERROR] %s/core/A.java:[1,2] no\\n[ERROR] -> [Help 1]\\n' "$PWD"
        exit 1
        """);
    Clone.End end = clone.run(Map.of(), "list");
    assertEquals(Errors.FAILED, end.code());
    assertEquals(
        List.of(
            BUILDING.strip(),
            "[ERROR] core/A.java:[1,2] no",
            "shinso: the build failed; the whole log is in "
                + clone.root().resolve(".shinso/build.log")),
        end.err().lines().toList());
  }

  @Test
  void severalFirstStartsBuildOnce() throws IOException, InterruptedException, URISyntaxException {
    assumeTrue(exists("flock"), "without flock each of them builds");
    Clone clone = Clone.in(folder.resolve("clone"));
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(
          clone.start(Map.of(), List.of(clone.root().resolve("shinso").toString()), "list"));
    }
    for (Process process : processes) {
      assertStarted(clone, Clone.end(process), List.of("list"));
    }
    assertEquals(1, clone.builds());
  }

  /** Root may write everywhere, so it becomes a user who may not. */
  @Test
  void aCloneOfAnotherUserGoesOnWithWhatWasBuilt()
      throws IOException, InterruptedException, URISyntaxException {
    boolean root = System.getProperty("user.name").equals("root");
    assumeTrue(!root || exists("setpriv"), "root without setpriv may write everywhere");
    Clone clone = Clone.in(folder.resolve("clone"));
    String shinso = clone.root().resolve("shinso").toString();
    String user = Integer.toString(UNPRIVILEGED);
    List<String> command =
        root
            ? List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups", shinso)
            : List.of(shinso);
    Path path = clone.root().toRealPath();

    permit(false);
    Clone.End unbuilt = clone.run(Map.of(), command, "list");
    assertEquals(Errors.FAILED, unbuilt.code());
    assertEquals(
        "shinso: nothing is built in %s, and you cannot write there: let its owner start ./shinso, or start it in a copy\n"
            .formatted(path),
        unbuilt.err());

    permit(true);
    assertStarted(clone, clone.run(Map.of(), "list"), List.of("list"));
    permit(false);
    Clone.End fresh = clone.run(Map.of(), command, "list");
    assertStarted(clone, fresh, List.of("list"));
    assertEquals("", fresh.err());

    permit(true);
    Files.writeString(clone.root().resolve("core/src/main/New.java"), "class New {}");
    permit(false);
    Clone.End stale = clone.run(Map.of(), command, "list");
    assertStarted(clone, stale, List.of("list"));
    assertEquals(
        "shinso: %s has other sources than those that were built, and you cannot write there; going on with what was built\n"
            .formatted(path),
        stale.err());
    Clone.End tests = clone.run(Map.of(), command, "test");
    assertEquals(Errors.FAILED, tests.code());
    assertEquals(
        "shinso: cannot write to %s: build and test as a user who can, or in a copy\n"
            .formatted(path),
        tests.err());
    permit(true);
    assertEquals(1, clone.builds());
  }

  /** Lets the owner write below the folder, or nobody, but everybody read. */
  private void permit(boolean writing) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        boolean executable = Files.isExecutable(path) || Files.isDirectory(path);
        String rights = (writing ? "rw" : "r-") + (executable ? "xr-xr-x" : "-r--r--");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
      }
    }
  }

  private static boolean exists(String command) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", "command -v " + command).start().waitFor() == 0;
  }

  @Test
  void aBuildThatLacksMemorySaysSo() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    String out = "echo '[ERROR] java.lang.OutOfMemoryError: Java heap space'; exit 1";
    for (String end : List.of("kill -9 $$", out)) {
      Files.writeString(clone.root().resolve("mvnw"), "#!/bin/sh\n" + end + "\n");
      Clone.End killed = clone.run(Map.of(), "list");
      assertEquals(Errors.FAILED, killed.code());
      assertEquals(
          BUILDING
              + "shinso: the build needs more memory than there is here: build once with 1 GB or"
              + " more, then the clone starts with less; the log is in "
              + clone.root().resolve(".shinso/build.log\n"),
          killed.err());
    }
  }

  @Test
  void fewAddressesAreSaid() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    List<String> limited =
        List.of(
            "bash",
            "-c",
            "ulimit -v 524288 && exec \"$0\" \"$@\"",
            clone.root().resolve("shinso").toString());
    Clone.End end = clone.run(Map.of(), limited, "list");
    assertEquals(Errors.FAILED, end.code());
    assertEquals(
        "shinso: Java needs 6000000 KB of addresses, which are not memory, but 'ulimit -v' allows"
            + " 524288: set it to unlimited; a container limits memory itself\n",
        end.err());
    Clone.End chosen = clone.run(Map.of("SHINSO_JAVA_OPTS", "-Xmx64m"), limited, "list");
    assertStarted(clone, chosen, List.of("list"));
  }

  /** The bound of the young generation is for large heaps; in a small one it would be all. */
  @ParameterizedTest
  @CsvSource({
    "-Xmx8g, true",
    "-Xmx64m, false",
    "-Xmx64m -Dshinso.memory=2g, false",
    "-XX:MaxRAM=256m, false",
    "-XX:NewRatio=3, false",
  })
  void aLargeHeapHasASmallYoungGeneration(String options, boolean bounded)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    Clone.End end = clone.run(Map.of("SHINSO_JAVA_OPTS", options), "list");
    assertEquals(bounded, end.shown().contains("-XX:MaxNewSize=64m"), end.out());
  }

  /** Where this may make control groups, as root may, a real one; its limit is what counts. */
  @ParameterizedTest
  @CsvSource({"268435456, false", "4294967296, true"})
  @EnabledOnOs(OS.LINUX)
  void theMemoryOfAContainerBoundsTheHeap(long bytes, boolean bounded)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    Path version1 = Path.of("/sys/fs/cgroup/memory");
    boolean first = Files.isDirectory(version1);
    Path group =
        (first ? version1 : Path.of("/sys/fs/cgroup"))
            .resolve("shinso-" + ProcessHandle.current().pid());
    Path limit = group.resolve(first ? "memory.limit_in_bytes" : "memory.max");
    try {
      assumeTrue(makes(group) && Files.isWritable(limit), "no control group can be made");
      Files.writeString(limit, Long.toString(bytes));
      List<String> within =
          List.of(
              "sh",
              "-c",
              "echo $$ >%s/cgroup.procs && exec \"$0\" \"$@\"".formatted(group),
              clone.root().resolve("shinso").toString());
      Clone.End end = clone.run(Map.of(), within, "list");
      assertEquals(bounded, end.shown().contains("-XX:MaxNewSize=64m"), end.err());
    } finally {
      delete(group);
    }
  }

  /** The system takes a moment to notice that the last process of a group has ended. */
  private static void delete(Path group) throws IOException, InterruptedException {
    for (int tries = 100; tries > 0; tries--) {
      try {
        Files.deleteIfExists(group);
        return;
      } catch (FileSystemException busy) {
        Thread.sleep(20);
      }
    }
  }

  private static boolean makes(Path group) {
    try {
      Files.createDirectory(group);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Heap and tensors as in a container of 256 MB: the young generation leaves room for the rest.
   */
  @Test
  void aSmallHeapIsEnoughForARun() throws IOException, InterruptedException, URISyntaxException {
    Clone.End end = Clone.end(smokeRun("-XX:MaxRAM=256m -Dshinso.memory=77"));
    assertEquals(0, end.code(), end.err());
    assertTrue(end.out().startsWith("test accuracy "), end.out());
    assertEquals("", end.err());
  }

  /**
   * As in a container of 512 MB, of whose memory the JVM and Shinso take their shares; here they
   * are told that there is no more.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aRunFitsInto512Megabytes() throws IOException, InterruptedException, URISyntaxException {
    Process process = smokeRun("-XX:MaxRAM=512m -Dshinso.memory=236");
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    long peak = 0;
    while (process.isAlive()) {
      peak = Math.max(peak, peak(status));
      Thread.sleep(10);
    }
    Clone.End end = Clone.end(process);
    assertEquals(0, end.code(), end.err());
    assertTrue(end.out().startsWith("test accuracy "), end.out());
    assertTrue(peak > 0 && peak < 512 << 10, peak + " KB");
  }

  private Process smokeRun(String options)
      throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("clone"));
    clone.run(Map.of(), "--version");
    return clone.start(
        Map.of("JAVA_HOME", System.getProperty("java.home"), "SHINSO_JAVA_OPTS", options),
        List.of(clone.root().resolve("shinso").toString()),
        "run",
        "digits",
        "--budget",
        "smoke",
        "--quiet");
  }

  /** Returns the most memory that a process has taken, in KB; 0 if it is no more. */
  private static long peak(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** The JVM itself in a folder with an umlaut, in the locale C, in Turkish, without a home. */
  @Test
  void theRealThingStarts() throws IOException, InterruptedException, URISyntaxException {
    Clone clone = Clone.in(folder.resolve("ü $x%p 'y"));
    assertStarted(clone, clone.run(Map.of("LC_ALL", "C"), "--version"), List.of("--version"));
    String jdk = System.getProperty("java.home");
    Map<String, String> bare = Map.of("LC_ALL", "C", "JAVA_HOME", jdk);
    assertEquals(new Clone.End(0, Result.of("--version").out(), ""), clone.run(bare, "--version"));
    Map<String, String> turkish =
        Map.of("JAVA_HOME", jdk, "SHINSO_JAVA_OPTS", "-Duser.language=tr -Duser.country=TR");
    assertEquals(
        new Clone.End(0, Result.of("help", "run").out(), ""), clone.run(turkish, "help", "run"));
    assertEquals(new Clone.End(0, Result.of("list").out(), ""), clone.run(turkish, "list"));
    Clone.End missing = clone.run(bare, "report", "zeichnung-ü", "--runs", "läufe");
    assertEquals(Errors.FAILED, missing.code());
    assertEquals(
        "shinso: there is no run 'zeichnung-ü': no run has been started in läufe\n", missing.err());
    assertFalse(Files.exists(folder.resolve("?")));
  }
}
