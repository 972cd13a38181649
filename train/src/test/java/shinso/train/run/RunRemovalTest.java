package shinso.train.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.file.FileException;

/** What is deleted and packed of runs, what is not, and who is at work on one. */
class RunRemovalTest {
  @TempDir private Path folder;

  private Path root() {
    return folder.resolve("runs");
  }

  private RunFolder run(String name) throws IOException {
    RunFolder run =
        RunFolder.create(
            root(), name, RunInfo.starting("r", "smoke", 1, Map.of(), "d", List.of("run", "r")));
    Files.createDirectories(run.file("stages/1-a"));
    Files.writeString(run.file("stages/1-a/metrics.csv"), "step\n1\n");
    return run;
  }

  private static String refused(Path root, Path run) {
    String message =
        assertThrows(FileException.class, () -> RunRemoval.remove(root, run)).getMessage();
    assertTrue(Files.exists(run), "it was deleted");
    return message;
  }

  @Test
  void aRunIsDeletedWhole() throws IOException {
    Path run = run("one").path();
    Path other = run("other").path();
    RunRemoval.remove(root(), run);
    assertFalse(Files.exists(run));
    assertEquals(List.of(other), RunFolder.list(root()));
  }

  @Test
  void whatIsNoRunIsLeftAlone() throws IOException {
    run("one");
    Path notes = Files.createDirectories(root().resolve("notes"));
    assertEquals(
        "the folder %s has no run.json: it is not that of a run, and is left alone"
            .formatted(notes),
        refused(root(), notes));
    // Not even the folder of all runs, if something looks like a run in it.
    Files.writeString(root().resolve("run.json"), "{}");
    assertTrue(refused(root(), root()).contains("doesn't lie in the folder of runs"));
  }

  @Test
  void runsElsewhereAreLeftAlone() throws IOException {
    Path run = run("one").path();
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    String message =
        "the run %s doesn't lie in the folder of runs, %s; give its own with --runs"
            .formatted(run, elsewhere);
    assertEquals(message, refused(elsewhere, run));
    Path winding = elsewhere.resolve("../runs/one");
    assertTrue(refused(elsewhere, winding).contains("doesn't lie in the folder of runs"));
    Path inner = run("one/trials/inner").path();
    assertTrue(refused(root(), inner).contains("doesn't lie in the folder of runs"));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege")
  void linksAreNotFollowed() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path kept = Files.writeString(outside.resolve("kept.txt"), "kept");
    Files.writeString(outside.resolve("run.json"), "{}");
    Path link = Files.createDirectories(root()).resolve("link");
    Files.createSymbolicLink(link, outside);
    assertEquals(
        link + " is a symbolic link, which is not followed; remove the link by hand",
        refused(root(), link));

    Path run = run("one").path();
    Files.createSymbolicLink(run.resolve("data"), outside);
    Files.createSymbolicLink(run.resolve("stages/file"), kept);
    assertTrue(RunRemoval.bytes(run) < 10_000);
    RunRemoval.remove(root(), run);
    assertFalse(Files.exists(run));
    assertEquals("kept", Files.readString(kept));
  }

  @Test
  void aRunAtWorkIsLeftAlone() throws IOException {
    RunFolder run = run("one");
    assertFalse(RunFolder.isAtWork(run.path()));
    try (TrainingFolder.Lock _ = run.lock()) {
      assertTrue(RunFolder.isAtWork(run.path()));
      assertEquals(
          "the run " + run.path() + " is running; stop it first", refused(root(), run.path()));
      // Asking must not take the lock away, which POSIX does when a channel is closed.
      assertThrows(FileException.class, run::lock);
      assertTrue(RunFolder.isAtWork(run.path()));
    }
    assertFalse(RunFolder.isAtWork(run.path()));
    RunRemoval.remove(root(), run.path());
  }

  @Test
  void aRemovalThatWasCutShortIsMadeAgain() throws IOException {
    Path run = run("one").path();
    Files.delete(run.resolve("stages/1-a/metrics.csv"));
    RunRemoval.remove(root(), run);
    assertFalse(Files.exists(run));
  }

  @Test
  void aRunOfAKnownNameIsMadeOnce() throws IOException {
    Path early = Files.createDirectories(root().resolve("killed"));
    assertEquals(early, run("killed").path());
    assertEquals(
        "there is a run " + early + " already; give the new one another name",
        assertThrows(FileException.class, () -> run("killed")).getMessage());
  }

  @Test
  void anArchiveHasAllFilesButLocks() throws IOException {
    RunFolder run = run("one");
    Files.writeString(run.file(".model.tmp"), "half");
    Path zip = folder.resolve("one.zip");
    RunArchive.write(run.path(), zip);
    List<String> names = new ArrayList<>();
    try (InputStream in = Files.newInputStream(zip);
        ZipInputStream files = new ZipInputStream(in)) {
      for (ZipEntry e = files.getNextEntry(); e != null; e = files.getNextEntry()) {
        names.add(e.getName());
        if (e.getName().endsWith(".csv")) {
          assertEquals("step\n1\n", new String(files.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    assertEquals(List.of("one/run.json", "one/stages/1-a/metrics.csv"), names);
    byte[] first = Files.readAllBytes(zip);
    RunArchive.write(run.path(), zip);
    assertArrayEquals(first, Files.readAllBytes(zip));
    String inside =
        assertThrows(
                FileException.class, () -> RunArchive.write(run.path(), run.file("stages/a.zip")))
            .getMessage();
    assertTrue(inside.contains("of which it is to be a copy"), inside);
    try (TrainingFolder.Lock _ = run.lock()) {
      assertThrows(FileException.class, () -> RunArchive.write(run.path(), zip));
    }
  }
}
