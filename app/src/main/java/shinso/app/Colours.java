package shinso.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import shinso.train.loop.Screen;

/**
 * Whether what is said is coloured: not if {@code NO_COLOR} is set (no-color.org), anywhere if
 * {@code CLICOLOR_FORCE} is (bixense.com/clicolors), else on a terminal.
 */
final class Colours {
  private Colours() {}

  /** Returns how marked texts are written. */
  static Ansi ansi() {
    return ansi(Screen.wantsColours(), System.getenv("CLICOLOR_FORCE"));
  }

  static Ansi ansi(boolean wanted, @Nullable String forced) {
    if (!wanted) {
      return Ansi.OFF;
    }
    return forced == null || forced.isEmpty() || forced.equals("0") ? Ansi.AUTO : Ansi.ON;
  }

  /** Returns a text in green or, if something isn't as it should be, in yellow. */
  static String judged(boolean good, String text) {
    return ansi().string("@|" + (good ? "green" : "yellow") + " " + text + "|@");
  }
}
