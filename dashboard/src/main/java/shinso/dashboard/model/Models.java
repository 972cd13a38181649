package shinso.dashboard.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.RefusedException;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.RecipeRun;

/**
 * The models that were used last. A model is loaded once, answers one request at a time, and is
 * loaded anew when its run has a newer one.
 */
final class Models {
  /** Models that are kept. */
  static final int MOST = 3;

  /** How long a request waits for those before it. */
  private static final long PATIENCE_SECONDS = 120;

  /** How long the model of a run that trains is good enough. */
  private static final long FRESH_NANOS = 10_000_000_000L;

  private final Runs runs;
  private final ReentrantLock lock = new ReentrantLock();

  /** By the run's name, the least recently used first. */
  private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A model and which one it is.
   *
   * @param version changes when the run writes a model or a checkpoint
   * @param loadedAt in nanoseconds of {@link System#nanoTime}
   */
  private record Kept(OpenModel model, String version, long loadedAt) {}

  Models(Runs runs) {
    this.runs = runs;
  }

  /**
   * Does something with a run's model when those who came before have done theirs.
   *
   * @throws RefusedException 404, if there is no such run; 503, if others keep the model busy
   * @throws FileException if the run has no model yet, or its file is damaged
   */
  <T> T use(String name, Function<OpenModel, T> work) {
    OpenModel model = open(name);
    acquire(model.lock());
    try {
      return work.apply(model);
    } finally {
      model.lock().unlock();
    }
  }

  /** Returns how many models are loaded. */
  int size() {
    acquire(lock);
    try {
      return kept.size();
    } finally {
      lock.unlock();
    }
  }

  private OpenModel open(String name) {
    Path folder = runs.folder(name);
    acquire(lock);
    try {
      String version = version(folder);
      Kept known = kept.get(name);
      boolean fresh =
          known != null
              && (known.version.equals(version)
                  || known.model.latest().since() != null
                      && System.nanoTime() - known.loadedAt < FRESH_NANOS
                      && !version.startsWith("model"));
      if (known != null && fresh) {
        return known.model;
      }
      RecipeRun run = RecipeRun.open(runs.root(), folder.toString(), Recipes::ofRun);
      OpenModel loaded = new OpenModel(run, run.latestModel());
      kept.put(name, new Kept(loaded, version, System.nanoTime()));
      if (kept.size() > MOST) {
        kept.remove(kept.firstEntry().getKey());
      }
      return loaded;
    } finally {
      lock.unlock();
    }
  }

  private static void acquire(ReentrantLock lock) {
    try {
      if (lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RefusedException(503, "the model is busy with other requests; try again later");
  }

  /** Returns what changes when the folder of a run has another model: sizes and times of files. */
  private static String version(Path folder) {
    try {
      Path trained = folder.resolve("model.safetensors");
      if (Files.exists(trained)) {
        return "model " + stamp(trained);
      }
      Map<String, String> stamps = new LinkedHashMap<>();
      Path stages = folder.resolve("stages");
      if (Files.isDirectory(stages)) {
        try (Stream<Path> files = Files.walk(stages, 3)) {
          for (Path file : files.sorted().toList()) {
            if (file.toString().endsWith(".safetensors")) {
              stamps.put(file.toString(), stamp(file));
            }
          }
        }
      }
      return "stages " + stamps;
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      // A checkpoint that made room for the next one.
      return "gone";
    }
  }
}
