package shinso.train.data.catalog;

import java.util.Objects;

/** No mirror gave a file; the message says why, mirror by mirror, in one line. */
final class DownloadException extends Exception {
  private static final long serialVersionUID = 1;

  DownloadException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
