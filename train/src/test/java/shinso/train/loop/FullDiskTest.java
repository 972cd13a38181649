package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.file.FileException;
import shinso.train.run.RunFolder;

/** On a disk that is really full; passed over where no small one can be mounted. */
class FullDiskTest {
  @TempDir private Path folder;
  private Path disk = Path.of("");

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    disk = Files.createDirectory(folder.resolve("disk"));
    boolean mounted =
        Files.isExecutable(Path.of("/bin/mount"))
            && run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk.toString()) == 0;
    assumeTrue(mounted, "a small disk can be mounted");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (Files.getFileStore(disk).type().equals("tmpfs")) {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    p.getInputStream().readAllBytes();
    return p.waitFor(1, TimeUnit.MINUTES) ? p.exitValue() : -1;
  }

  @Test
  void theRunFailsInOneLineAndGoesOnWhenThereIsRoom() throws IOException {
    RunFolder whole = Toy.run(folder);
    ResumeTest.trainer(whole).run();

    RunFolder run = Toy.run(disk);
    Path filler = disk.resolve("filler");
    int[] step = {0};
    Trainer trainer =
        ResumeTest.trainer(run)
            .with((event, control) -> {
              if (event instanceof Event.Stepped && ++step[0] == 22) {
                fill(filler);
              }
            });
    FileException e = assertThrows(FileException.class, trainer::run);
    assertTrue(
        e.getMessage().startsWith("can't write " + run.path())
            && e.getMessage().contains(": No space left on device"),
        e.getMessage());
    assertEquals(1, e.getMessage().lines().count());

    Files.delete(filler);
    Checkpoints.Loaded loaded = run.checkpoints(2).newest();
    assertNotNull(loaded);
    assertEquals(List.of(), loaded.problems());
    assertEquals(20, loaded.checkpoint().step());
    ResumeTest.trainer(run).run();
    assertArrayEquals(Files.readAllBytes(whole.model()), Files.readAllBytes(run.model()));
    assertEquals(ResumeTest.metrics(whole), ResumeTest.metrics(run));
  }

  private static void fill(Path filler) {
    try {
      FileStore store = Files.getFileStore(filler.getParent());
      Files.write(filler, new byte[(int) store.getUsableSpace()]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
