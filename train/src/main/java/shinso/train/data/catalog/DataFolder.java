package shinso.train.data.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import shinso.train.data.DataException;

/**
 * Where data sets lie, one sub-folder a set.
 *
 * @param path the folder, which need not exist yet
 * @param chosen whether {@code SHINSO_DATA} named it, else it is in the user's cache directory
 */
public record DataFolder(Path path, boolean chosen) {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "SHINSO_DATA";

  /** Returns the folder of this process. */
  public static DataFolder ofEnvironment() {
    return of(
        System.getenv(),
        System.getProperty("os.name", ""),
        Path.of(System.getProperty("user.home", ".")));
  }

  /** Returns a folder that the caller chose. */
  public static DataFolder at(Path path) {
    return new DataFolder(path.toAbsolutePath().normalize(), true);
  }

  /**
   * Returns the folder that {@code SHINSO_DATA} names, else the one in the cache directory: {@code
   * ~/Library/Caches} on macOS, {@code %LOCALAPPDATA%} on Windows, {@code $XDG_CACHE_HOME} or
   * {@code ~/.cache} elsewhere.
   *
   * @throws DataException if {@code SHINSO_DATA} is not a path
   */
  static DataFolder of(Map<String, String> environment, String system, Path home) {
    String named = environment.getOrDefault(VARIABLE, "").strip();
    if (!named.isEmpty()) {
      try {
        return at(Path.of(named));
      } catch (InvalidPathException e) {
        throw new DataException(
            "%s='%s' is not a path; set it to a folder".formatted(VARIABLE, named), e);
      }
    }
    return new DataFolder(
        caches(environment, system.toLowerCase(Locale.ROOT), home)
            .resolve("shinso")
            .resolve("data"),
        false);
  }

  private static Path caches(Map<String, String> environment, String system, Path home) {
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    String variable = system.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME";
    String named = environment.getOrDefault(variable, "");
    // A relative XDG_CACHE_HOME is invalid, says its specification, and to be ignored.
    if (!named.isEmpty() && Path.of(named).isAbsolute()) {
      return Path.of(named);
    }
    return system.startsWith("windows")
        ? home.resolve("AppData").resolve("Local")
        : home.resolve(".cache");
  }

  /** Returns the sub-folder of a set. */
  public Path of(String set) {
    return path.resolve(set);
  }

  /**
   * Makes the sub-folder of a set.
   *
   * @throws DataException if that is not possible, or files can't be written there
   */
  Path writable(String set) {
    Path folder = of(set);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw readOnly(folder, e);
    }
    if (!Files.isWritable(folder)) {
      throw readOnly(folder, new IOException("read-only"));
    }
    return folder;
  }

  private DataException readOnly(Path folder, IOException e) {
    return new DataException(
        "%s: can't be written to (%s); %s"
            .formatted(
                folder,
                e.getClass() == IOException.class ? e.getMessage() : e.getClass().getSimpleName(),
                chosen
                    ? "set %s to a folder of yours, or unset it".formatted(VARIABLE)
                    : "set %s to a folder that can".formatted(VARIABLE)),
        e);
  }
}
