package demo;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Trains, saves, loads and serves; asks from many threads at once; compares with one thread. */
final class Check {
  private static final int PICTURES = 50;
  private static final int REQUESTS = 500;

  private Check() {}

  /** Prints what was compared; fails if an answer is another one. */
  public static void main(String[] args) throws Exception {
    Path file = Files.createTempDirectory("service").resolve("digits.safetensors");
    Reader trained = Reader.of(file);
    List<byte[]> pictures = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < PICTURES; i++) {
      byte[] picture = new byte[Reader.PIXELS];
      random.nextBytes(picture);
      pictures.add(picture);
      expected.add(Arrays.toString(trained.probabilities(picture)));
    }
    HttpServer server = Service.start(Reader.of(file), 0);
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/read");
    try (HttpClient client = HttpClient.newHttpClient();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        byte[] picture = pictures.get(i % PICTURES);
        HttpRequest request =
            HttpRequest.newBuilder(address).POST(BodyPublishers.ofByteArray(picture)).build();
        answers.add(threads.submit(() -> client.send(request, BodyHandlers.ofString()).body()));
      }
      for (int i = 0; i < REQUESTS; i++) {
        if (!answers.get(i).get().equals(expected.get(i % PICTURES))) {
          throw new IllegalStateException("request " + i + ": " + answers.get(i).get());
        }
      }
    } finally {
      server.stop(0);
    }
    System.out.println(REQUESTS + " requests at once, each answered as by one thread");
  }
}
