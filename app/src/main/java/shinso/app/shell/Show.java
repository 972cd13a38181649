package shinso.app.shell;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.figure.Figure;
import shinso.train.loop.Screen;

/** How the shell shows what is not just text. {@link #show} is imported in each shell. */
public final class Show {
  /** Tensors of the shape of a matrix are taken for pictures from this side on. */
  private static final int LEAST_SIDE = 16;

  /** Several pictures are taken for such if they are as large as this. */
  private static final int LEAST_SIDE_OF_SEVERAL = 8;

  /** So many of several are drawn as the value of a snippet; {@link #show} draws all. */
  private static final int MOST = 32;

  private static volatile Screen screen = Screen.lines(System.out);
  private static volatile boolean values;

  private Show() {}

  /** Says where pictures go, and whether values of snippets are shown as pictures. */
  static void on(Screen where, boolean showValues) {
    screen = where;
    values = showValues;
  }

  /** Says where pictures go as characters. */
  static void on(PrintStream where) {
    on(Screen.lines(where), false);
  }

  /**
   * Draws pictures into the terminal, as half blocks in shades or colours; into a file, or where
   * colours are not wanted, as characters.
   *
   * @param images {@code [h, w]}, {@code [h, w, 1 or 3]}, or several of them, {@code [n, h, w, 1 or
   *     3]}; values from 0 to 1, or any others, of which the least is black and the greatest white
   * @throws IllegalArgumentException if the shape is another
   */
  public static void show(Tensor images) {
    Screen at = screen;
    at.out().println(text(images, at));
    at.out().flush();
  }

  /** Returns what stands for the value of a snippet. */
  static @Nullable Object value(@Nullable Object value) {
    if (!values) {
      return value;
    }
    return switch (value) {
      case Tensor t when isPicture(t) -> new Shown(head(t) + "\n" + text(first(t), screen));
      case Figure f ->
          new Shown(
              "%s \"%s\"; .write(Path.of(\"NAME.%s\")) draws it into a file"
                  .formatted(
                      f.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                      f.title(),
                      f.extension()));
      case null, default -> value;
    };
  }

  /** A text that JShell doesn't put into quotes. */
  private record Shown(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Returns whether numbers are better looked at as a picture: [h, w, 1 or 3], several of these of
   * some size, or a matrix of some size whose values are all from 0 to 1, as those of pictures are.
   */
  static boolean isPicture(Tensor t) {
    Shape s = t.shape();
    if (t.dtype() == DType.I32 || s.rank() < 2 || s.rank() > 4) {
      return false;
    }
    if (s.rank() == 4) {
      return s.size() > 0
          && Math.min(s.dim(1), s.dim(2)) >= LEAST_SIDE_OF_SEVERAL
          && (s.dim(3) == 1 || s.dim(3) == 3);
    }
    if (Math.min(s.dim(0), s.dim(1)) < (s.rank() == 2 ? LEAST_SIDE : 2)) {
      return false;
    }
    if (s.rank() == 3) {
      return s.dim(2) == 1 || s.dim(2) == 3;
    }
    return t.min().item() >= 0 && t.max().item() <= 1;
  }

  private static boolean isMore(Tensor t) {
    return t.shape().rank() == 4 && t.shape().dim(0) > MOST;
  }

  private static Tensor first(Tensor t) {
    return isMore(t) ? t.slice(0, 0, MOST) : t;
  }

  private static String head(Tensor t) {
    return "%s%s from %s to %s%s"
        .formatted(
            t.dtype(),
            t.shape(),
            number(t.min().item()),
            number(t.max().item()),
            isMore(t) ? ", the first %d of %d".formatted(MOST, t.shape().dim(0)) : "");
  }

  private static String number(double value) {
    return String.valueOf((float) value);
  }

  private static String text(Tensor images, Screen at) {
    return TextPicture.of(images, Math.max(1, at.width().getAsInt() - 1), style(at));
  }

  private static TextPicture.Style style(Screen at) {
    return style(
        at, String.valueOf(System.getenv("COLORTERM")), String.valueOf(System.getenv("TERM")));
  }

  /** Returns the best that a terminal can show. */
  static TextPicture.Style style(Screen at, String colours, String term) {
    PrintStream out = at.out();
    boolean unicode = StandardCharsets.UTF_8.equals(out.charset());
    if (at.isTerminal() && at.isColoured() && unicode) {
      if (colours.equals("truecolor") || colours.equals("24bit")) {
        return TextPicture.Style.TRUE_COLOURS;
      }
      if (term.contains("256color")) {
        return TextPicture.Style.COLOURS_256;
      }
    }
    return unicode ? TextPicture.Style.SHADES : TextPicture.Style.ASCII;
  }
}
