package shinso.app;

import java.util.Locale;
import shinso.train.data.catalog.DownloadProgress;
import shinso.train.loop.Screen;

/** Shows how a download goes: a line that is written over on a terminal, else one line a file. */
final class Transfer implements DownloadProgress {
  private static final String WIPE = "\r\u001b[K";

  private final Screen screen;

  private Transfer(Screen screen) {
    this.screen = screen;
  }

  /** Returns a progress that is shown on a screen. */
  static Transfer on(Screen screen) {
    return new Transfer(screen);
  }

  @Override
  public void update(String file, long bytes, long total, double rate) {
    String line =
        String.format(
            Locale.ROOT,
            "%s  %.1f of %.1f MB  %.0f %%  %.1f MB/s",
            file,
            bytes / 1e6,
            total / 1e6,
            total == 0 ? 100 : 100.0 * bytes / total,
            rate / 1e6);
    boolean done = bytes >= total;
    if (screen.isTerminal()) {
      screen.out().print(WIPE + line + (done ? "\n" : ""));
      screen.out().flush();
    } else if (done) {
      screen.out().println(line);
    }
  }
}
