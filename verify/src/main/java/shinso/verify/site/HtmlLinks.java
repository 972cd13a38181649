package shinso.verify.site;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/** The links of a site that was generated. */
final class HtmlLinks {
  private static final Pattern TAG = Pattern.compile("<[a-zA-Z][^>]*>");
  private static final Pattern LINK =
      Pattern.compile("\\s(?:href|src)\\s*=\\s*\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
  private static final Pattern ID =
      Pattern.compile("\\s(?:id|name)\\s*=\\s*\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCRIPT =
      Pattern.compile("<(script|style)\\b[^>]*>.*?</\\1>", Pattern.DOTALL);

  private final Path site;
  private final Map<Path, Set<String>> anchors = new HashMap<>();

  private HtmlLinks(Path site) {
    this.site = site;
  }

  /**
   * Returns the links that lead nowhere, {@code page.html: target: why}, and what a page would load
   * from a network.
   *
   * @throws FileException if a file can't be read
   */
  static List<String> broken(Path site) {
    HtmlLinks links = new HtmlLinks(site);
    List<String> broken = new ArrayList<>();
    for (Path page : links.pages()) {
      links.check(page, broken);
    }
    return broken;
  }

  private List<Path> pages() {
    try (Stream<Path> files = Files.walk(site)) {
      return files.filter(f -> f.toString().endsWith(".html")).sorted().toList();
    } catch (IOException e) {
      throw FileException.reading(site, e);
    }
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw FileException.reading(page, e);
    }
  }

  private void check(Path page, List<String> broken) {
    String text = read(page);
    // What scripts write is no link before they run, but their own addresses are.
    Matcher tags = TAG.matcher(SCRIPT.matcher(text).replaceAll(m -> openingTag(m.group())));
    Set<String> seen = new HashSet<>();
    while (tags.find()) {
      Matcher link = LINK.matcher(tags.group());
      while (link.find()) {
        String target = link.group(1).replace("&amp;", "&");
        if (seen.add(tags.group().charAt(1) + target)) {
          String why = problem(page, tags.group(), target);
          if (why != null) {
            broken.add("%s: %s: %s".formatted(site.relativize(page), target, why));
          }
        }
      }
    }
  }

  private static String openingTag(String element) {
    return Matcher.quoteReplacement(element.substring(0, element.indexOf('>') + 1));
  }

  private @Nullable String problem(Path page, String tag, String target) {
    boolean isLoaded = !tag.startsWith("<a ") && !tag.startsWith("<a\n");
    if (target.startsWith("data:") || target.startsWith("javascript:")) {
      return null;
    }
    URI address;
    try {
      address = URI.create(target.replace(" ", "%20").replace("[", "%5B").replace("]", "%5D"));
    } catch (IllegalArgumentException e) {
      return "is no address";
    }
    if (address.getScheme() != null || target.startsWith("//")) {
      return isLoaded ? "is loaded from a network" : null;
    }
    String path = address.getPath() == null ? "" : address.getPath();
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!file.startsWith(site)) {
      return "leads out of the site";
    }
    if (!Files.isRegularFile(file)) {
      return Files.isDirectory(file) ? "is a folder" : "there is no such file";
    }
    int hash = target.indexOf('#');
    if (hash < 0 || hash == target.length() - 1 || !file.toString().endsWith(".html")) {
      return null;
    }
    String anchor =
        URLDecoder.decode(target.substring(hash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    return anchors.computeIfAbsent(file, HtmlLinks::anchors).contains(anchor)
        ? null
        : "has no #" + anchor;
  }

  private static Set<String> anchors(Path page) {
    Set<String> found = new HashSet<>();
    Matcher id = ID.matcher(read(page));
    while (id.find()) {
      found.add(id.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
    }
    return found;
  }
}
