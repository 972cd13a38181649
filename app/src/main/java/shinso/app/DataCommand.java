package shinso.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.catalog.Download;
import shinso.train.data.catalog.FileCheck;
import shinso.train.data.catalog.KnownSet;
import shinso.train.data.catalog.KnownSet.Presence;
import shinso.zoo.harness.UsageException;

/** {@code shinso data}: the data sets on this machine. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    subcommands = {DataCommand.Show.class, DataCommand.Get.class, DataCommand.Verify.class},
    description = "List, fetch and check data sets.",
    footer = {
      "",
      "They lie in the folder that the environment variable SHINSO_DATA names, else in the user's",
      "cache folder, one sub-folder a set."
    })
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;
  @ParentCommand private Main main;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Returns the folder of the data sets, and who chose it. */
  static String folder() {
    DataFolder folder = DataFolder.ofEnvironment();
    return folder.path() + (folder.chosen() ? " (" + DataFolder.VARIABLE + ")" : "");
  }

  /** Returns how much of each data set is there, in words, by name. */
  static Map<String, String> states() {
    DataFolder folder = DataFolder.ofEnvironment();
    Map<String, String> states = new LinkedHashMap<>();
    for (KnownSet set : Catalog.sets()) {
      states.put(set.name(), state(set, set.presence(folder)));
    }
    return states;
  }

  /** Returns the folder and what is there of each data set, for programs. */
  static Map<String, Object> fields() {
    DataFolder folder = DataFolder.ofEnvironment();
    List<Map<String, Object>> sets = new ArrayList<>();
    for (KnownSet set : Catalog.sets()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("set", set.name());
      row.put("about", set.about());
      row.put("presence", word(set.presence(folder)));
      row.put("downloadBytes", set.downloadSize());
      row.put("source", set.source());
      sets.add(row);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sets", sets);
    fields.put("folder", folder.path().toString());
    return fields;
  }

  private static String word(Presence presence) {
    return switch (presence) {
      case BUILT_IN -> "built in";
      case COMPLETE -> "here";
      case PARTIAL -> "in part";
      case ABSENT -> "absent";
    };
  }

  private static String state(KnownSet set, Presence presence) {
    return switch (presence) {
      case BUILT_IN -> "built in";
      case COMPLETE -> "here";
      case PARTIAL -> "here in part";
      case ABSENT ->
          set.downloadSize() == 0
              ? "not here, to be put there by hand; see " + set.source()
              : "not here; shinso data get %s fetches %s"
                  .formatted(set.name(), size(set.downloadSize()));
    };
  }

  private static String size(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static List<KnownSet> sets(List<String> names) {
    List<String> known = Catalog.sets().stream().map(KnownSet::name).toList();
    List<KnownSet> sets = new ArrayList<>();
    for (String name : names) {
      if (!known.contains(name)) {
        throw UsageException.unknown("data set", name, known);
      }
      sets.add(Catalog.find(name));
    }
    return sets;
  }

  /** {@code shinso data list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the data sets, and whether they are on this machine.")
  static final class Show implements Runnable {
    @ParentCommand private DataCommand parent;
    @Mixin private JsonOption json;

    @Override
    public void run() {
      PrintStream out = parent.main.out();
      if (json.isGiven()) {
        JsonOption.print(out, fields());
        return;
      }
      Map<String, String> states = states();
      for (KnownSet set : Catalog.sets()) {
        out.println(set.name() + ": " + set.about());
        out.println("    " + states.get(set.name()));
      }
      out.println("folder: " + folder());
    }
  }

  /** {@code shinso data get}. */
  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Download data sets, and check them; a download that was stopped goes on.")
  static final class Get implements Runnable {
    @ParentCommand private DataCommand parent;

    @Parameters(
        arity = "1..*",
        paramLabel = "NAME",
        completionCandidates = Candidates.SetNames.class,
        description = "Data sets; see shinso data list.")
    private List<String> names = new ArrayList<>();

    @Override
    public void run() {
      PrintStream out = parent.main.out();
      DataFolder folder = DataFolder.ofEnvironment();
      for (KnownSet set : sets(names)) {
        List<String> fetched = set.get(folder, Download.PATIENT, Transfer.on(parent.main.screen()));
        if (set.presence(folder) == Presence.BUILT_IN) {
          out.println(set.name() + ": built in, there is nothing to fetch");
        } else if (fetched.isEmpty()) {
          out.println(set.name() + ": here already, in " + folder.of(set.name()));
        } else {
          out.println(
              "%s: fetched %s to %s"
                  .formatted(set.name(), String.join(", ", fetched), folder.of(set.name())));
        }
      }
    }
  }

  /** {@code shinso data verify}. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Compare the files of data sets with their checksums.")
  static final class Verify implements Callable<Integer> {
    @ParentCommand private DataCommand parent;
    @Mixin private JsonOption json;

    @Parameters(
        arity = "0..*",
        paramLabel = "NAME",
        completionCandidates = Candidates.SetNames.class,
        description = "Data sets (default: those on this machine).")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
      PrintStream out = parent.main.out();
      DataFolder folder = DataFolder.ofEnvironment();
      List<KnownSet> chosen = sets(names);
      if (names.isEmpty()) {
        chosen =
            Catalog.sets().stream().filter(s -> s.presence(folder) != Presence.ABSENT).toList();
      }
      int bad = 0;
      List<Map<String, Object>> rows = new ArrayList<>();
      for (KnownSet set : chosen) {
        List<FileCheck> checks = set.verify(folder);
        if (checks.isEmpty() && !json.isGiven()) {
          out.println(set.name() + ": built in");
        }
        for (FileCheck check : checks) {
          rows.add(row(set, check));
          if (!json.isGiven()) {
            out.println(
                "%s/%s: %s, %s".formatted(set.name(), check.file(), word(check), check.detail()));
          }
          boolean missed = check.state() == FileCheck.State.MISSING && names.contains(set.name());
          bad += missed || check.state() == FileCheck.State.WRONG ? 1 : 0;
        }
      }
      if (json.isGiven()) {
        JsonOption.print(out, Map.of("files", rows));
      }
      if (bad > 0) {
        parent
            .main
            .err()
            .println(
                "shinso: %d files are missing or wrong; shinso data get NAME fetches them"
                    .formatted(bad));
        return Errors.FAILED;
      }
      return 0;
    }

    private static Map<String, Object> row(KnownSet set, FileCheck check) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("set", set.name());
      row.put("file", check.file());
      row.put("state", word(check));
      row.put("detail", check.detail());
      return row;
    }

    private static String word(FileCheck check) {
      return check.state().name().toLowerCase(Locale.ROOT);
    }
  }
}
