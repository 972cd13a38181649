package shinso.dashboard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.model.ModelRoutes;
import shinso.dashboard.run.Launcher;
import shinso.dashboard.run.RunRoutes;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.Page;
import shinso.dashboard.web.Route;
import shinso.dashboard.web.Token;
import shinso.dashboard.web.WebServer;

/** The dashboard, which runs until it is closed. */
public final class Dashboard implements AutoCloseable {
  private final WebServer server;

  private Dashboard(WebServer server) {
    this.server = server;
  }

  /**
   * Starts the dashboard.
   *
   * @param root the folder of all runs
   * @param port where it listens on 127.0.0.1; 0 for any that is free
   * @param launcher how runs are started from the page; null if they can't be
   * @throws shinso.dashboard.web.PortException if the port is taken
   */
  public static Dashboard start(Path root, int port, @Nullable Launcher launcher) {
    Runs runs = new Runs(root);
    List<Route> routes = new ArrayList<>(Page.routes());
    routes.addAll(RunRoutes.of(runs, launcher));
    routes.addAll(ModelRoutes.of(runs));
    return new Dashboard(WebServer.start(port, Token.random(), routes));
  }

  /** Returns the address that opens the page, token included. */
  public String address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
