package shinso.train.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.file.FileException;

/** A file asks a run to stop, once. */
final class StopRequestTest {
  @TempDir private Path root;

  private RunFolder run() {
    return RunFolder.create(
        root, RunInfo.starting("digits", "smoke", 1, Map.of(), "glyphs", List.of("run", "digits")));
  }

  @Test
  void whatIsAskedIsSeenByWhoeverLooks() {
    Path folder = run().path();
    StopRequest looking = StopRequest.in(folder);
    assertFalse(looking.getAsBoolean());
    StopRequest.in(folder).make();
    assertTrue(looking.getAsBoolean());
    StopRequest.in(folder).make();
    assertTrue(looking.getAsBoolean());
  }

  /** What was asked of a training that has ended is not meant for the one that goes on with it. */
  @Test
  void whoeverTakesTheRunForgetsIt() {
    RunFolder run = run();
    StopRequest.in(run.path()).make();
    try (TrainingFolder.Lock _ = run.lock()) {
      assertFalse(StopRequest.in(run.path()).getAsBoolean());
      StopRequest.in(run.path()).make();
      assertTrue(StopRequest.in(run.path()).getAsBoolean());
    }
  }

  @Test
  void aFolderThatIsGoneIsSaid() {
    StopRequest request = StopRequest.in(root.resolve("gone"));
    assertThrows(FileException.class, request::make);
    assertFalse(request.getAsBoolean());
  }

  @Test
  void aRunIsBusyWhileItIsTaken() {
    RunFolder run = run();
    assertFalse(RunFolder.isAtWork(run.path()));
    try (TrainingFolder.Lock _ = run.lock()) {
      assertTrue(RunFolder.isAtWork(run.path()));
    }
    assertFalse(RunFolder.isAtWork(run.path()));
    assertTrue(Files.exists(run.file(".lock")));
  }
}
