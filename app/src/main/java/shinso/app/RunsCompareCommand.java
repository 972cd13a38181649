package shinso.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.file.FileException;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.UsageException;

/** {@code shinso runs compare}: several runs beside each other. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Compare runs: settings that differ, scores and curves, in a table and a page.",
    footer = {
      "",
      "The page needs neither server nor network. Whether likelihoods can be compared at all, and",
      "what the models make up, says shinso judge."
    })
final class RunsCompareCommand implements Runnable {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Two runs or more: their folders, or what their names begin with.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "HTML file for the page (default: compared.html).")
  private Path out = Path.of("compared.html");

  @Override
  public void run() {
    List<KnownRun> all = new ArrayList<>();
    for (String name : names) {
      KnownRun run = KnownRun.at(RunFolder.find(runs.folder(), name));
      if (run.info() == null) {
        throw new FileException(run.problem());
      }
      if (all.stream().anyMatch(r -> r.folder().equals(run.folder()))) {
        throw new UsageException("the run %s is named twice; name it once".formatted(run.name()));
      }
      all.add(run);
    }
    if (all.size() < 2) {
      throw new UsageException("compare needs two runs or more; shinso runs list shows them");
    }
    RunComparison comparison = new RunComparison(all);
    PrintStream stream = parent.main().out();
    comparison.page().write(out);
    if (json.isGiven()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("runs", all.stream().map(KnownRun::row).toList());
      fields.put("settings", comparison.settingRows());
      fields.put("quantities", comparison.scoreRows());
      fields.put("page", out.toString());
      JsonOption.print(stream, fields);
      return;
    }
    table(stream, "what differs", comparison.labels(), comparison.differences());
    table(stream, "score", comparison.labels(), comparison.scores());
    stream.println("page: " + out);
  }

  private static void table(
      PrintStream out, String title, List<String> runs, Map<String, List<String>> cells) {
    if (cells.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of(title));
    heading.addAll(runs);
    rows.add(heading);
    cells.forEach((name, values) -> {
      List<String> row = new ArrayList<>(List.of(name));
      row.addAll(values);
      rows.add(row);
    });
    TextTable.lines(rows).forEach(out::println);
    out.println();
  }
}
