package shinso.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.file.JsonFile;
import shinso.zoo.Recipes;
import shinso.zoo.sweep.LocalRunner;
import shinso.zoo.sweep.SweepFolder;
import shinso.zoo.sweep.Trial;
import shinso.zoo.sweep.TrialRunner;

/**
 * {@code shinso sweep-worker}: computes the trials that {@code shinso sweep --parallel} asks for,
 * line by line. When nobody asks any more, also because the asking process was killed, it finishes
 * its step, writes a checkpoint and ends.
 */
@Command(name = "sweep-worker", hidden = true, description = "Computes trials of a sweep.")
final class SweepWorkerCommand implements Callable<Integer> {
  /** In front of a line with what came out. */
  static final String RESULT = "result ";

  /** In front of a line that says that the user wants to stop. */
  static final String STOPPED = "stopped";

  private static final String END = "";

  @ParentCommand private Main main;
  @Mixin private Threads threads;

  @Parameters(paramLabel = "SWEEP", description = "The sweep's folder.")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    threads.apply();
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    try (Interruption interruption = Interruption.listen(main.err())) {
      Thread.ofPlatform().daemon().name("questions").start(() -> read(asked, interruption));
      LocalRunner runner =
          new LocalRunner(
              SweepFolder.open(folder, Recipes::named), Recipes::named, interruption.interrupt());
      for (String line = asked.take(); !line.equals(END); line = asked.take()) {
        answer(runner, line);
      }
      return interruption.exitCode();
    }
  }

  /** Passes lines on; the end of all is a wish to stop. */
  private static void read(BlockingQueue<String> asked, Interruption interruption) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        asked.add(line);
      }
    } catch (IOException e) {
      // As at the end.
    }
    interruption.interrupt().request();
    asked.add(END);
  }

  private void answer(LocalRunner runner, String line) {
    String[] parts = line.split(" ");
    TrialRunner.Task task =
        new TrialRunner.Task(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Double.parseDouble(parts[2]));
    try {
      Trial trial = runner.run(task);
      // No text in JSON has a line break.
      main.out().println(RESULT + JsonFile.written(trial.fields()).replace('\n', ' '));
    } catch (TrialRunner.Interruption e) {
      main.out().println(STOPPED);
    }
    main.out().flush();
  }
}
