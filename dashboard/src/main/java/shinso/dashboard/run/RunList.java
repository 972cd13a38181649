package shinso.dashboard.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.run.Summary.Measured;
import shinso.dashboard.web.RefusedException;
import shinso.train.UserException;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;
import shinso.train.run.StopRequest;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;

/** All runs with how far they are; a file that hasn't changed isn't read again. */
final class RunList {
  private final Runs runs;
  private final Map<String, Cached<Opened>> infos = new LinkedHashMap<>();
  private final Map<String, Cached<List<Measured>>> scores = new LinkedHashMap<>();

  RunList(Runs runs) {
    this.runs = runs;
  }

  /** What a file of a time and size had. */
  private record Cached<T>(FileTime time, long size, T value) {}

  private record Opened(RunInfo info, @Nullable Recipe<?> recipe) {}

  /** Returns all runs, the newest first. */
  synchronized List<Summary> all() {
    List<String> names = runs.names();
    infos.keySet().retainAll(names);
    scores.keySet().retainAll(names);
    List<Summary> all = new ArrayList<>();
    for (String name : names.reversed()) {
      try {
        all.add(summary(name));
      } catch (RefusedException gone) {
        // Removed since it was listed.
        continue;
      } catch (UserException e) {
        all.add(Summary.unreadable(name, e.getMessage()));
      }
    }
    return all;
  }

  /**
   * Returns a run.
   *
   * @throws RefusedException 404, if there is none of this name
   * @throws FileException if its {@code run.json} is unreadable
   */
  synchronized Summary of(String name) {
    return summary(name);
  }

  private Summary summary(String name) {
    Path folder = runs.folder(name);
    Path json = folder.resolve("run.json");
    Cached<Opened> cached = fresh(infos, name, json, () -> opened(name));
    if (cached == null) {
      throw RefusedException.missing("there is no run '" + name + "'");
    }
    RunInfo info = cached.value.info;
    String state = state(folder, info);
    boolean goesOn = state.equals("running") || state.equals("stopping");
    Cached<List<Measured>> measured =
        fresh(
            scores,
            name,
            folder.resolve("scores.json"),
            () -> read(folder, info, cached.value.recipe));
    List<Path> stages = Curves.stages(folder);
    String stage = stages.isEmpty() ? "" : String.valueOf(stages.getLast().getFileName());
    return new Summary(
        name,
        info.recipe(),
        cached.value.recipe == null ? "" : cached.value.recipe.card().summary(),
        info.configuration().getOrDefault("data", dataName(info)),
        info.budget(),
        info.seed(),
        state,
        info.ending() == null ? "" : info.ending(),
        info.started(),
        info.seconds(),
        goesOn ? (Long) cached.time.toMillis() : null,
        stage.substring(stage.indexOf('-') + 1),
        stages.size(),
        measured == null ? List.of() : measured.value);
  }

  private static String dataName(RunInfo info) {
    int colon = info.data().lastIndexOf(": ");
    return colon < 0 ? "" : info.data().substring(0, colon);
  }

  private static String state(Path folder, RunInfo info) {
    if (info.status() != RunStatus.RUNNING) {
      return info.status().toString();
    }
    if (!RunFolder.isAtWork(folder)) {
      return "killed";
    }
    return StopRequest.in(folder).getAsBoolean() ? "stopping" : "running";
  }

  /** Reads a file if it is another than at the last time; null if there is none. */
  private static <T> @Nullable Cached<T> fresh(
      Map<String, Cached<T>> all, String name, Path file, Supplier<T> read) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Cached<T> cached = all.get(name);
      if (cached == null
          || !cached.time.equals(now.lastModifiedTime())
          || cached.size != now.size()) {
        cached = new Cached<>(now.lastModifiedTime(), now.size(), read.get());
        all.put(name, cached);
      }
      return cached;
    } catch (NoSuchFileException e) {
      all.remove(name);
      return null;
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  private Opened opened(String name) {
    RunInfo info = runs.open(name).info();
    try {
      return new Opened(info, Recipes.ofRun(info.recipe()));
    } catch (UsageException e) {
      // A run of another version is shown without what its recipe claims.
      return new Opened(info, null);
    }
  }

  private static List<Measured> read(Path folder, RunInfo info, @Nullable Recipe<?> recipe) {
    Path file = folder.resolve("scores.json");
    try {
      return measured(JsonFile.read(file), info, recipe);
    } catch (FileException e) {
      throw e.orElse(Measurement.remedy(file));
    }
  }

  private static List<Measured> measured(JsonFile json, RunInfo info, @Nullable Recipe<?> recipe) {
    Map<String, Measured> all = new LinkedHashMap<>();
    List<Claim> claims = recipe == null ? List.of() : recipe.claims();
    String data = info.configuration().getOrDefault("data", "");
    Map<String, Claim> claimed = new LinkedHashMap<>();
    for (Claim claim : claims) {
      String quantity = claim.quantity().name();
      if (claim.isAbout(quantity, data) && json.fields().containsKey(quantity)) {
        claimed.putIfAbsent(quantity, claim);
      }
    }
    claimed.forEach((quantity, claim) ->
        all.put(quantity, measured(json.object(quantity), quantity, claim, info)));
    for (String quantity : json.fields().keySet()) {
      all.computeIfAbsent(quantity, q -> measured(json.object(q), q, null, info));
    }
    return List.copyOf(all.values());
  }

  private static Measured measured(
      JsonFile fields, String name, @Nullable Claim claim, RunInfo info) {
    Double value = number(fields);
    String protocol = String.valueOf(fields.fields().getOrDefault("protocol", ""));
    if (claim == null) {
      return new Measured(name, value, fields.text("text"), protocol, "", null, "");
    }
    Budget budget = Budget.named(info.budget());
    return new Measured(
        name,
        value,
        fields.text("text"),
        protocol,
        claim.text(budget),
        value != null && claim.at(budget).contains(value),
        claim.published());
  }

  private static @Nullable Double number(JsonFile fields) {
    return fields.fields().get("value") instanceof Number n ? (Double) n.doubleValue() : null;
  }
}
