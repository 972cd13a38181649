package shinso.dashboard.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.web.Answer;
import shinso.dashboard.web.RefusedException;
import shinso.dashboard.web.Request;
import shinso.dashboard.web.Route;
import shinso.train.run.RunInfo;
import shinso.train.run.StopRequest;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Area;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Setting;

/** What the page asks of runs. */
public final class RunRoutes {
  private static final int POINTS = 800;
  private static final int RUNS_KEPT = 24;
  private static final int OUTPUT_BYTES = 64 * 1024;
  private static final long MOST_REPORT = 64L << 20;

  private final Runs runs;
  private final RunList list;
  private final Curves curves;
  private final Pictures pictures;
  private final @Nullable Starter starter;

  private RunRoutes(Runs runs, @Nullable Launcher launcher) {
    this.runs = runs;
    list = new RunList(runs);
    curves = new Curves(runs, POINTS, RUNS_KEPT);
    pictures = new Pictures(runs);
    starter = launcher == null ? null : new Starter(runs, launcher);
  }

  /**
   * Returns the routes, below {@code /api/}.
   *
   * @param launcher how runs are started; null if they can't be
   */
  public static List<Route> of(Runs runs, @Nullable Launcher launcher) {
    RunRoutes r = new RunRoutes(runs, launcher);
    List<Route> routes = new ArrayList<>();
    routes.add(Route.get("/api/runs", _ -> Answer.json(r.list.all())));
    routes.add(Route.get("/api/runs/{run}", r::details));
    routes.add(Route.get("/api/runs/{run}/curves", q -> Answer.json(r.curves.of(q.path("run")))));
    routes.add(
        Route.get("/api/runs/{run}/pictures", q -> Answer.json(r.pictures.of(q.path("run")))));
    routes.add(Route.get("/api/runs/{run}/pictures/{kind}/{group}/{file}", r::picture));
    routes.add(Route.get("/api/runs/{run}/output", r::output));
    routes.add(Route.get("/api/runs/{run}/report", r::report));
    routes.add(Route.post("/api/runs/{run}/stop", r::stop));
    routes.add(Route.get("/api/machine", _ -> Answer.json(MachineLoad.now(runs.root()))));
    routes.add(
        Route.get(
            "/api/events",
            q ->
                Answer.events(
                    new RunEvents(runs, r.list, r.curves, r.pictures, q.queries("run")))));
    routes.add(Route.get("/api/recipes", _ -> Answer.json(recipes(launcher != null))));
    routes.add(Route.post("/api/runs", r::start));
    routes.add(Route.post("/api/runs/{run}/resume", r::resume));
    return routes;
  }

  private Answer details(Request request) {
    String name = request.path("run");
    RunInfo info = runs.open(name).info();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("summary", list.of(name));
    fields.put("data", info.data());
    fields.put("configuration", info.configuration());
    fields.put("commandLine", info.commandLine());
    fields.put("versions", info.versions());
    fields.put("machine", info.machine());
    fields.put("changes", info.changes());
    fields.put("folder", runs.folder(name).toString());
    fields.put("hasReport", Files.isRegularFile(runs.folder(name).resolve("report.html")));
    return Answer.json(fields);
  }

  private Answer picture(Request request) throws IOException {
    Pictures.Content content =
        pictures.content(
            request.path("run"),
            List.of(request.path("kind"), request.path("group"), request.path("file")));
    return new Answer.Bytes(content.type(), content.bytes());
  }

  private Answer output(Request request) throws IOException {
    Path folder = runs.folder(request.path("run"));
    String text =
        Files.exists(folder.resolve(Starter.OUTPUT))
            ? Starter.tail(runs.file(request.path("run"), List.of(Starter.OUTPUT)), OUTPUT_BYTES)
            : "";
    return new Answer.Bytes("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private Answer report(Request request) throws IOException {
    Path file = runs.file(request.path("run"), List.of("report.html"));
    if (Files.size(file) > MOST_REPORT) {
      throw new RefusedException(413, "the report is too large for the dashboard: " + file);
    }
    return new Answer.Sandboxed("text/html; charset=utf-8", Files.readAllBytes(file));
  }

  private Answer stop(Request request) throws IOException {
    request.json();
    String run = request.path("run");
    String state = list.of(run).state();
    if (state.equals("running")) {
      StopRequest.in(runs.folder(run)).make();
    } else if (!state.equals("stopping")) {
      throw new RefusedException(409, "the run is not at work: it is " + state);
    }
    return Answer.done();
  }

  private Answer start(Request request) throws IOException {
    Map<String, Object> fields = request.json();
    return started(s -> s.start(fields));
  }

  private Answer resume(Request request) throws IOException {
    request.json();
    String run = request.path("run");
    String state = list.of(run).state();
    return started(s -> s.resume(run, state.equals("running") || state.equals("stopping")));
  }

  /** Something that a starter does. */
  @FunctionalInterface
  private interface Start {
    String by(Starter starter) throws IOException, InterruptedException;
  }

  private Answer started(Start start) throws IOException {
    Starter s = starter;
    if (s == null) {
      throw new RefusedException(409, "this dashboard can't start runs");
    }
    try {
      return Answer.json(Map.of("run", start.by(s)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(503, "the dashboard is ending");
    }
  }

  private static Map<String, Object> recipes(boolean canStart) {
    List<Map<String, Object>> areas = new ArrayList<>();
    for (Area area : Recipes.areas()) {
      areas.add(
          Map.of(
              "name",
              area.name(),
              "title",
              area.title(),
              "recipes",
              area.recipes().stream().map(RunRoutes::recipe).toList()));
    }
    return Map.of(
        "canStart",
        canStart,
        "cores",
        Runtime.getRuntime().availableProcessors(),
        "budgets",
        List.of(Budget.values()).stream().map(Budget::toString).toList(),
        "areas",
        areas);
  }

  private static Map<String, Object> recipe(Recipe<?> recipe) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", recipe.name());
    fields.put("summary", recipe.card().summary());
    fields.put("data", recipe.data().stream().map(DataSource::name).toList());
    fields.put("settings", recipe.settings().stream().map(RunRoutes::setting).toList());
    fields.put("claims", recipe.claims().stream().map(RunRoutes::claim).toList());
    return fields;
  }

  private static Map<String, Object> setting(Setting.Row<?> row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", row.setting().name());
    fields.put("meaning", row.setting().meaning());
    fields.put("allowed", row.setting().allowed());
    for (Budget budget : Budget.values()) {
      fields.put(budget.toString(), row.text(budget));
    }
    return fields;
  }

  private static Map<String, Object> claim(Claim claim) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("quantity", claim.quantity().name());
    fields.put("data", claim.data());
    for (Budget budget : Budget.values()) {
      fields.put(budget.toString(), claim.text(budget));
    }
    return fields;
  }
}
