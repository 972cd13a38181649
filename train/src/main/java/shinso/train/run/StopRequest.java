package shinso.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/**
 * The wish of another process that a run stop as after Ctrl-C: a file in the run's folder, for
 * which training looks between steps. That takes a microsecond, and no result depends on when.
 * Whoever takes the run the next time removes it first.
 */
public final class StopRequest implements BooleanSupplier {
  private static final String NAME = ".stop";

  private final Path file;

  private StopRequest(Path file) {
    this.file = file;
  }

  /** Returns the request in a run's folder, made or not. */
  public static StopRequest in(Path folder) {
    return new StopRequest(folder.resolve(NAME));
  }

  /**
   * Asks for a stop.
   *
   * @throws FileException if the file can't be written
   */
  public void make() {
    AtomicFile.write(file, "");
  }

  /** Returns whether a stop was asked for. */
  @Override
  public boolean getAsBoolean() {
    return Files.exists(file);
  }

  /** Forgets a request that was meant for what has ended. */
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }
}
