package shinso.train.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.train.checkpoint.Checkpoints;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/**
 * The folder of a run, {@code <time>-<recipe>}: {@code run.json}, {@code metrics.csv}, {@code
 * model.safetensors}, {@code checkpoints/}, {@code report.html} and pictures.
 */
public final class RunFolder implements TrainingFolder {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final String INFO = "run.json";
  private static final String SWEEP = "sweep.json";
  private static final int LISTED = 5;

  private final Path path;
  private RunInfo info;

  private RunFolder(Path path, RunInfo info) {
    this.path = path;
    this.info = info;
  }

  /**
   * Makes a new folder for a run that starts now.
   *
   * @param root the folder of all runs, made if need be
   * @throws FileException if it can't be made
   */
  public static RunFolder create(Path root, RunInfo info) {
    return create(root, info, LocalDateTime.now(ZoneId.systemDefault()));
  }

  /**
   * Makes the folder of a run whose name is known, such as a trial of several; one that was killed
   * before its {@code run.json} was written is taken over.
   *
   * @param root the folder of all runs, made if need be
   * @throws FileException if there is such a run already, or its folder can't be made
   */
  public static RunFolder create(Path root, String name, RunInfo info) {
    Path path = root.resolve(name);
    if (Files.exists(path.resolve(INFO))) {
      throw new FileException("there is a run " + path + " already; give the new one another name");
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw FileException.writing(path, e);
    }
    RunFolder run = new RunFolder(path, info);
    info.write(run.file(INFO));
    return run;
  }

  static RunFolder create(Path root, RunInfo info, LocalDateTime time) {
    String name = TIME.format(time) + "-" + info.recipe();
    try {
      Files.createDirectories(root);
      for (int i = 1; ; i++) {
        Path path = root.resolve(i == 1 ? name : name + "-" + i);
        try {
          Files.createDirectory(path);
        } catch (FileAlreadyExistsException taken) {
          // Another run started in the same second.
          continue;
        }
        RunFolder run = new RunFolder(path, info);
        info.write(run.file(INFO));
        return run;
      }
    } catch (IOException e) {
      throw FileException.writing(root.resolve(name), e);
    }
  }

  /**
   * Opens the folder of a run.
   *
   * @param root the folder of all runs
   * @param name a path, or the name of a folder in {@code root} or what only one of them begins
   *     with
   * @throws FileException if there is no such run, several, or its {@code run.json} is unreadable
   */
  public static RunFolder open(Path root, String name) {
    return at(find(root, name));
  }

  /**
   * Returns the folder of a run, whatever is in it.
   *
   * @param root the folder of all runs
   * @param name as {@link #open} takes it
   * @throws FileException if there is no such run, or several
   */
  public static Path find(Path root, String name) {
    Path direct = path(name);
    if (direct != null && Files.exists(direct.resolve(INFO))) {
      return direct;
    }
    List<Path> all = list(root);
    List<Path> found = all.stream().filter(p -> nameOf(p).equals(name)).toList();
    if (found.isEmpty() && !name.isEmpty()) {
      found = all.stream().filter(p -> nameOf(p).startsWith(name)).toList();
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.isEmpty()) {
      Path empty = direct != null && Files.isDirectory(direct) ? direct : withoutInfo(root, name);
      if (empty != null && Files.exists(empty.resolve(SWEEP))) {
        throw new FileException(
            "%s is a sweep and no run; its runs are in %s"
                .formatted(empty, empty.resolve("trials")));
      }
      if (empty != null) {
        throw new FileException(
            "the folder "
                + empty
                + " has no "
                + INFO
                + ": it is not that of a run, or its run was killed before it began and has to be"
                + " started anew");
      }
      throw new FileException(
          all.isEmpty()
              ? "there is no run '" + name + "': no run has been started in " + root
              : "there is no run '" + name + "' in " + root + "; the latest are " + names(all));
    }
    throw new FileException(
        "'"
            + name
            + "' stands for "
            + found.size()
            + " runs, "
            + names(found)
            + "; write more of it");
  }

  private static @Nullable Path path(String name) {
    try {
      return name.isEmpty() ? null : Path.of(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Returns a folder without {@code run.json} whose name begins so, null if there is none. */
  private static @Nullable Path withoutInfo(Path root, String name) {
    if (name.isEmpty()) {
      return null;
    }
    return folders(root).stream()
        .filter(p -> nameOf(p).startsWith(name) && !Files.exists(p.resolve(INFO)))
        .findFirst()
        .orElse(null);
  }

  /**
   * Opens the folder of a run.
   *
   * @throws FileException if its {@code run.json} is unreadable
   */
  public static RunFolder at(Path path) {
    return new RunFolder(path, RunInfo.read(path.resolve(INFO)));
  }

  /** Returns the folders of all runs, the oldest first; none if there is no such folder. */
  public static List<Path> list(Path root) {
    return folders(root).stream().filter(p -> Files.exists(p.resolve(INFO))).toList();
  }

  private static List<Path> folders(Path root) {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return found;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, Files::isDirectory)) {
      folders.forEach(found::add);
    } catch (IOException e) {
      throw FileException.reading(root, e);
    }
    found.sort(Comparator.comparing(RunFolder::nameOf));
    return found;
  }

  private static String nameOf(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static String names(List<Path> folders) {
    List<Path> latest = folders.reversed();
    List<String> names = latest.stream().limit(LISTED).map(RunFolder::nameOf).toList();
    return String.join(", ", names) + (latest.size() > LISTED ? ", …" : "");
  }

  /** Returns the folder. */
  public Path path() {
    return path;
  }

  /** Returns a file in the folder. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Returns a folder in the folder, which is made if need be.
   *
   * @throws FileException if it can't be made
   */
  public Path folder(String name) {
    Path folder = path.resolve(name);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
  }

  /** Returns the file of the trained model. */
  @Override
  public Path model() {
    return file("model.safetensors");
  }

  /** Returns the file of the numbers on the way. */
  @Override
  public Path metrics() {
    return file("metrics.csv");
  }

  /** Returns the file of the report. */
  public Path report() {
    return file("report.html");
  }

  /** Returns the description as it is now. */
  public RunInfo info() {
    return info;
  }

  /**
   * Replaces the description; that of a run that goes on notes what is another than at its start.
   *
   * @throws FileException if that fails; the old one is then left
   */
  @Override
  public void update(
      RunStatus status, @Nullable String ending, double seconds, Map<String, Double> metrics) {
    RunInfo next = info.with(status, ending, seconds, metrics);
    if (status == RunStatus.RUNNING) {
      next = next.goingOnHere();
    }
    next.write(file(INFO));
    info = next;
  }

  /**
   * Replaces the value of a setting that doesn't change what is computed, such as where the data
   * lies now.
   *
   * @throws FileException if that fails; the old one is then left
   */
  public void configure(String name, String value) {
    RunInfo next = info.withSetting(name, value);
    next.write(file(INFO));
    info = next;
  }

  /** Returns the checkpoints, of which {@code keep} are kept besides the best. */
  @Override
  public Checkpoints checkpoints(int keep) {
    return Checkpoints.in(file("checkpoints"), keep);
  }

  /** Writes the file of the trained model; the next {@link #update} writes its SHA-256 down. */
  @Override
  public void saveModel(Map<String, Param> model) {
    String sha256 = ModelFile.save(model(), model, Map.of("recipe", info.recipe()));
    info = info.withModel(sha256);
  }

  /**
   * Gives a model the values of the run's file: all of them or, if anything doesn't fit, none.
   *
   * @throws FileException if the file can't be read, is damaged or is of another architecture
   */
  public void loadModel(Map<String, Param> model) {
    String sha256 = info.modelSha256();
    if (sha256 == null) {
      ModelFile.load(model(), model);
    } else {
      String remedy = "shinso run --resume " + path + " makes it anew";
      ModelFile.load(model(), model, sha256, remedy);
    }
  }

  /**
   * Takes the run for this process, until the lock is closed.
   *
   * @throws FileException if another process or thread is at work on it
   */
  @Override
  public Lock lock() {
    Lock lock = RunLock.take(path);
    AtomicFile.removeLeftovers(path);
    StopRequest.in(path).remove();
    return lock;
  }

  /**
   * Takes a folder for this process, until the lock is closed: that of a run, or one with several.
   *
   * @throws FileException if another process or thread is at work on it
   */
  public static Lock lock(Path folder) {
    return RunLock.take(folder);
  }

  /** Returns whether a process or thread is at work on a run right now. */
  public static boolean isAtWork(Path folder) {
    return RunLock.isHeld(folder);
  }
}
