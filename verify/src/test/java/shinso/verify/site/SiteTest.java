package shinso.verify.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site of this repository, without Javadoc, and broken ones of two pages. */
final class SiteTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path site;

  /** What a command did. */
  private record End(int code, String out, String err) {}

  private static End docs(Path repository, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Site.execute(repository, new PrintWriter(out), new PrintWriter(err), args);
    return new End(code, out.toString(), err.toString());
  }

  @BeforeAll
  static void make() {
    site = shared.resolve("site");
    End end = docs(REPOSITORY, "--no-javadoc", "--out", site.toString());
    assertEquals(new End(0, "site: " + site.resolve("index.html") + "\n", ""), end);
  }

  private static String page(String name) throws IOException {
    return Files.readString(site.resolve(name));
  }

  /** The links of the pages themselves: also for those who don't make a site. */
  @Test
  void noLinkOfAnyPageLeadsNowhere() {
    assertEquals(List.of(), MarkdownLinks.broken(REPOSITORY));
    assertTrue(MarkdownLinks.pages(REPOSITORY).size() > 20);
    assertEquals(List.of(), HtmlLinks.broken(site));
  }

  @Test
  void everyPageIsThereAndInTheNavigation() throws IOException {
    String index = page("index.html");
    for (Path path : MarkdownLinks.pages(REPOSITORY)) {
      Path place = SiteWriter.place(path);
      assertTrue(Files.exists(site.resolve(place)), place.toString());
      assertTrue(index.contains("<a href=\"" + SitePage.address(place) + "\""), place.toString());
    }
    String page = page("docs/tutorial/index.html");
    assertTrue(page.contains("<a href=\"../../docs/tutorial/index.html\" aria-current=\"page\">"));
    assertTrue(page.contains("<a href=\"01-tensors.html\">"), "links lead to pages of the site");
  }

  @Test
  void pagesHaveTablesPicturesAndAnchors() throws IOException {
    assertTrue(page("docs/results.html").contains("<div class=\"wide\" tabindex=\"0\"><table>"));
    assertTrue(page("docs/using.html").contains("<h2 id=\"options-of-the-jvm\">"));
    assertTrue(page("index.html").contains("src=\"docs/images/mistakes.png\""));
    assertTrue(Files.exists(site.resolve("docs/images/mistakes.png")));
    assertTrue(
        page("source/zoo/src/main/java/shinso/zoo/energy/RbmMnist.java.html")
            .contains("public final class RbmMnist"));
  }

  @Test
  void theGalleryHasAllPicturesAndSaysWhatTheyShow() throws IOException {
    String gallery = page("gallery.html");
    List<String> alts =
        Pattern.compile("<img [^>]*alt=\"([^\"]*)\"")
            .matcher(gallery)
            .results()
            .map(m -> m.group(1))
            .toList();
    try (Stream<Path> files = Files.walk(REPOSITORY.resolve("docs/images"))) {
      assertEquals(files.filter(f -> f.toString().endsWith(".png")).count(), alts.size());
    }
    assertTrue(alts.stream().allMatch(a -> a.contains(" ")), () -> "without words: " + alts);
    assertTrue(gallery.contains("<a href=\"docs/tutorial/02-neuron.html\"><img"));
  }

  /** Nothing is loaded from a network, and nothing is written into the page by hand. */
  @Test
  void aPageNeedsNoNetwork() throws IOException {
    String page = page("docs/using.html");
    assertFalse(Pattern.compile("(?:src|<link[^>]*href)=\"(?:https?:)?//").matcher(page).find());
    assertTrue(page("site.css").contains("prefers-color-scheme: dark"));
    // On a phone a table is scrolled, not squeezed to a word a line.
    assertTrue(page("site.css").contains("width: max-content"));
    assertTrue(page.contains("<meta name=\"viewport\""));
    assertTrue(page.contains("<html lang=\"en\">"));
  }

  @Test
  void theSearchKnowsAllSections() throws IOException {
    String index = page("search-index.js");
    assertTrue(index.startsWith("const SEARCH_INDEX = {"));
    assertTrue(index.contains("\"docs/using.html#options-of-the-jvm\""));
    Set<String> missing = new TreeSet<>();
    for (Path path : MarkdownLinks.pages(REPOSITORY)) {
      String address = SitePage.address(SiteWriter.place(path));
      if (!index.contains("\"" + address)) {
        missing.add(address);
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void linksThatLeadNowhereAreNamed() throws IOException {
    Files.writeString(
        folder.resolve("README.md"),
        """
        # Home

        [a](other.md) [b](missing.md) [c](other.md#a-part) [d](other.md#none) [e](#home) [f](#away)
        [g](https://example.org/x) [h](https://) [i](ftp://example.org) [j](../elsewhere.md)
        [k](<with space.md>) ![l](missing.png) [m](/etc/passwd) [n](mailto:a@example.org)

            [code](missing-too.md)
        """);
    Files.writeString(folder.resolve("other.md"), "# Other\n\n## A part\n\n## `Code` & more\n");
    List<String> broken = new ArrayList<>(MarkdownLinks.broken(folder));
    assertEquals(
        List.of(
            "missing.md",
            "other.md#none",
            "#away",
            "https://",
            "ftp://example.org",
            "../elsewhere.md",
            "with space.md",
            "missing.png",
            "/etc/passwd"),
        broken.stream().map(b -> b.replaceFirst("^README\\.md: (.*?): .*", "$1")).toList(),
        broken.toString());
    assertTrue(broken.get(1).endsWith("other.md has no heading #none"), broken.get(1));
  }

  @Test
  void whatASiteLacksIsNamed() throws IOException {
    Files.writeString(
        folder.resolve("a.html"),
        """
        <html><head><script src="https://example.org/x.js"></script>
        <script>let s = '<a href="in-a-script.html">';</script></head>
        <body id="top"><a href="b.html#here">1</a> <a href="b.html#there">2</a> <a href="c.html">3</a>
        <a href="#top">4</a> <a href="https://example.org">5</a> <img src="no.png"> <a href="sub">6</a>
        <a href="../out.html">7</a></body></html>
        """);
    Files.writeString(folder.resolve("b.html"), "<p id=\"here\">b</p>");
    Files.createDirectory(folder.resolve("sub"));
    assertEquals(
        """
        a.html: https://example.org/x.js: is loaded from a network
        a.html: b.html#there: has no #there
        a.html: c.html: there is no such file
        a.html: no.png: there is no such file
        a.html: sub: is a folder
        a.html: ../out.html: leads out of the site\
        """,
        HtmlLinks.broken(folder).stream().collect(Collectors.joining("\n")));
  }

  @Test
  void aBrokenRepositoryMakesTheCommandFail() throws IOException {
    Path repository = folder.resolve("repository");
    Files.createDirectories(repository.resolve("docs/images"));
    Files.writeString(repository.resolve("README.md"), "# Home\n\n[b](missing.md)\n");
    End end = docs(repository, "--no-javadoc", "--out", folder.resolve("out").toString());
    assertEquals(1, end.code());
    assertTrue(end.err().startsWith("shinso docs: README.md: missing.md: there is no"), end.err());
  }

  @Test
  void foldersOfOthersAreLeftAlone() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.txt"), "precious");
    End end = docs(REPOSITORY, "--no-javadoc", "--out", folder.toString());
    assertEquals(1, end.code());
    assertEquals(
        "shinso docs: the folder %s is not empty and no site; give --out another\n"
            .formatted(folder),
        end.err());
    assertEquals("precious", Files.readString(mine));
    assertEquals(2, docs(REPOSITORY, "--nonsense").code());
    End runs = docs(REPOSITORY, "--runs", folder.resolve("none").toString());
    assertTrue(runs.err().contains("there is no folder of runs"), runs.err());
  }

  /** Every module of the build is documented. */
  @Test
  void javadocIsOfAllModules() throws IOException {
    Set<String> modules =
        Pattern.compile("<module>(\\w+)</module>")
            .matcher(Files.readString(REPOSITORY.resolve("pom.xml")))
            .results()
            .map(m -> m.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    // Spark's is in a profile of its own, and no module in Java's sense.
    modules.removeAll(Set.of("verify", "bom", "spark"));
    assertEquals(
        modules,
        Javadoc.modules(REPOSITORY).stream()
            .map(m -> m.getFileName().toString())
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
