package demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executors;

/** Answers {@code POST /read}, whose body is a picture of 28 x 28 bytes, with ten probabilities. */
final class Service {
  private final Reader reader;

  private Service(Reader reader) {
    this.reader = reader;
  }

  /** Serves a model on a port, with a virtual thread for each request. */
  static HttpServer start(Reader reader, int port) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(here, port), 0);
    server.createContext("/read", new Service(reader)::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(Reader.PIXELS + 1);
      boolean picture = body.length == Reader.PIXELS;
      String text =
          picture
              ? Arrays.toString(reader.probabilities(body))
              : "the body is a picture of 28 x 28 bytes, not of " + body.length + " or more";
      byte[] answer = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(picture ? 200 : 400, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  /** Serves the model in a file, which is made if there is none. */
  public static void main(String[] args) throws IOException {
    HttpServer server = start(Reader.of(Path.of(args[0])), Integer.parseInt(args[1]));
    System.out.println("http://localhost:" + server.getAddress().getPort() + "/read");
  }
}
