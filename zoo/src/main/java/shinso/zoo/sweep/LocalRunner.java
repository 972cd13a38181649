package shinso.zoo.sweep;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import shinso.train.UserException;
import shinso.train.loop.Ending;
import shinso.train.loop.Screen;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.Pause;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;

/** Computes trials in this process. */
public final class LocalRunner implements TrialRunner {
  private static final double PATIENCE_SECONDS = 60;

  private final SweepFolder folder;
  private final Function<String, Recipe<?>> recipes;
  private final BooleanSupplier interrupted;
  private final List<Map<String, String>> points;

  /**
   * Creates a runner.
   *
   * @param recipes finds a recipe by its name
   * @param interrupted is asked again and again whether to stop
   */
  public LocalRunner(
      SweepFolder folder, Function<String, Recipe<?>> recipes, BooleanSupplier interrupted) {
    this.folder = folder;
    this.recipes = recipes;
    this.interrupted = interrupted;
    this.points = folder.plan().points();
  }

  @Override
  public Trial run(Task task) throws Interruption {
    long startedAt = System.nanoTime();
    if (interrupted.getAsBoolean()) {
      throw new Interruption();
    }
    try {
      return trained(task);
    } catch (UserException | OutOfMemoryError e) {
      return Trial.failed(task.trial(), task.round(), message(e), seconds(startedAt));
    } catch (RuntimeException | StackOverflowError e) {
      // Only some settings may bring a fault out; the others are tried all the same.
      return Trial.failed(
          task.trial(), task.round(), "a fault of shinso: " + e, seconds(startedAt));
    }
  }

  private static String message(Throwable e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return message.isEmpty() ? e.getClass().getSimpleName() : message;
  }

  private static double seconds(long startedAt) {
    return (System.nanoTime() - startedAt) / 1e9;
  }

  private Trial trained(Task task) throws Interruption {
    waitFor(folder.trial(task.trial()));
    RecipeRun run = open(task.trial());
    Screen nowhere =
        Screen.lines(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    Pause pause =
        task.share() < 1 ? new Pause(Metric.set(folder.plan().metric()), task.share()) : null;
    Ending ending = run.trainTo(nowhere, interrupted, pause);
    boolean complete = ending != Ending.INTERRUPTED;
    if (!complete && (pause == null || interrupted.getAsBoolean())) {
      throw new Interruption();
    }
    return new Trial(
        task.trial(),
        task.round(),
        "",
        complete,
        run.folder().info().seconds(),
        Trial.numbers(run.folder().path(), complete));
  }

  /** A process whose parent was killed has still to finish its step. */
  private void waitFor(Path trial) throws Interruption {
    long startedAt = System.nanoTime();
    while (RunFolder.isAtWork(trial) && seconds(startedAt) < PATIENCE_SECONDS) {
      if (interrupted.getAsBoolean()) {
        throw new Interruption();
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Interruption();
      }
    }
  }

  private RecipeRun open(int trial) {
    Path path = folder.trial(trial);
    if (Files.exists(path.resolve("run.json"))) {
      return RecipeRun.open(folder.trials(), path.toString(), recipes);
    }
    Plan plan = folder.plan();
    return RecipeRun.create(
        folder.trials(),
        String.valueOf(path.getFileName()),
        plan.recipe(),
        plan.setup(points.get(trial - 1)));
  }
}
