package shinso.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.NativeMemory;
import shinso.train.loop.Ending;
import shinso.train.run.StopRequest;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/** What commands that train have in common: a run goes to its end, or to an interruption. */
final class Execution {
  private Execution() {}

  /**
   * Trains, and says how it goes and what came out.
   *
   * @param open makes the run or opens it
   * @param maxTime after which training ends with what it has, null for no limit
   * @param tensorBoard the folder for event files, null for none
   * @return the exit code
   */
  static int of(
      Main main, Supplier<RecipeRun> open, @Nullable Duration maxTime, @Nullable Path tensorBoard) {
    String shortage = NativeMemory.shortage();
    if (shortage != null) {
      main.err().println("shinso: " + shortage);
    }
    try (Interruption interruption = Interruption.listen(main.err())) {
      RecipeRun run = open.get();
      PrintStream notes = main.notes();
      notes.println(run.folder().info().data());
      run.notes().forEach(notes::println);
      notes.println("run folder: " + run.folder().path());
      BooleanSupplier interrupted = interruption.or(StopRequest.in(run.folder().path()));
      Ending ending = train(main, run, interrupted, maxTime, tensorBoard);
      if (ending == Ending.INTERRUPTED) {
        main.err().println("go on with: shinso run --resume " + run.folder().path());
        return interruption.exitCode();
      }
      main.out().println(result(run));
      return 0;
    }
  }

  private static Ending train(
      Main main,
      RecipeRun run,
      BooleanSupplier interrupted,
      @Nullable Duration maxTime,
      @Nullable Path tensorBoard) {
    if (tensorBoard == null) {
      return run.train(main.screen(), interrupted, maxTime);
    }
    try (TensorBoardFolder events = TensorBoardFolder.of(tensorBoard, run)) {
      main.notes().println("curves: tensorboard --logdir " + tensorBoard);
      return run.train(main.screen(), interrupted, maxTime, events);
    }
  }

  /** Returns what is run, in a line. */
  static String title(Recipe<?> recipe, Setup setup) {
    String data =
        setup.own() != null
            ? setup.own().place() + ", "
            : setup.dataName().isEmpty() ? "" : setup.dataName() + ", ";
    return "%s: %s; %sseed %d"
        .formatted(recipe.name(), recipe.card().summary(), data, setup.seed());
  }

  /**
   * Refuses options: a run has its settings, others would make another run of it.
   *
   * @param fixed options, and whether they are given
   */
  static void requireNone(Map<String, Boolean> fixed) {
    List<String> given =
        fixed.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    if (!given.isEmpty()) {
      throw new UsageException(
          "a run is resumed with the settings that it was started with; leave %s out"
              .formatted(String.join(", ", given)));
    }
  }

  /** Computes as a run did that goes on, and says what is another than then. */
  static void restore(Main main, RecipeRun run) {
    PrecisionOption.restore(run.folder().info().machine().getOrDefault("precision", "f32"));
    main.notes().println(title(run.recipe(), run.setup()));
    List<String> changes = run.folder().info().changesHere();
    if (!changes.isEmpty()) {
      main.err()
          .println(
              "shinso: since the run was started, %s; its results may have other bits than without a stop"
                  .formatted(String.join("; ", changes)));
    }
  }

  private static String result(RecipeRun run) {
    StringBuilder line = new StringBuilder();
    for (Score score : run.scores()) {
      line.append(score.text());
      if (!score.verdict().isEmpty()) {
        line.append(" (").append(Colours.judged(score.isGood(), score.verdict())).append(")");
      }
      line.append(run.scores().getLast().equals(score) ? "  " : System.lineSeparator());
    }
    return line.append("report: ").append(run.folder().report()).toString();
  }
}
