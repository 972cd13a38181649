package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.train.loop.Ending;
import shinso.train.loop.Screen;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;

/** Persistent chains and fast weights are state of the learner: a run that was stopped goes on. */
@Tag("row-I3")
final class ResumedMachineTest {
  private static final Screen NOWHERE =
      Screen.lines(new PrintStream(OutputStream.nullOutputStream()));

  @TempDir static Path runs;

  private static RecipeRun create() {
    RbmBars bars = new RbmBars();
    return RecipeRun.create(
        runs,
        bars,
        new Setup(
            bars.data().getFirst(),
            Budget.SMOKE,
            bars.settings(Budget.SMOKE, Map.of("steps", "30")),
            1));
  }

  private static RecipeRun reopen(RecipeRun run) {
    return RecipeRun.open(runs, run.folder().path().toString(), n -> new RbmBars());
  }

  /** The bits of all machines that a run has learned. */
  private static byte[] machines(RecipeRun run) throws IOException {
    return Files.readAllBytes(run.folder().model());
  }

  /** Stages of exact gradients, CD, PCD and fast weights have 30 steps each. */
  @ParameterizedTest
  @ValueSource(ints = {10, 40, 70, 100})
  void aRunThatWasStoppedEndsAsIfItHadNotBeen(int moment) throws IOException {
    RecipeRun whole = create();
    assertEquals(Ending.COMPLETED, whole.train(NOWHERE, () -> false, null));
    RecipeRun stopped = create();
    AtomicInteger asked = new AtomicInteger();
    assertEquals(
        Ending.INTERRUPTED, stopped.train(NOWHERE, () -> asked.getAndIncrement() >= moment, null));
    RecipeRun resumed = reopen(stopped);
    assertEquals(Ending.COMPLETED, resumed.train(NOWHERE, () -> false, null));
    assertArrayEquals(machines(whole), machines(resumed));
    assertEquals(whole.scores(), resumed.scores());
  }
}
