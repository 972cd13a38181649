package shinso.train.data.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that misbehaves as it is told. */
final class FlakyServer implements AutoCloseable {
  /** How a request is answered. */
  @FunctionalInterface
  interface Answer {
    /**
     * Answers.
     *
     * @param from the first byte that was asked for, 0 without a range
     * @param turn how many requests for this path came before
     */
    void to(HttpExchange exchange, byte[] content, int from, int turn) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, Integer> turns = new ConcurrentHashMap<>();

  /** The path and the first byte of all requests. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  FlakyServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /** Serves content at a path in this way. */
  URI serve(String path, byte[] content, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          String range =
              Objects.requireNonNullElse(
                  exchange.getRequestHeaders().getFirst("Range"), "bytes=0-");
          int from = Integer.parseInt(range.substring(6, range.length() - 1));
          requests.add(path + " " + from);
          int turn = turns.merge(path, 1, Integer::sum) - 1;
          try (exchange) {
            answer.to(exchange, content, from, turn);
          }
        });
    return uri(path);
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  /** Answers as it should be. */
  static void well(HttpExchange exchange, byte[] content, int from, int turn) throws IOException {
    send(exchange, content, from, content.length);
  }

  /** Sends what was asked for up to a byte, and promises all of it. */
  static void send(HttpExchange exchange, byte[] content, int from, int to) throws IOException {
    if (from >= content.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    OutputStream out = exchange.getResponseBody();
    out.write(Arrays.copyOfRange(content, from, Math.max(from, to)));
    out.flush();
  }

  /** Answers with a status and nothing else. */
  static Answer status(int status) {
    return (exchange, _, _, _) -> exchange.sendResponseHeaders(status, -1);
  }

  /** Sends the beginning, and then nothing more until the server is closed. */
  Answer stalling(int bytes) {
    return (exchange, content, from, _) -> {
      send(exchange, content, from, Math.min(content.length, from + bytes));
      hang();
    };
  }

  /** Doesn't even begin to answer until the server is closed. */
  Answer silent() {
    return (_, _, _, _) -> hang();
  }

  private void hang() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
