package shinso.dashboard;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import shinso.dashboard.model.ModelRoutes;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.Page;
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
   * @throws shinso.dashboard.web.PortException if the port is taken
   */
  public static Dashboard start(Path root, int port) {
    Runs runs = new Runs(root);
    return new Dashboard(
        WebServer.start(
            port,
            Token.random(),
            Stream.of(Page.routes(), ModelRoutes.of(runs)).flatMap(List::stream).toList()));
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
