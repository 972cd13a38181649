package shinso.train.data.catalog;

/** Is told how a download goes. */
@FunctionalInterface
public interface DownloadProgress {
  /** Tells nobody. */
  DownloadProgress SILENT = (_, _, _, _) -> {};

  /**
   * Called at most ten times a second, and once at the end of each file.
   *
   * @param file the name of the file
   * @param bytes what is here, with what was here before
   * @param total the size of the file in bytes
   * @param rate bytes per second since the download began
   */
  void update(String file, long bytes, long total, double rate);
}
