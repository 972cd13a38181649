package shinso.dashboard.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.train.file.FileException;

/** The curves of runs; what was read of the runs looked at last is kept. */
final class Curves {
  private static final Set<String> AXES = Set.of("step", "epoch", "seconds", "stage");

  private final Runs runs;
  private final int most;
  private final Map<String, RunLogs> kept;

  /**
   * Creates one.
   *
   * @param most how many points a curve has
   * @param runsKept of how many runs tables are kept
   */
  Curves(Runs runs, int most, int runsKept) {
    this.runs = runs;
    this.most = most;
    this.kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, RunLogs> eldest) {
            return size() > runsKept;
          }
        };
  }

  /** The tables of a run's stages; taken by one thread at a time. */
  private static final class RunLogs {
    private final Map<Path, MetricsLog> logs = new LinkedHashMap<>();
    private long version;
    private List<StageCurves> curves = List.of();
  }

  /**
   * The curves of a stage.
   *
   * @param name the stage's name; empty for a table that is the whole run's
   */
  record StageCurves(String name, List<Curve> curves) {}

  /**
   * The curves of a run.
   *
   * @param version another one as soon as they are others
   */
  record RunCurves(String run, long version, List<StageCurves> stages) {}

  /**
   * Returns the curves of a run as they are now.
   *
   * @throws shinso.dashboard.web.RefusedException 404, if there is no such run
   * @throws FileException if a table can't be read or is none
   */
  RunCurves of(String run) {
    Path folder = runs.folder(run);
    RunLogs logs;
    synchronized (kept) {
      logs = kept.computeIfAbsent(run, r -> new RunLogs());
    }
    synchronized (logs) {
      Map<Path, String> files = tables(folder);
      boolean changed = logs.logs.keySet().retainAll(files.keySet());
      Map<String, MetricsLog> stages = new LinkedHashMap<>();
      for (Map.Entry<Path, String> file : files.entrySet()) {
        MetricsLog log = logs.logs.computeIfAbsent(file.getKey(), MetricsLog::new);
        changed |= log.update();
        stages.put(file.getValue(), log);
      }
      if (changed || logs.version == 0) {
        logs.version++;
        logs.curves =
            stages.entrySet().stream()
                .map(e -> new StageCurves(e.getKey(), curves(e.getValue())))
                .filter(s -> !s.curves.isEmpty())
                .toList();
      }
      return new RunCurves(run, logs.version, logs.curves);
    }
  }

  private List<Curve> curves(MetricsLog log) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < log.names().size(); i++) {
      if (!AXES.contains(log.names().get(i))) {
        Curve curve = Curve.of(log, i, most);
        if (curve != null) {
          curves.add(curve);
        }
      }
    }
    return curves;
  }

  /** Returns the tables of a run with the names of their stages, in order. */
  static Map<Path, String> tables(Path folder) {
    Map<Path, String> files = new LinkedHashMap<>();
    for (Path stage : stages(folder)) {
      Path file = stage.resolve("metrics.csv");
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        String name = String.valueOf(stage.getFileName());
        files.put(file, name.substring(name.indexOf('-') + 1));
      }
    }
    Path whole = folder.resolve("metrics.csv");
    if (files.isEmpty() && Files.isRegularFile(whole, LinkOption.NOFOLLOW_LINKS)) {
      files.put(whole, "");
    }
    return files;
  }

  /** Returns the folders of a run's stages, in order. */
  static List<Path> stages(Path folder) {
    List<Path> found = new ArrayList<>();
    Path stages = folder.resolve("stages");
    if (Files.isDirectory(stages, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> all =
          Files.newDirectoryStream(
              stages,
              p ->
                  Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)
                      && String.valueOf(p.getFileName()).matches("\\d{1,6}-.+"))) {
        all.forEach(found::add);
      } catch (NoSuchFileException e) {
        return found;
      } catch (IOException e) {
        throw FileException.reading(stages, e);
      }
    }
    found.sort(Comparator.comparingInt(Curves::number));
    return found;
  }

  private static int number(Path stage) {
    String name = String.valueOf(stage.getFileName());
    return Integer.parseInt(name.substring(0, name.indexOf('-')));
  }
}
