package shinso.verify.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/** Writes the pages of a repository into a folder. */
final class SiteWriter {
  /** The longest text of a section that is searched. */
  private static final int SEARCHED = 4_000;

  private final Path repository;
  private final Path out;
  private final boolean hasJavadoc;
  private final List<MarkdownPage> pages;

  /** Files of the repository that pages link to and that are no pages. */
  private final Set<Path> sources = new LinkedHashSet<>();

  SiteWriter(Path repository, Path out, boolean hasJavadoc) {
    this.repository = repository;
    this.out = out;
    this.hasJavadoc = hasJavadoc;
    pages =
        MarkdownLinks.pages(repository).stream()
            .map(p -> MarkdownPage.read(repository, p))
            .toList();
  }

  /**
   * Writes the site.
   *
   * @param runs a folder of runs whose pictures are shown, or null
   * @throws FileException if something can't be read or written
   */
  void write(@Nullable Path runs) {
    Map<String, List<SitePage.Entry>> navigation = navigation();
    for (MarkdownPage page : pages) {
      Path place = place(page.path());
      String body = page.html(target -> link(page.path(), target));
      write(place, SitePage.of(place, page.title(), body, navigation));
    }
    Gallery gallery = Gallery.of(repository, pages);
    if (runs != null) {
      gallery.addRuns(runs);
    }
    Path place = Path.of("gallery.html");
    write(place, SitePage.of(place, "Gallery", gallery.html(), navigation));
    gallery.items().forEach(item -> copy(item.file(), item.target()));
    for (Path source : sources) {
      Path page = sourcePlace(source);
      String body =
          "<h1>%s</h1>\n<pre><code>%s</code></pre>\n"
              .formatted(
                  SitePage.escaped(source.toString()),
                  SitePage.escaped(read(repository.resolve(source))));
      write(page, SitePage.of(page, source.getFileName().toString(), body, navigation));
    }
    write(Path.of("search-index.js"), "const SEARCH_INDEX = " + index() + ";\n");
    write(Path.of("site.css"), SitePage.resource("site.css"));
    write(Path.of("site.js"), SitePage.resource("site.js"));
  }

  /** Returns where a page of the repository lies in the site. */
  static Path place(Path page) {
    String name = page.getFileName().toString();
    return page.resolveSibling(
        name.equals("README.md") ? "index.html" : name.replaceFirst("\\.md$", ".html"));
  }

  private static Path sourcePlace(Path source) {
    return Path.of("source").resolve(source.resolveSibling(source.getFileName() + ".html"));
  }

  /** The tutorial and the guide in the order of their lists; what no list has, behind these. */
  private Map<String, List<SitePage.Entry>> navigation() {
    Map<String, List<SitePage.Entry>> navigation = new LinkedHashMap<>();
    navigation.put("Start", new ArrayList<>(List.of(entry(Path.of("README.md"), "Overview"))));
    navigation.put("Tutorial", new ArrayList<>());
    navigation.put("Guide", new ArrayList<>());
    navigation.put("Results", new ArrayList<>());
    navigation.put("Measurements", new ArrayList<>());
    for (Path path : inOrder()) {
      if (path.equals(Path.of("README.md"))) {
        continue;
      }
      String name = path.getFileName().toString();
      String heading =
          path.startsWith("docs/tutorial")
              ? "Tutorial"
              : path.startsWith("docs/benchmarks")
                  ? "Measurements"
                  : name.equals("results.md") || name.equals("catalogue.md") ? "Results" : "Guide";
      add(navigation, heading, entry(path, page(path).title()));
    }
    add(navigation, "Results", new SitePage.Entry("Gallery", Path.of("gallery.html")));
    if (hasJavadoc) {
      navigation.put("API", List.of(new SitePage.Entry("Javadoc", Path.of("api/index.html"))));
    }
    navigation.values().removeIf(List::isEmpty);
    return navigation;
  }

  private static void add(
      Map<String, List<SitePage.Entry>> navigation, String heading, SitePage.Entry entry) {
    navigation.computeIfAbsent(heading, h -> new ArrayList<>()).add(entry);
  }

  private List<Path> inOrder() {
    Set<Path> order = new LinkedHashSet<>();
    for (MarkdownPage page : pages) {
      if (page.path().equals(Path.of("README.md"))) {
        page.links().forEach(l -> order.add(Path.of(l.replaceFirst("#.*", ""))));
      }
    }
    List<Path> known = new ArrayList<>(pages.stream().map(MarkdownPage::path).toList());
    order.retainAll(known);
    known.sort((a, b) -> {
      boolean indexA = a.endsWith("README.md");
      boolean indexB = b.endsWith("README.md");
      return indexA == indexB ? a.compareTo(b) : indexA ? -1 : 1;
    });
    order.addAll(known);
    return List.copyOf(order);
  }

  private static SitePage.Entry entry(Path page, String title) {
    return new SitePage.Entry(title, place(page));
  }

  private MarkdownPage page(Path path) {
    return pages.stream().filter(p -> p.path().equals(path)).findFirst().orElseThrow();
  }

  /** Returns a link of a page as it is in the site. */
  private String link(Path page, String target) {
    if (target.startsWith("#") || target.matches("[a-z]+:.*")) {
      return target;
    }
    int hash = target.indexOf('#');
    String anchor = hash < 0 ? "" : target.substring(hash);
    Path file = page.resolveSibling(hash < 0 ? target : target.substring(0, hash)).normalize();
    if (file.toString().endsWith(".md")) {
      return relative(page, place(file)) + anchor;
    }
    if (file.startsWith("docs/images")) {
      return relative(page, file);
    }
    if (Files.isRegularFile(repository.resolve(file))) {
      sources.add(file);
      return relative(page, sourcePlace(file)) + anchor;
    }
    return target;
  }

  private static String relative(Path page, Path target) {
    Path folder = page.getParent();
    return SitePage.address(folder == null ? target : folder.relativize(target));
  }

  /** Returns what is searched: title, heading, address and text of each section. */
  private String index() {
    List<List<String>> entries = new ArrayList<>();
    for (MarkdownPage page : pages) {
      String address = SitePage.address(place(page.path()));
      for (MarkdownPage.Section section : page.sections()) {
        String text = section.text().replaceAll("\\s+", " ");
        entries.add(
            List.of(
                page.title(),
                section.heading(),
                section.anchor().isEmpty() ? address : address + "#" + section.anchor(),
                text.length() > SEARCHED ? text.substring(0, SEARCHED) : text));
      }
    }
    return JsonFile.written(Map.of("sections", entries));
  }

  private void write(Path place, String text) {
    Path file = out.resolve(place);
    create(file);
    AtomicFile.write(file, text);
  }

  private void copy(Path from, Path place) {
    Path file = out.resolve(place);
    create(file);
    try {
      AtomicFile.write(file, Files.readAllBytes(from));
    } catch (IOException e) {
      throw FileException.reading(from, e);
    }
  }

  private static void create(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }
}
