package shinso.spark.distributed;

import org.jspecify.annotations.Nullable;
import shinso.train.UserException;

/** Something can't be done on a cluster as it was asked for. */
public final class DistributionException extends UserException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a line that says what to do. */
  public DistributionException(String message) {
    this(message, null);
  }

  /** Creates an exception with a line that says what to do, and what it came from. */
  public DistributionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns what a job failed of, in words that the user can do something about.
   *
   * @param what was tried, such as {@code training}
   * @param e what Spark threw, which it does without declaring it
   */
  public static DistributionException explained(String what, Exception e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UserException user) {
        return new DistributionException(user.getMessage(), e);
      }
    }
    return new DistributionException(
        "%s failed on the cluster: %s".formatted(what, e.getMessage()), e);
  }
}
