package shinso.verify.site;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shinso.train.file.FileException;

/** Javadoc of all modules, made by the JDK's own tool. */
final class Javadoc {
  private Javadoc() {}

  /** Returns the modules of a repository: the folders that have a declaration. */
  static List<Path> modules(Path repository) {
    try (Stream<Path> folders = Files.list(repository)) {
      return folders
          .filter(f -> Files.exists(sources(f).resolve("module-info.java")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileException.reading(repository, e);
    }
  }

  private static Path sources(Path module) {
    return module.resolve("src/main/java");
  }

  /**
   * Writes the Javadoc of all modules.
   *
   * @throws FileException if the sources can't be read, or the tool finds an error in them
   */
  static void write(Path repository, Path out) {
    ToolProvider tool =
        ToolProvider.findFirst("javadoc")
            .orElseThrow(
                () -> new FileException("this JDK has no javadoc; --no-javadoc goes without"));
    List<String> names = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    for (Path module : modules(repository)) {
      String name = "shinso." + module.getFileName();
      names.add(name);
      arguments.addAll(List.of("--module-source-path", name + "=" + sources(module)));
    }
    arguments.addAll(List.of("--module", String.join(",", names)));
    // The modules themselves are read from their sources.
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(e ->
                e.endsWith(".jar") && !Path.of(e).getFileName().toString().startsWith("shinso-"))
            .collect(Collectors.joining(File.pathSeparator));
    arguments.addAll(List.of("--module-path", libraries));
    arguments.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    arguments.addAll(List.of("-d", out.toString(), "-quiet", "-notimestamp", "-Xdoclint:none"));
    arguments.addAll(List.of("-windowtitle", "Shinso", "-doctitle", "Shinso"));
    arguments.addAll(List.of("-encoding", "UTF-8", "-charset", "UTF-8", "-Xmaxwarns", "1"));
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    if (tool.run(writer, writer, arguments.toArray(String[]::new)) != 0) {
      String error =
          said.toString()
              .lines()
              .filter(l -> l.contains("error:"))
              .findFirst()
              .orElse(said.toString().strip());
      throw new FileException("javadoc failed: " + error);
    }
  }
}
