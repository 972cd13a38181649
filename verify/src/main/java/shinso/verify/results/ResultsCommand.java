package shinso.verify.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/** {@code shinso bench results}: keeps the results of runs and writes the pages that show all. */
@Command(
    name = "results",
    mixinStandardHelpOptions = true,
    description =
        "Keeps the results of finished runs, and writes docs/results.md, docs/catalogue.md and"
            + " the README's table from all kept.")
public final class ResultsCommand implements Runnable {
  @Option(
      names = "--docs",
      paramLabel = "DIR",
      description = "folder of the documentation (default: ${DEFAULT-VALUE})")
  private Path docs = Path.of("docs");

  @Parameters(arity = "0..*", paramLabel = "RUN", description = "folders of finished runs")
  private List<Path> runs = new ArrayList<>();

  /** For the command line. */
  public ResultsCommand() {}

  @Override
  public void run() {
    Path folder = docs.resolve("results");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    runs.forEach(run -> Result.of(run).write(folder));
    List<Result> all = Result.all(folder);
    AtomicFile.write(docs.resolve("results.md"), ResultsPage.of(all));
    Path project = docs.toAbsolutePath().resolveSibling("");
    AtomicFile.write(docs.resolve("catalogue.md"), CataloguePage.of(all, RowTests.in(project)));
    Path readme = docs.resolveSibling("README.md");
    try {
      AtomicFile.write(readme, ResultsPage.inserted(Files.readString(readme), all));
    } catch (IOException e) {
      throw FileException.reading(readme, e);
    }
  }
}
