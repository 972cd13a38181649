package shinso.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.figure.Numbers;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.StageSummary;

/** {@code shinso runs show}: all that a run's folder says of it. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show what a run is made from, how it went, and what it measured.")
final class RunsShowCommand implements Runnable {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or what its name begins with.")
  private String name = "";

  @Override
  public void run() {
    KnownRun run = KnownRun.at(RunFolder.find(runs.folder(), name));
    RunInfo info = run.info();
    if (info == null) {
      throw new FileException(run.problem());
    }
    PrintStream out = parent.main().out();
    if (json.isGiven()) {
      JsonOption.print(out, run.fields());
      return;
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("run", run.folder().toString());
    facts.put("recipe", info.recipe());
    facts.put("status", run.state() + ending(info));
    facts.put("data", info.data());
    facts.put("budget", info.budget());
    facts.put("seed", Long.toString(info.seed()));
    facts.put("started", info.started());
    facts.put("time", Numbers.duration(run.seconds()));
    facts.put("size", AtomicFile.bytes(run.bytes()));
    facts.put("command", "shinso " + String.join(" ", info.commandLine()));
    if (info.modelSha256() != null) {
      facts.put("model", "SHA-256 " + info.modelSha256());
    }
    print(out, "", facts);
    scores(out, run.scores());
    print(out, "settings", settings(info));
    stages(out, run);
    Map<String, String> machine = new LinkedHashMap<>(info.versions());
    machine.putAll(info.machine());
    if (!info.changes().isEmpty()) {
      machine.put("changed on the way", String.join("; ", info.changes()));
    }
    print(out, "versions and machine", machine);
    if (!run.problem().isEmpty()) {
      parent.main().err().println("shinso: " + run.problem());
    }
  }

  private static String ending(RunInfo info) {
    return info.ending() == null ? "" : ": " + info.ending();
  }

  private static Map<String, String> settings(RunInfo info) {
    Map<String, String> settings = new LinkedHashMap<>(info.configuration());
    settings.remove("data");
    return settings;
  }

  private static void print(PrintStream out, String title, Map<String, String> facts) {
    if (facts.isEmpty()) {
      return;
    }
    if (!title.isEmpty()) {
      out.println();
      out.println(title);
    }
    String indent = title.isEmpty() ? "" : "  ";
    List<List<String>> rows = new ArrayList<>();
    facts.forEach((name, value) -> rows.add(List.of(indent + name, value)));
    TextTable.lines(rows).forEach(out::println);
  }

  private static void scores(PrintStream out, List<Measurement> scores) {
    if (scores.isEmpty()) {
      return;
    }
    out.println();
    out.println("scores");
    List<List<String>> rows = new ArrayList<>();
    for (Measurement m : scores) {
      String verdict = m.verdict().isEmpty() ? "" : Colours.judged(m.isGood(), m.verdict());
      String published = m.claim() == null ? "" : m.claim().published();
      rows.add(
          List.of(
              "  " + m.name(),
              m.text(),
              verdict,
              published.isEmpty() ? m.protocol() : "published: " + published));
    }
    TextTable.lines(rows).forEach(out::println);
  }

  private static void stages(PrintStream out, KnownRun run) {
    List<StageSummary> stages = StageSummary.of(run.folder());
    if (stages.isEmpty()) {
      return;
    }
    out.println();
    out.println("stages");
    List<List<String>> rows = new ArrayList<>();
    for (StageSummary stage : stages) {
      List<String> numbers = new ArrayList<>();
      stage.numbers().forEach((name, value) -> numbers.add(name + " " + Numbers.text(value)));
      rows.add(
          List.of(
              "  " + stage.name(),
              stage.status(),
              Numbers.duration(stage.seconds()),
              String.join(", ", numbers)));
    }
    TextTable.lines(rows).forEach(out::println);
  }
}
