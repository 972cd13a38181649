package shinso.app;

import java.nio.file.Path;
import java.util.Locale;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/** How a run is, seen from outside. */
enum RunState {
  /** A process is at work on it. */
  RUNNING,
  /** Ended as planned. */
  FINISHED,
  /** Stopped by the user; it can be gone on with. */
  INTERRUPTED,
  /** Ended by an error. */
  FAILED,
  /** Says that it is running, but nobody is at work on it. */
  KILLED,
  /** Its {@code run.json} can't be read. */
  DAMAGED;

  /** Returns how a run is that says something of itself. */
  static RunState of(Path folder, RunInfo info) {
    return switch (info.status()) {
      case RUNNING -> RunFolder.isAtWork(folder) ? RUNNING : KILLED;
      case FINISHED -> FINISHED;
      case INTERRUPTED -> INTERRUPTED;
      case FAILED -> FAILED;
    };
  }

  /** Returns whether nothing more will come of it by itself, and what there is, is no result. */
  boolean isBroken() {
    return this == FAILED || this == KILLED || this == DAMAGED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
