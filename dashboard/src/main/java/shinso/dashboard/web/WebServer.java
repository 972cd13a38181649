package shinso.dashboard.web;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.sse.SseSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.train.UserException;
import tools.jackson.databind.json.JsonMapper;

/** Answers requests from this machine, each on a virtual thread of its own. */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  /** What Helidon tells of is thrown as well; kept here, since loggers are forgotten. */
  private static final java.util.logging.Logger HELIDON = quiet();

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int CONNECTIONS = 256;
  private static final int LINE = 8 * 1024;
  private static final int HEADERS = 16 * 1024;
  private static final long PAYLOAD = 16L << 20;
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofMillis(200);

  private final Token token;
  private final io.helidon.webserver.WebServer server;
  private volatile boolean open = true;

  private WebServer(int port, Token token, List<Route> routes) {
    this.token = token;
    Guard guard = new Guard(token);
    HttpRouting.Builder routing = HttpRouting.builder();
    routing.addFilter((chain, request, response) -> {
      guard.check(request, response);
      chain.proceed();
    });
    for (Route route : routes) {
      routing.route(
          Method.create(route.method()),
          route.path(),
          (request, response) -> send(response, route.handler().answer(new Request(request))));
    }
    routing.any((request, response) -> {
      throw RefusedException.missing("there is nothing at this address");
    });
    routing.error(Exception.class, WebServer::failed);
    this.server =
        io.helidon.webserver.WebServer.builder()
            .address(loopback())
            .port(port)
            .routing(routing)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .maxTcpConnections(CONNECTIONS)
            .maxPayloadSize(PAYLOAD)
            .idleConnectionTimeout(SILENCE)
            .connectionOptions(SocketOptions.builder().readTimeout(SILENCE).build())
            .protocolsDiscoverServices(false)
            .featuresDiscoverServices(false)
            .addProtocol(
                Http1Config.builder().maxPrologueLength(LINE).maxHeadersSize(HEADERS).build())
            .build();
  }

  /**
   * Starts a server on 127.0.0.1.
   *
   * @param port where it listens; 0 for any that is free
   * @throws PortException if the port is taken
   */
  public static WebServer start(int port, Token token, List<Route> routes) {
    LOG.debug("the log level of Helidon is {}", HELIDON.getLevel());
    WebServer server = new WebServer(port, token, routes);
    server.server.start();
    // A listener that could not be opened is only logged.
    if (!server.server.isRunning()) {
      throw new PortException(port);
    }
    return server;
  }

  private static java.util.logging.Logger quiet() {
    java.util.logging.Logger logger = java.util.logging.Logger.getLogger("io.helidon");
    logger.setLevel(Level.OFF);
    return logger;
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  /** Returns the port where it listens. */
  public int port() {
    return server.port();
  }

  /** Returns the address that opens the page, token included. */
  public String address() {
    return "http://127.0.0.1:" + port() + "/?token=" + token.text();
  }

  /** Ends all answers, and listens no longer. */
  @Override
  public void close() {
    open = false;
    server.stop();
  }

  private void send(ServerResponse response, Answer answer) throws IOException {
    switch (answer) {
      case Answer.Json json ->
          bytes(response, "application/json", JSON.writeValueAsBytes(json.value()));
      case Answer.Bytes bytes -> bytes(response, bytes.type(), bytes.bytes());
      case Answer.Sandboxed page -> {
        response.header("Content-Security-Policy", Guard.SANDBOX);
        bytes(response, page.type(), page.bytes());
      }
      case Answer.Done() -> response.status(204).send();
      case Answer.Events events -> events(response, events.source());
    }
  }

  private static void bytes(ServerResponse response, String type, byte[] bytes) {
    response.header("Content-Type", type);
    response.send(bytes);
  }

  private void events(ServerResponse response, Answer.Source source) throws IOException {
    SseSink events = response.sink(SseSink.TYPE);
    try {
      source.send(new EventSink(events));
    } catch (UncheckedIOException gone) {
      LOG.debug("the browser has left", gone);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        events.close();
      } catch (UncheckedIOException gone) {
        LOG.debug("the browser has left", gone);
      }
    }
  }

  private final class EventSink implements Answer.Sink {
    private final SseSink events;

    EventSink(SseSink events) {
      this.events = events;
    }

    @Override
    public void event(String event, Object value) {
      events.emit(SseEvent.builder().name(event).data(JSON.writeValueAsString(value)).build());
    }

    @Override
    public void pulse() {
      events.emit(SseEvent.builder().comment("").build());
    }

    @Override
    public boolean isOpen() {
      return open;
    }
  }

  private static void failed(ServerRequest request, ServerResponse response, Exception e) {
    if (response.isSent()) {
      LOG.debug("failed after the answer had begun", e);
      return;
    }
    Guard.HEADERS.forEach(response::header);
    int status;
    String message;
    switch (e) {
      case RefusedException refused -> {
        status = refused.status();
        message = refused.getMessage();
      }
      case UserException wrong -> {
        status = 422;
        message = wrong.getMessage();
      }
      case HttpException http -> {
        status = http.status().code();
        message = http.status().reasonPhrase();
      }
      default -> {
        LOG.error("{} {}", request.prologue().method(), request.path().rawPath(), e);
        status = 500;
        message = "this is a fault of shinso; the terminal of the dashboard shows it";
      }
    }
    response.status(status);
    boolean isPage = request.path().rawPath().equals("/");
    bytes(
        response,
        isPage ? "text/plain; charset=utf-8" : "application/json",
        isPage
            ? (message + "\n").getBytes(StandardCharsets.UTF_8)
            : JSON.writeValueAsBytes(Map.of("error", message)));
  }
}
