package shinso.verify.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shinso.train.file.FileException;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/** All pictures: those of the pages, and what runs have drawn. */
final class Gallery {
  private final Map<String, List<Item>> groups = new LinkedHashMap<>();

  /**
   * A picture.
   *
   * @param file where it lies now
   * @param target where it is to lie in the site
   * @param text what is to be seen
   * @param page the page that shows it, or an empty text
   */
  record Item(Path file, Path target, String text, String page) {}

  /** Returns the gallery of the pictures in docs/images, described as the pages describe them. */
  static Gallery of(Path repository, List<MarkdownPage> pages) {
    Map<Path, MarkdownPage> shownBy = new HashMap<>();
    Map<Path, String> texts = new HashMap<>();
    for (MarkdownPage page : pages) {
      for (MarkdownPage.Picture picture : page.images()) {
        Path image = page.path().resolveSibling(picture.target()).normalize();
        // The page that is about it, rather than the first one of all.
        if (!shownBy.containsKey(image) || page.path().getNameCount() > 1) {
          shownBy.put(image, page);
          texts.put(image, picture.alt());
        }
      }
    }
    Gallery gallery = new Gallery();
    for (Path image : pictures(repository.resolve("docs/images"))) {
      Path path = repository.relativize(image);
      MarkdownPage page = shownBy.get(path);
      boolean isTutorial = page != null && page.path().startsWith("docs/tutorial");
      gallery
          .group(isTutorial ? "Tutorial" : "Guide")
          .add(
              new Item(
                  image,
                  path,
                  texts.getOrDefault(path, path.getFileName().toString()),
                  page == null ? "" : SitePage.address(SiteWriter.place(page.path()))));
    }
    return gallery;
  }

  /**
   * Adds what runs have drawn.
   *
   * @throws FileException if the folder can't be read
   */
  void addRuns(Path runs) {
    try (Stream<Path> folders = Files.list(runs)) {
      for (Path folder :
          folders.filter(f -> Files.exists(f.resolve("run.json"))).sorted().toList()) {
        RunInfo info = RunFolder.open(folder, folder.toString()).info();
        for (Path picture : pictures(folder)) {
          if (folder.equals(picture.getParent())) {
            String name = picture.getFileName().toString();
            Path target = Path.of("runs", folder.getFileName().toString(), name);
            group("./shinso " + String.join(" ", info.commandLine()))
                .add(new Item(picture, target, info.recipe() + ": " + stem(name), ""));
          }
        }
      }
    } catch (IOException e) {
      throw FileException.reading(runs, e);
    }
  }

  private List<Item> group(String name) {
    return groups.computeIfAbsent(name, n -> new ArrayList<>());
  }

  private static String stem(String name) {
    return name.substring(0, name.lastIndexOf('.')).replace('-', ' ');
  }

  private static List<Path> pictures(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".png") || f.toString().endsWith(".gif"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
  }

  List<Item> items() {
    return groups.values().stream().flatMap(List::stream).toList();
  }

  /** Returns the body of its page, which lies at the top of the site. */
  String html() {
    StringBuilder html = new StringBuilder("<h1 id=\"gallery\">Gallery</h1>\n");
    groups.forEach((name, items) -> {
      html.append("<h2>").append(SitePage.escaped(name)).append("</h2>\n<div class=\"gallery\">\n");
      for (Item item : items) {
        String address = SitePage.address(item.target);
        String text = SitePage.escaped(item.text);
        String to = item.page.isEmpty() ? address : item.page;
        html.append(
            """
            <figure><a href="%s"><img src="%s" alt="%s" loading="lazy"></a>
            <figcaption>%s</figcaption></figure>
            """
                .formatted(to, address, text, text));
      }
      html.append("</div>\n");
    });
    return html.toString();
  }
}
