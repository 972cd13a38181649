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
}
