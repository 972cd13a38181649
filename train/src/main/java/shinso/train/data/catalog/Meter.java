package shinso.train.data.catalog;

/** Measures how fast a file comes, and tells it now and then. */
final class Meter {
  private static final long EVERY_NANOS = 100_000_000;

  private final RemoteFile file;
  private final DownloadProgress progress;
  private long begin;
  private long beginBytes;
  private long told;

  Meter(RemoteFile file, DownloadProgress progress) {
    this.file = file;
    this.progress = progress;
  }

  void start(long bytes) {
    begin = System.nanoTime();
    beginBytes = bytes;
    told = begin;
  }

  void update(long bytes) {
    long now = System.nanoTime();
    if (now - told >= EVERY_NANOS) {
      tell(bytes, now);
    }
  }

  void finish(long bytes) {
    tell(bytes, System.nanoTime());
  }

  private void tell(long bytes, long now) {
    told = now;
    // A download that had to begin anew has fewer bytes than at the start.
    double gained = Math.max(0, bytes - beginBytes);
    progress.update(file.name(), bytes, file.size(), gained / Math.max(1e-9, (now - begin) * 1e-9));
  }
}
