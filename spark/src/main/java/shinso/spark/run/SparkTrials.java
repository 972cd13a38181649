package shinso.spark.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.Executors;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.zoo.Recipes;
import shinso.zoo.sweep.LocalRunner;
import shinso.zoo.sweep.SweepFolder;
import shinso.zoo.sweep.Trial;
import shinso.zoo.sweep.TrialCluster;
import shinso.zoo.sweep.TrialRunner;

/** Computes the trials of a sweep as Spark jobs, each a task of its own. */
public final class SparkTrials implements TrialCluster {
  private static final String PLAN = "sweep.json";
  private static final String RUN = "run.json";
  private @Nullable SparkSession session;

  /** Creates a cluster that isn't connected yet, as {@link java.util.ServiceLoader} does. */
  public SparkTrials() {}

  @Override
  public List<TrialRunner> runners(
      Path sweep, String master, int count, BooleanSupplier interrupted) {
    JavaSparkContext context = connect(master);
    List<TrialRunner> runners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runners.add(new Runner(context, sweep, interrupted));
    }
    return runners;
  }

  private JavaSparkContext connect(String master) {
    try {
      SparkSession connected = Sessions.start(master, "shinso sweep");
      session = connected;
      return JavaSparkContext.fromSparkContext(connected.sparkContext());
    } catch (Exception e) {
      throw new DistributionException(
          "the cluster %s can't be reached: %s; is the address right?"
              .formatted(master, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  @Override
  public void close() {
    if (session != null) {
      session.stop();
    }
  }

  /** What comes back. */
  private record Answer(String trial, byte[] folder) implements java.io.Serializable {}

  private static final class Runner implements TrialRunner {
    private static final long LOOK_MILLISECONDS = 200;

    private final JavaSparkContext context;
    private final Path sweep;
    private final BooleanSupplier interrupted;
    private volatile boolean stopped;

    Runner(JavaSparkContext context, Path sweep, BooleanSupplier interrupted) {
      this.context = context;
      this.sweep = sweep;
      this.interrupted = interrupted;
    }

    @Override
    public Trial run(Task task) throws Interruption {
      Path folder = SweepFolder.open(sweep, Recipes::named).trial(task.trial());
      byte[] plan = read(sweep.resolve(PLAN));
      byte[] before = FolderZip.pack(folder);
      int trial = task.trial();
      int round = task.round();
      double share = task.share();
      JavaFutureAction<List<Answer>> job =
          context
              .parallelize(List.of(trial), 1)
              .map(t -> compute(plan, before, t, round, share))
              .collectAsync();
      List<Answer> answers;
      try {
        while (!job.isDone()) {
          if (stopped || interrupted.getAsBoolean()) {
            job.cancel(true);
            throw new Interruption();
          }
          Thread.sleep(LOOK_MILLISECONDS);
        }
        answers = job.get();
      } catch (InterruptedException e) {
        job.cancel(true);
        Thread.currentThread().interrupt();
        throw new Interruption();
      } catch (java.util.concurrent.ExecutionException e) {
        if (e.getCause() instanceof SparkException lost) {
          String why = String.valueOf(lost.getMessage()).lines().findFirst().orElse("");
          return new Trial(trial, round, why, false, 0, java.util.Map.of());
        }
        throw new DistributionException("a trial failed on the cluster: " + e.getCause(), e);
      }
      Answer answer = answers.getFirst();
      if (answer.folder().length > 0) {
        FolderZip.unpack(answer.folder(), folder, RUN);
      }
      return Trial.of(JsonFile.of(folder, answer.trial()));
    }

    @Override
    public void stop() {
      stopped = true;
    }

    private static byte[] read(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw FileException.reading(file, e);
      }
    }
  }

  /** Computes a trial in a folder of this executor. */
  private static Answer compute(byte[] plan, byte[] before, int trial, int round, double share)
      throws IOException {
    Executors.prepare();
    Path sweep = Files.createTempDirectory("shinso-sweep");
    try {
      Files.write(sweep.resolve(PLAN), plan);
      SweepFolder folder = SweepFolder.open(sweep, Recipes::named);
      Files.createDirectories(folder.trials());
      Path run = folder.trial(trial);
      if (before.length > 0) {
        FolderZip.unpack(before, run, RUN);
      }
      TaskContext task = TaskContext.get();
      LocalRunner runner =
          new LocalRunner(folder, Recipes::named, () -> task != null && task.isInterrupted());
      Trial result = runner.run(new TrialRunner.Task(trial, round, share));
      return new Answer(JsonFile.written(result.fields()), FolderZip.pack(run));
    } catch (TrialRunner.Interruption e) {
      throw new DistributionException("the trial was cancelled", e);
    } finally {
      FolderZip.remove(sweep);
    }
  }
}
