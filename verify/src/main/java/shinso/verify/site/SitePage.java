package shinso.verify.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The frame around the body of a page: its head, the search, what else there is. */
final class SitePage {
  private SitePage() {}

  /** A link of the navigation. */
  record Entry(String title, Path target) {}

  /**
   * Returns a page.
   *
   * @param at where it is to lie, relative to the site
   * @param navigation the links at its side by the headings above them
   */
  static String of(Path at, String title, String body, Map<String, List<Entry>> navigation) {
    String home = "../".repeat(at.getNameCount() - 1);
    StringBuilder links = new StringBuilder();
    navigation.forEach((heading, entries) -> {
      links.append("<h2>").append(escaped(heading)).append("</h2>\n<ul>\n");
      for (Entry entry : entries) {
        String current = entry.target.equals(at) ? " aria-current=\"page\"" : "";
        links.append(
            "<li><a href=\"%s%s\"%s>%s</a></li>\n"
                .formatted(home, address(entry.target), current, escaped(entry.title)));
      }
      links.append("</ul>\n");
    });
    return resource("page.html")
        .replace("{title}", escaped(title.equals("Shinso") ? title : title + " · Shinso"))
        .replace("{home}", home)
        .replace("{navigation}", links)
        .replace("{body}", body);
  }

  /** Returns a path as links have it. */
  static String address(Path path) {
    return path.toString().replace('\\', '/').replace(" ", "%20");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Returns a file that lies beside this class. */
  static String resource(String name) {
    try (InputStream in = SitePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("there is no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("can't read the resource " + name, e);
    }
  }
}
