package shinso.verify.site;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import shinso.train.UserException;
import shinso.train.file.FileException;

/** The command {@code ./shinso docs}. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "docs",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a site of all documentation: guide, tutorial, results, pictures, Javadoc.",
      "",
      "It opens without a server and loads nothing from a network. All links are checked."
    })
public final class Site implements Callable<Integer> {
  /** Marks a folder that may be emptied, since this command has filled it. */
  private static final String MARK = ".shinso-site";

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "where the site goes (default: ${DEFAULT-VALUE})")
  private Path out = Path.of("site");

  @Option(
      names = "--runs",
      paramLabel = "FOLDER",
      description = "runs whose pictures the gallery shows, too")
  private @Nullable Path runs;

  @Option(names = "--no-javadoc", description = "leave out the Javadoc, which takes longest")
  private boolean noJavadoc;

  private final Path repository;

  private Site(Path repository) {
    this.repository = repository;
  }

  /** Runs the command on the repository of the system property {@code shinso.repository}. */
  public static void main(String[] args) {
    System.exit(
        execute(
            Path.of(System.getProperty("shinso.repository", "")).toAbsolutePath(),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            args));
  }

  /** Runs the command and returns its exit code. What goes wrong is told in one line. */
  static int execute(Path repository, PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Site(repository.normalize()))
        .setOut(out)
        .setErr(err)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler((e, given) -> {
          err.println("shinso docs: " + e.getMessage() + "; see ./shinso docs --help");
          return 2;
        })
        .setExecutionExceptionHandler((e, line, result) -> {
          if (!(e instanceof UserException)) {
            throw e;
          }
          err.println("shinso docs: " + e.getMessage());
          return 1;
        })
        .execute(args);
  }

  @Override
  public Integer call() {
    Path folder = out.toAbsolutePath().normalize();
    if (runs != null && !Files.isDirectory(runs)) {
      throw new FileException("there is no folder of runs " + runs);
    }
    prepare(folder);
    if (!noJavadoc) {
      Javadoc.write(repository, folder.resolve("api"));
    }
    new SiteWriter(repository, folder, !noJavadoc).write(runs);
    List<String> broken = new ArrayList<>(MarkdownLinks.broken(repository));
    broken.addAll(HtmlLinks.broken(folder));
    broken.forEach(b -> spec.commandLine().getErr().println("shinso docs: " + b));
    if (!broken.isEmpty()) {
      return 1;
    }
    spec.commandLine().getOut().println("site: " + folder.resolve("index.html"));
    return 0;
  }

  /** Empties a folder that an earlier site is in; any other must be empty. */
  private static void prepare(Path folder) {
    try {
      Files.createDirectories(folder);
      Path mark = folder.resolve(MARK);
      List<Path> there;
      try (Stream<Path> files = Files.walk(folder)) {
        there = files.filter(f -> !f.equals(folder)).sorted().toList().reversed();
      }
      if (!there.isEmpty() && !Files.exists(mark)) {
        throw new FileException(
            "the folder " + folder + " is not empty and no site; give --out another");
      }
      for (Path file : there) {
        if (!file.equals(mark)) {
          Files.delete(file);
        }
      }
      if (there.isEmpty()) {
        Files.createFile(mark);
      }
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
  }
}
