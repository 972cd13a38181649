package shinso.spark.distributed;

/** A worker has given up, and says why to all. */
final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AbortedException(String reason) {
    super(reason, null, false, false);
  }
}
