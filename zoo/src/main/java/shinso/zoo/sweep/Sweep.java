package shinso.zoo.sweep;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shinso.zoo.harness.UsageException;
import shinso.zoo.sweep.TrialRunner.Interruption;
import shinso.zoo.sweep.TrialRunner.Task;

/** Runs the trials of a sweep, round after round; what has been computed before is kept. */
public final class Sweep {
  private final SweepFolder folder;
  private final List<TrialRunner> runners;
  private final Consumer<Trial> heard;
  private final List<Map<String, String>> points;
  private final Map<Task, Trial> known = new LinkedHashMap<>();
  private @Nullable Metric metric;

  private Sweep(SweepFolder folder, List<TrialRunner> runners, Consumer<Trial> heard) {
    this.folder = folder;
    this.runners = List.copyOf(runners);
    this.heard = heard;
    this.points = folder.plan().points();
  }

  /**
   * Runs what is left of a sweep, and writes its report.
   *
   * @param runners which compute trials at the same time; they are not closed
   * @param retries whether trials that failed are tried again
   * @param heard hears of each trial when it is computed, one at a time
   * @throws Interruption if the user wants to stop; what has been computed is kept
   * @throws UsageException if trials don't measure what they are to be ranked by
   * @throws shinso.train.file.FileException if a file can't be written or read
   */
  public static Standing run(
      SweepFolder folder, List<TrialRunner> runners, boolean retries, Consumer<Trial> heard)
      throws Interruption {
    Sweep sweep = new Sweep(folder, runners, heard);
    List<Plan.Round> rounds = folder.plan().rounds(sweep.points.size());
    for (Trial t : folder.results()) {
      if (!(retries && t.hasFailed())) {
        sweep.known.put(task(t.number(), t.round(), rounds), t);
        sweep.check(t);
      }
    }
    return sweep.rounds(rounds);
  }

  /** Says soon what would be said at the end, and how to go on with what is there. */
  private void check(Trial trial) {
    if (trial.hasFailed()) {
      return;
    }
    try {
      Metric.of(folder.plan(), trial.numbers());
    } catch (UsageException e) {
      throw new UsageException(
          "%s; go on with: shinso sweep --resume %s --metric NAME"
              .formatted(e.getMessage(), folder.path()));
    }
  }

  private static Task task(int trial, int round, List<Plan.Round> rounds) {
    return new Task(trial, round, rounds.get(Math.min(round, rounds.size()) - 1).share());
  }

  private Standing rounds(List<Plan.Round> rounds) throws Interruption {
    List<Integer> alive = new ArrayList<>();
    for (int i = 1; i <= points.size(); i++) {
      alive.add(i);
    }
    for (int r = 1; r <= rounds.size(); r++) {
      round(r, rounds, alive);
      int next = r < rounds.size() ? rounds.get(r).trials() : 0;
      List<Trial> ranked = ranked(r, rounds, alive);
      alive = ranked.stream().limit(next).map(Trial::number).toList();
      SweepReport.write(folder, standing());
      if (ranked.isEmpty()) {
        break;
      }
    }
    return standing();
  }

  private Standing standing() {
    return Standing.of(folder.plan(), points, List.copyOf(known.values()), metric);
  }

  /** Computes the trials of a round that aren't known. */
  private void round(int round, List<Plan.Round> rounds, List<Integer> alive) throws Interruption {
    Deque<Task> tasks = new ArrayDeque<>();
    for (int trial : alive) {
      Task task = task(trial, round, rounds);
      Trial before = round == 1 ? null : known.get(task(trial, round - 1, rounds));
      if (before != null && before.complete() && !known.containsKey(task)) {
        // Early stopping has ended it already.
        known.put(task, new Trial(trial, round, "", true, before.seconds(), before.numbers()));
      }
      if (!known.containsKey(task)) {
        tasks.add(task);
      }
    }
    compute(tasks);
    for (int trial : alive) {
      Trial first = Objects.requireNonNull(known.get(task(trial, round, rounds)));
      if (metric == null && !first.hasFailed()) {
        metric = Metric.of(folder.plan(), first.numbers());
      }
    }
  }

  private void compute(Deque<Task> tasks) throws Interruption {
    Team team = new Team(tasks);
    List<Thread> threads = new ArrayList<>();
    int helpers = Math.min(runners.size(), tasks.size()) - 1;
    for (int i = 1; i <= helpers; i++) {
      TrialRunner runner = runners.get(i);
      threads.add(Thread.ofPlatform().name("sweep-" + i).start(() -> team.work(runner)));
    }
    // The first one computes on this thread.
    team.work(runners.getFirst());
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      team.stop();
      Thread.currentThread().interrupt();
      throw new Interruption();
    }
    team.rethrow();
  }

  /** Runners at work on the same tasks. */
  private final class Team {
    private final Deque<Task> tasks;
    private @Nullable Throwable error;
    private boolean interrupted;

    Team(Deque<Task> tasks) {
      this.tasks = tasks;
    }

    void work(TrialRunner runner) {
      try {
        for (Task task = next(); task != null; task = next()) {
          done(task, runner.run(task));
        }
      } catch (Interruption e) {
        synchronized (this) {
          interrupted = true;
        }
      } catch (RuntimeException | Error e) {
        synchronized (this) {
          error = error == null ? e : error;
        }
        stop();
      }
    }

    private synchronized @Nullable Task next() {
      return interrupted || error != null ? null : tasks.poll();
    }

    private synchronized void done(Task task, Trial trial) {
      known.put(task, trial);
      folder.write(List.copyOf(known.values()));
      heard.accept(trial);
      check(trial);
    }

    void stop() {
      runners.forEach(TrialRunner::stop);
    }

    synchronized void rethrow() throws Interruption {
      switch (error) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(error);
      }
      if (interrupted) {
        throw new Interruption();
      }
    }
  }

  /** Returns the trials of a round that didn't fail, the best first; of equal ones the earlier. */
  private List<Trial> ranked(int round, List<Plan.Round> rounds, List<Integer> alive) {
    Metric by = metric;
    if (by == null) {
      return List.of();
    }
    return alive.stream()
        .map(n -> Objects.requireNonNull(known.get(task(n, round, rounds))))
        .filter(t -> !t.hasFailed())
        .sorted(
            Comparator.comparingDouble((Trial t) -> by.badness(t.numbers().get(by.name())))
                .thenComparingInt(Trial::number))
        .toList();
  }
}
