package shinso.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.NativeMemory;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.zoo.sweep.Trial;
import shinso.zoo.sweep.TrialRunner;

/**
 * Computes trials in a process of its own, one after another, which is started when it is needed
 * and, if it dies, again. It has its share of the processors and of the memory.
 */
final class WorkerRunner implements TrialRunner {
  private static final String THREADS = "shinso.threads";
  private static final String MEMORY = "shinso.memory";
  private static final long MEGABYTE = 1 << 20;
  private static final long PATIENCE_SECONDS = 60;

  private final Path sweep;
  private final int number;
  private final int workers;
  private final BooleanSupplier interrupted;
  private @Nullable Process process;
  private @Nullable BufferedReader answers;
  private @Nullable Writer questions;

  /**
   * Creates a runner.
   *
   * @param sweep the sweep's folder
   * @param number which of all it is, from 1
   * @param workers how many there are
   * @param interrupted says whether the user wants to stop
   */
  WorkerRunner(Path sweep, int number, int workers, BooleanSupplier interrupted) {
    this.sweep = sweep;
    this.number = number;
    this.workers = workers;
    this.interrupted = interrupted;
  }

  @Override
  public Trial run(Task task) throws Interruption {
    if (interrupted.getAsBoolean()) {
      throw new Interruption();
    }
    String answer;
    try {
      answer = asked(task);
    } catch (IOException e) {
      answer = null;
    }
    if (answer != null && answer.startsWith(SweepWorkerCommand.RESULT)) {
      return Trial.of(JsonFile.of(sweep, answer.substring(SweepWorkerCommand.RESULT.length())));
    }
    if (answer != null || interrupted.getAsBoolean()) {
      throw new Interruption();
    }
    return new Trial(task.trial(), task.round(), ended(), false, 0, Map.of());
  }

  private @Nullable String asked(Task task) throws IOException {
    BufferedReader in = answers;
    Writer out = questions;
    if (in == null || out == null) {
      Process started = start();
      in = started.inputReader(StandardCharsets.UTF_8);
      out = started.outputWriter(StandardCharsets.UTF_8);
      synchronized (this) {
        process = started;
        answers = in;
        questions = out;
      }
    }
    out.write("%d %d %s\n".formatted(task.trial(), task.round(), task.share()));
    out.flush();
    return in.readLine();
  }

  /** Returns why the process is no more; the next trial has another one. */
  private String ended() {
    Process dead = process;
    String code = "";
    try {
      if (dead != null && dead.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        code = " with exit code " + dead.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    return "its process ended%s; see %s".formatted(code, log());
  }

  private Path log() {
    return sweep.resolve("worker-" + number + ".log");
  }

  private Process start() {
    try {
      return new ProcessBuilder(command())
          .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
          .start();
    } catch (IOException e) {
      throw FileException.writing(log(), e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger's port is taken; the descriptor of the launcher's standard error is not
      // inherited; what is shared out is said below.
      if (!option.startsWith("-agent")
          && !option.startsWith("-Dshinso.stderr=")
          && !option.startsWith("-Xmx")
          && !option.startsWith("-D" + THREADS + "=")
          && !option.startsWith("-D" + MEMORY + "=")) {
        command.add(option);
      }
    }
    Runtime runtime = Runtime.getRuntime();
    command.add("-Xmx" + share(runtime.maxMemory(), 256) + "m");
    command.add("-D%s=%dm".formatted(MEMORY, share(NativeMemory.limitBytes(), 256)));
    Integer all = Integer.getInteger(THREADS);
    int processors = all == null ? runtime.availableProcessors() : all;
    command.add("-D%s=%d".formatted(THREADS, Math.max(1, processors / workers)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.addAll(List.of(Main.class.getName(), "sweep-worker", sweep.toString()));
    return command;
  }

  private long share(long bytes, long least) {
    return Math.max(least, bytes / workers / MEGABYTE);
  }

  /** The JVM's own line about the Vector API is none that anybody looks for. */
  private void removeEmptyLog() throws IOException {
    if (Files.exists(log())) {
      try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
        if (lines.anyMatch(line -> !line.startsWith("WARNING: Using incubator modules"))) {
          return;
        }
      }
      Files.delete(log());
    }
  }

  @Override
  public synchronized void stop() {
    Writer out = questions;
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        // It has ended by itself.
      }
    }
  }

  @Override
  public void close() {
    stop();
    Process p = process;
    try {
      if (p != null && !p.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        p.destroy();
      }
      removeEmptyLog();
    } catch (InterruptedException e) {
      if (p != null) {
        p.destroy();
      }
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // A log in which nothing stands does no harm.
    }
    synchronized (this) {
      process = null;
      answers = null;
      questions = null;
    }
  }
}
