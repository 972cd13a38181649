package shinso.dashboard.model;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.Answer;
import shinso.dashboard.web.Request;
import shinso.dashboard.web.Route;

/**
 * What the page asks of models.
 *
 * <p>What needs no more than numbers is asked with {@code GET}; where a picture, a code or a state
 * goes along it is {@code POST}, with JSON of bounded size.
 */
public final class ModelRoutes {
  /** Bytes of a request with pixels, a PNG file, codes or the state of chains. */
  private static final int LARGE = 2 << 20;

  private static final String BELOW = "/api/models/{run}";

  private final Models models;

  private ModelRoutes(Models models) {
    this.models = models;
  }

  /** Returns the routes, all below {@code /api/models/}. */
  public static List<Route> of(Runs runs) {
    ModelRoutes routes = new ModelRoutes(new Models(runs));
    return List.of(
        routes.get("", (model, request) -> Overview.of(model)),
        routes.get(
            "/examples",
            (model, request) ->
                Examples.of(
                    model,
                    (int) request.query("from", 0, 0, Integer.MAX_VALUE),
                    (int) request.query("count", 10, 1, Examples.MOST))),
        routes.get("/weights", (model, request) -> Weights.of(model)),
        routes.get("/graph", (model, request) -> ModelGraph.of(model)),
        routes.get("/codes", (model, request) -> Codes.of(model)),
        routes.get(
            "/codes/drawn",
            (model, request) ->
                Map.of(
                    "code",
                    Codes.drawn(
                        model, request.query("seed", 1, -Fields.MOST_SEED, Fields.MOST_SEED)))),
        routes.post("/see", (model, fields) -> Seen.of(model, fields.object("picture"))),
        routes.post(
            "/classify",
            (model, fields) -> Guesses.of(model, fields.object("picture"), fields.flag("maps"))),
        routes.post("/complete", Completion::of),
        routes.post("/encode", Codes::encode),
        routes.post("/decode", Codes::decode),
        routes.post("/sample", Sampling::examples),
        routes.post("/write", (model, fields) -> Map.of("texts", Sampling.texts(model, fields))),
        routes.post("/chain", Chains::of));
  }

  private Route get(String path, BiFunction<OpenModel, Request, Object> answer) {
    return Route.get(
        BELOW + path, request -> answer(request, model -> answer.apply(model, request)));
  }

  private Route post(String path, BiFunction<OpenModel, Fields, Object> answer) {
    return Route.post(
        BELOW + path,
        request -> {
          Fields fields = new Fields(request.json(LARGE));
          return answer(request, model -> answer.apply(model, fields));
        });
  }

  private Answer answer(Request request, Function<OpenModel, Object> answer) throws IOException {
    return Answer.json(models.use(request.path("run"), answer));
  }
}
