package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.run.RunStatus;
import shinso.train.run.StopRequest;
import shinso.train.run.TrainingFolder;

/** What the list says of runs. */
final class RunListTest {
  @TempDir private Path root;

  private Summary only(RunList list) {
    List<Summary> all = list.all();
    assertEquals(1, all.size());
    return all.getFirst();
  }

  @Test
  void aFinishedRunHasItsScoresWithTheirClaims() {
    MadeRun.in(root, "digits-mlp")
        .scored("test accuracy", 0.1, "10.00 %")
        .ended(RunStatus.FINISHED, "all stages have finished");
    Summary run = only(new RunList(new Runs(root)));
    assertEquals("finished", run.state());
    assertEquals("glyphs", run.data());
    assertEquals(12.5, run.seconds());
    assertNull(run.since());
    Summary.Measured score = run.scores().getFirst();
    assertEquals("test accuracy", score.name());
    assertEquals(0.1, score.value());
    assertTrue(score.target().startsWith("≥ "), score.target());
    assertEquals(false, score.good());
  }

  @Test
  void aChangeIsSeen() {
    MadeRun made = MadeRun.in(root, "digits-mlp");
    RunList list = new RunList(new Runs(root));
    assertEquals("killed", only(list).state());
    made.ended(RunStatus.FAILED, "the loss is NaN");
    assertEquals("failed", only(list).state());
    assertEquals("the loss is NaN", only(list).ending());
    made.scored("test accuracy", 0.999, "99.90 %");
    assertEquals(true, only(list).scores().getFirst().good());
  }

  /** Only whoever is at work on a run holds its lock; a process that was killed doesn't. */
  @Test
  void aRunIsAtWorkWhileItIsLocked() {
    MadeRun made = MadeRun.in(root, "digits-mlp");
    RunList list = new RunList(new Runs(root));
    try (TrainingFolder.Lock _ = made.folder().lock()) {
      Summary run = only(list);
      assertEquals("running", run.state());
      assertTrue(run.since() != null && run.since() > 0);
      StopRequest.in(made.folder().path()).make();
      assertEquals("stopping", only(list).state());
    }
    assertEquals("killed", only(list).state());
  }

  @Test
  void aRunOfAnotherVersionIsShownWithoutClaims() {
    MadeRun.in(root, "no-such-recipe")
        .scored("test accuracy", 0.5, "50.00 %")
        .ended(RunStatus.FINISHED, "done");
    Summary run = only(new RunList(new Runs(root)));
    assertEquals("", run.about());
    assertEquals("50.00 %", run.scores().getFirst().text());
    assertNull(run.scores().getFirst().good());
  }

  @Test
  void aDamagedRunIsSaidToBeUnreadable() throws IOException {
    MadeRun made = MadeRun.in(root, "digits-mlp");
    Files.writeString(made.folder().file("run.json"), "{");
    Summary run = only(new RunList(new Runs(root)));
    assertEquals("unreadable", run.state());
    assertTrue(run.ending().contains("corrupt"), run.ending());
  }

  @Test
  void damagedScoresAreSaidWithWhatToDo() throws IOException {
    MadeRun made = MadeRun.in(root, "digits-mlp");
    Path file = Files.writeString(made.folder().file("scores.json"), "{\"test accuracy\": 1}");
    Summary run = only(new RunList(new Runs(root)));
    assertTrue(run.ending().startsWith(file + " is corrupt: "), run.ending());
    assertTrue(run.ending().endsWith("shinso report " + made.folder().path()), run.ending());
  }

  @Test
  void aFolderThatIsNotThereHasNoRuns() {
    assertEquals(List.of(), new RunList(new Runs(root.resolve("none"))).all());
  }
}
