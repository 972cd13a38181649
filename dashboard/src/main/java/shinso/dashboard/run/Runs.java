package shinso.dashboard.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import shinso.dashboard.web.RefusedException;
import shinso.train.run.RunFolder;

/** The folder of all runs, out of which no name leads. */
public final class Runs {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_. -]{0,199}");

  private final Path root;

  /** Creates one; the folder need not exist yet. */
  public Runs(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** Returns the folder. */
  public Path root() {
    return root;
  }

  /** Returns the names of all runs, the oldest first. */
  public List<String> names() {
    return RunFolder.list(root).stream()
        .map(p -> String.valueOf(p.getFileName()))
        .filter(n -> NAME.matcher(n).matches())
        .toList();
  }

  /**
   * Returns the folder of a run.
   *
   * @param name the whole name of its folder
   * @throws RefusedException 404, if there is none of this name directly in the folder of all runs
   */
  public Path folder(String name) {
    Path folder = root.resolve(name(name));
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(folder.resolve("run.json"), LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.missing("there is no run '" + name + "'");
    }
    return folder;
  }

  /**
   * Opens a run.
   *
   * @throws RefusedException 404, if there is none of this name
   * @throws shinso.train.file.FileException if its {@code run.json} is unreadable
   */
  public RunFolder open(String name) {
    return RunFolder.open(root, folder(name).toString());
  }

  /**
   * Returns a file of a run.
   *
   * @param run the name of the run
   * @param names the names of folders from the run's on, then that of the file
   * @throws RefusedException 404, if there is no such file, or a link leads out of the run
   */
  public Path file(String run, List<String> names) throws IOException {
    Path folder = folder(run);
    Path file = folder;
    for (String name : names) {
      file = file.resolve(name(name));
    }
    if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(folder.toRealPath())) {
      throw RefusedException.missing("the run has no file " + String.join("/", names));
    }
    return file;
  }

  /** Neither an empty name, nor one with a separator, nor a hidden file, nor {@code ..} passes. */
  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw RefusedException.missing("there is nothing of this name");
    }
    return name;
  }
}
