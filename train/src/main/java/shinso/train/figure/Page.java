package shinso.train.figure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Figures in HTML. */
final class Page {
  private static final String STYLE = resource("figure.css");
  private static final String SCRIPT = resource("figure.js");
  private static final String SURFACE = resource("surface.js");
  private static final String ANIMATION = resource("animation.js");

  private Page() {}

  /** Returns the whole element with all that it needs. */
  static String html(Figure figure) {
    return "<figure class=\"shinso\"><style>"
        + STYLE
        + "</style>"
        + inside(figure)
        + "<script>"
        + scripts(figure)
        + "</script></figure>";
  }

  private static String scripts(Figure figure) {
    StringBuilder s = new StringBuilder(SCRIPT);
    if (has(figure, Surface.class)) {
      s.append('\n').append(SURFACE);
    }
    if (has(figure, Animation.class)) {
      s.append('\n').append(ANIMATION);
    }
    return s.toString();
  }

  private static boolean has(Figure figure, Class<? extends Figure> kind) {
    return kind.isInstance(figure)
        || switch (figure) {
          case Panels p -> p.figures().stream().anyMatch(f -> has(f, kind));
          case Animation a -> a.frames().stream().anyMatch(f -> has(f, kind));
          default -> false;
        };
  }

  /** Returns an element inside of another one, which has what it needs. */
  static String part(Figure figure) {
    return "<figure class=\"shinso-part\">" + inside(figure) + "</figure>";
  }

  private static String inside(Figure figure) {
    StringBuilder s = new StringBuilder();
    if (!figure.title().isEmpty()) {
      s.append("<b class=\"shinso-title\">").append(Html.escape(figure.title())).append("</b>");
    }
    s.append(Drawing.body(figure));
    if (!figure.caption().isEmpty()) {
      s.append("<figcaption>").append(Html.escape(figure.caption())).append("</figcaption>");
    }
    return s.toString();
  }

  /** Returns what is said of a figure to those who can't see it. */
  static String name(Figure figure) {
    String title = figure.title();
    return figure.caption().isEmpty() ? title : title + ": " + figure.caption();
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IllegalStateException(name + " can't be read from the jar", e);
    }
  }
}
