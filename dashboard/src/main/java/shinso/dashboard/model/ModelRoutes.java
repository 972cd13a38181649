package shinso.dashboard.model;

import java.util.List;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.Route;

/** What the page asks of models. */
public final class ModelRoutes {
  private ModelRoutes() {}

  /** Returns the routes, all below {@code /api/models/}. */
  public static List<Route> of(Runs runs) {
    return List.of();
  }
}
