package shinso.verify.site;

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
    return
"""
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%1$s</title>
<link rel="stylesheet" href="%2$ssite.css">
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header>
<a class="home" href="%2$sindex.html">Shinso</a>
<div class="search" role="search">
<input type="search" id="query" placeholder="Search" aria-label="Search the documentation" autocomplete="off" aria-controls="found">
<ol id="found" aria-live="polite" hidden></ol>
</div>
</header>
<div class="page">
<nav aria-label="Pages">
<details id="menu" open>
<summary>Pages</summary>
%3$s</details>
</nav>
<main id="main">
%4$s</main>
</div>
<script src="%2$ssearch-index.js" defer></script>
<script src="%2$ssite.js" data-home="%2$s" defer></script>
</body>
</html>
"""
        .formatted(
            escaped(title.equals("Shinso") ? title : title + " · Shinso"), home, links, body);
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
}
