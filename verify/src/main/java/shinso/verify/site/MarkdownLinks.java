package shinso.verify.site;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/** The links of all pages in Markdown: whether each leads to a file that is there. */
public final class MarkdownLinks {
  /** Folders that hold nobody's pages. */
  private static final Set<String> LEFT_OUT = Set.of("target", "runs", "node_modules");

  private final Path repository;
  private final Map<Path, MarkdownPage> pages = new HashMap<>();

  private MarkdownLinks(Path repository) {
    this.repository = repository;
  }

  /**
   * Returns the links that lead nowhere, {@code page.md: target: why}. Those to other places are
   * not followed, but must be addresses.
   *
   * @throws FileException if a page can't be read
   */
  public static List<String> broken(Path repository) {
    MarkdownLinks links = new MarkdownLinks(repository);
    List<String> broken = new ArrayList<>();
    for (Path path : pages(repository)) {
      for (String target : links.page(path).links()) {
        String why = links.problem(path, target);
        if (why != null) {
          broken.add("%s: %s: %s".formatted(path, target, why));
        }
      }
    }
    return broken;
  }

  /** Returns all pages, relative to the repository, in the order of their names. */
  static List<Path> pages(Path repository) {
    Set<Path> found = new TreeSet<>();
    try {
      Files.walkFileTree(
          repository,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
              String name = String.valueOf(folder.getFileName());
              boolean hidden = name.startsWith(".") && !folder.equals(repository);
              return hidden && !name.equals(".") && !name.equals("..") || LEFT_OUT.contains(name)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
              if (file.toString().endsWith(".md")) {
                found.add(repository.relativize(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw FileException.reading(repository, e);
    }
    return List.copyOf(found);
  }

  private MarkdownPage page(Path path) {
    return pages.computeIfAbsent(path, p -> MarkdownPage.read(repository, p));
  }

  private @Nullable String problem(Path page, String target) {
    URI address;
    try {
      address = new URI(target);
    } catch (URISyntaxException e) {
      return "is no address: " + e.getReason();
    }
    if (address.getScheme() != null) {
      return elsewhere(address);
    }
    String path = address.getPath();
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (file.startsWith("..") || path.startsWith("/")) {
      return "leads out of the repository";
    }
    if (!Files.exists(repository.resolve(file))) {
      return "there is no " + file;
    }
    String anchor = address.getFragment();
    if (anchor == null) {
      return null;
    }
    if (!file.toString().endsWith(".md")) {
      return "only pages have headings";
    }
    return page(file).anchors().contains(anchor)
        ? null
        : "%s has no heading #%s".formatted(file, anchor);
  }

  /** Returns what is wrong with an address on the network, as far as its form says that. */
  private static @Nullable String elsewhere(URI address) {
    String scheme = address.getScheme();
    if (scheme.equals("mailto")) {
      return null;
    }
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return "is neither https nor a file";
    }
    return address.getHost() == null ? "has no host" : null;
  }
}
