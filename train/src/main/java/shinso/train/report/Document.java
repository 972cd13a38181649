package shinso.train.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Html;
import shinso.train.figure.Lines;
import shinso.train.file.AtomicFile;

/**
 * A page in one file that opens without server and network: a heading with what counts most, then
 * sections and charts.
 */
public final class Document {
  private final String title;
  private final StringBuilder header = new StringBuilder();
  private final StringBuilder body = new StringBuilder();

  private Document(String title) {
    this.title = title;
  }

  /**
   * Begins a page.
   *
   * @param title what a browser calls it
   */
  public static Document titled(String title) {
    return new Document(title);
  }

  /**
   * Adds the heading.
   *
   * @param status a word beside it, which is also a class of the style sheet; empty for none
   */
  public Document heading(String text, String status) {
    header.append("<h1>").append(Html.escape(text));
    if (!status.isEmpty()) {
      String word = Html.escape(status);
      header.append(" <span class=\"status ").append(word).append("\">").append(word);
      header.append("</span>");
    }
    header.append("</h1>\n");
    return this;
  }

  /** Adds a paragraph to the heading. */
  public Document lead(String text) {
    header.append("<p>").append(Html.escape(text)).append("</p>\n");
    return this;
  }

  /**
   * Adds a paragraph of secondary things to the heading.
   *
   * @param strong a part at its end that stands out; null for none
   */
  public Document hint(String text, @Nullable String strong) {
    header.append("<p class=\"hint\">").append(Html.escape(text));
    if (strong != null) {
      header.append("<b>").append(Html.escape(strong)).append("</b>");
    }
    header.append("</p>\n");
    return this;
  }

  /** Adds the numbers that count most to the heading, in words by name. */
  public Document numbers(Map<String, String> texts) {
    header.append("<div class=\"numbers\">");
    texts.forEach((name, text) ->
        header
            .append("<div><b>")
            .append(Html.escape(text))
            .append("</b><span>")
            .append(Html.escape(name))
            .append("</span></div>"));
    header.append("</div>");
    return this;
  }

  /**
   * Adds charts side by side; none if the list is empty.
   *
   * @param id a name that no other charts of the page have
   */
  public Document charts(String heading, String id, List<Lines> charts) {
    if (!charts.isEmpty()) {
      body.append("<section><h2>").append(Html.escape(heading));
      body.append("</h2><div class=\"charts\">\n");
      charts.forEach(c -> body.append(Curves.html(c, id + "-" + c.title())).append('\n'));
      body.append("</div></section>\n");
    }
    return this;
  }

  /** Adds a section. */
  public Document with(Section section) {
    body.append("<section><h2>").append(Html.escape(section.title())).append("</h2>\n");
    body.append(section.html()).append("</section>\n");
    return this;
  }

  /** Returns the page. */
  public String html() {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\"><title>"
        + Html.escape(title)
        + "</title>\n<style>\n"
        + style()
        + "</style></head>\n<body><main>\n<header>"
        + header
        + "</header>\n"
        + body
        + "</main></body></html>\n";
  }

  /**
   * Writes the page.
   *
   * @throws shinso.train.file.FileException if that fails
   */
  public void write(Path file) {
    AtomicFile.write(file, html());
  }

  private static String style() {
    try (InputStream in = Document.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.css can't be read from the jar", e);
    }
  }
}
