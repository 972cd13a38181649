package shinso.train.figure;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Pieces of HTML. */
public final class Html {
  private Html() {}

  /** Returns a text in which nothing is markup. */
  public static String escape(String text) {
    StringBuilder s = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> s.append("&amp;");
        case '<' -> s.append("&lt;");
        case '>' -> s.append("&gt;");
        case '"' -> s.append("&quot;");
        case '\'' -> s.append("&#39;");
        default -> s.append(c);
      }
    }
    return s.toString();
  }

  /** Returns a text in JSON that may stand between single quotes in HTML. */
  static String json(String text) {
    StringBuilder s = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || "<>&'\"\\".indexOf(c) >= 0) {
        s.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        s.append(c);
      }
    }
    return s.append('"').toString();
  }

  /** Returns texts as a JSON array that may stand between single quotes in HTML. */
  static String json(List<String> texts) {
    return texts.stream().map(Html::json).collect(Collectors.joining(",", "[", "]"));
  }

  /** Returns a PNG file as an address that is its content. */
  public static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
