package shinso.dashboard.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that the page is made of. They lie in the jar, and these are all there are. */
public final class Page {
  private static final String TEXT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final List<String> MODULES =
      List.of(
          "api",
          "curves",
          "dom",
          "format",
          "list",
          "main",
          "models",
          "models-codes",
          "models-inside",
          "models-pad",
          "models-parts",
          "models-try",
          "pictures",
          "start",
          "tables",
          "theme");

  /** Addresses, with what is there. */
  private static final Map<String, File> FILES = files();

  private Page() {}

  private record File(String resource, String type) {}

  private static Map<String, File> files() {
    Map<String, File> files = new LinkedHashMap<>();
    files.put("/", new File("index.html", "text/html; charset=utf-8"));
    files.put("/icon.svg", new File("icon.svg", "image/svg+xml"));
    files.put("/lib/uplot.js", new File(UPLOT + "uPlot.esm.js", TEXT));
    files.put("/lib/uplot.css", new File(UPLOT + "uPlot.min.css", STYLE));
    for (String style : List.of("style", "models")) {
      files.put("/" + style + ".css", new File(style + ".css", STYLE));
    }
    for (String module : MODULES) {
      files.put("/" + module + ".js", new File(module + ".js", TEXT));
    }
    return files;
  }

  /** Returns a route for each file. */
  public static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    FILES.forEach((address, file) ->
        routes.add(Route.get(address, request -> new Answer.Bytes(file.type, read(file)))));
    return routes;
  }

  private static byte[] read(File file) {
    String name =
        file.resource.startsWith("/") ? file.resource : "/shinso/dashboard/page/" + file.resource;
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " in the jar can't be read", e);
    }
  }
}
