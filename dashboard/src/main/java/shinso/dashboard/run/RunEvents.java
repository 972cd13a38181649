package shinso.dashboard.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import shinso.dashboard.web.Answer;
import shinso.dashboard.web.RefusedException;
import shinso.train.UserException;

/**
 * What happens, for a page that looks: the list of runs when it is another, the curves of some runs
 * when they have grown, and the machine's load. A page that opens it hears everything once.
 */
final class RunEvents implements Answer.Source {
  private static final int MOST_RUNS = 24;
  private static final long POLL_MILLIS = 500;
  private static final int MACHINE_EVERY = 4;

  private final Runs runs;
  private final RunList list;
  private final Curves curves;
  private final Pictures pictures;
  private final Set<String> chosen;
  private final Map<String, Long> versions = new LinkedHashMap<>();
  private final Map<String, Long> pictureVersions = new LinkedHashMap<>();
  private final Map<String, String> problems = new LinkedHashMap<>();
  private List<Summary> known = List.of();

  RunEvents(Runs runs, RunList list, Curves curves, Pictures pictures, List<String> chosen) {
    if (chosen.size() > MOST_RUNS) {
      throw RefusedException.bad("no more than " + MOST_RUNS + " runs can be looked at together");
    }
    this.runs = runs;
    this.list = list;
    this.curves = curves;
    this.pictures = pictures;
    this.chosen = new TreeSet<>(chosen);
  }

  @Override
  public void send(Answer.Sink sink) throws InterruptedException {
    readAll();
    for (long round = 0; sink.isOpen(); round++) {
      List<Summary> now = list.all();
      if (round == 0 || !now.equals(known)) {
        known = now;
        sink.event("runs", now);
      }
      if (round % MACHINE_EVERY == 0) {
        sink.event("machine", MachineLoad.now(runs.root()));
      }
      for (String run : chosen) {
        send(run, sink);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Long tables are read at the same time; what is wrong with one is said when it is sent. */
  private void readAll() throws InterruptedException {
    List<Callable<Curves.RunCurves>> reads =
        chosen.stream().<Callable<Curves.RunCurves>>map(run -> () -> curves.of(run)).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.invokeAll(reads);
    }
  }

  private void send(String run, Answer.Sink sink) {
    try {
      Curves.RunCurves now = curves.of(run);
      Long before = versions.put(run, now.version());
      if (before == null || before != now.version()) {
        sink.event("curves", now);
      }
      long drawn = pictures.version(run);
      Long drawnBefore = pictureVersions.put(run, drawn);
      if (drawnBefore == null || drawnBefore != drawn) {
        sink.event("pictures", Map.of("run", run));
      }
      problems.remove(run);
    } catch (UserException e) {
      // Said once; the other runs go on.
      if (!e.getMessage().equals(problems.put(run, e.getMessage()))) {
        sink.event("problem", Map.of("run", run, "error", e.getMessage()));
      }
    }
  }
}
