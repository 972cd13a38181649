package shinso.train.loop;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where progress is shown.
 *
 * @param out takes the text
 * @param isTerminal whether a line can be written over
 * @param isColoured whether colours are welcome
 * @param width gives the number of columns, asked for each time it matters
 */
public record Screen(PrintStream out, boolean isTerminal, boolean isColoured, IntSupplier width) {
  private static final int USUAL_WIDTH = 80;

  /** Returns standard output, as a terminal if it is one. */
  // The specification of System.console still allows null.
  @SuppressWarnings("SystemConsoleNull")
  public static Screen standard() {
    Console console = System.console();
    String term = System.getenv("TERM");
    boolean terminal =
        console != null && console.isTerminal() && (term == null || !term.equals("dumb"));
    return new Screen(System.out, terminal, wantsColours(), () -> number(System.getenv("COLUMNS")));
  }

  /** Returns a screen that takes whole lines only, such as a file. */
  public static Screen lines(PrintStream out) {
    return new Screen(out, false, false, () -> USUAL_WIDTH);
  }

  /** Returns whether the user is content with colours: see no-color.org. */
  public static boolean wantsColours() {
    String no = System.getenv("NO_COLOR");
    return no == null || no.isEmpty();
  }

  /** Returns whether characters that are not ASCII arrive. */
  boolean isUnicode() {
    return StandardCharsets.UTF_8.equals(out.charset());
  }

  private static int number(@Nullable String text) {
    try {
      return text == null ? USUAL_WIDTH : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }
}
