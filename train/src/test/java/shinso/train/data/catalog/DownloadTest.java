package shinso.train.data.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.train.data.DataException;

@Timeout(120)
final class DownloadTest {
  private static final Download EAGER =
      new Download(Duration.ofSeconds(20), Duration.ofSeconds(20), 3, Duration.ofMillis(1));

  /** For servers that don't go on: the one wait that a test has to sit through. */
  private static final Download IMPATIENT =
      new Download(Duration.ofMillis(400), Duration.ofMillis(400), 2, Duration.ofMillis(1));

  private static final byte[] CONTENT = content(300_000);

  @TempDir Path folder;
  private FlakyServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FlakyServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static byte[] content(int size) {
    var generator = Rng.of(12).generator();
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) generator.nextLong();
    }
    return bytes;
  }

  private RemoteFile file(URI... mirrors) throws IOException {
    Path original = Files.write(folder.resolve("original"), CONTENT);
    Checksum sum = Checksum.sha256Of(original);
    Files.delete(original);
    return new RemoteFile("set.gz", CONTENT.length, sum, List.of(mirrors));
  }

  private Path target() {
    return folder.resolve("set.gz");
  }

  private Path part() {
    return folder.resolve("set.gz.part");
  }

  private void fetch(Download download, URI... mirrors) throws IOException, DownloadException {
    download.fetch(file(mirrors), target(), DownloadProgress.SILENT);
    assertArrayEquals(CONTENT, Files.readAllBytes(target()));
    assertEquals(List.of("set.gz"), names());
  }

  private String error(Download download, URI... mirrors) throws IOException {
    RemoteFile file = file(mirrors);
    String message =
        assertThrows(
                DownloadException.class,
                () -> download.fetch(file, target(), DownloadProgress.SILENT))
            .getMessage();
    assertEquals(1, message.lines().count());
    assertFalse(Files.exists(target()));
    return message;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] damaged() {
    byte[] other = CONTENT.clone();
    other[77]++;
    return other;
  }

  @Test
  void aGoodServerIsAskedOnce() throws Exception {
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
    assertEquals(List.of("/a 0"), server.requests);
  }

  @Test
  void aFileThatIsThereIsReplaced() throws Exception {
    Files.write(target(), new byte[] {1, 2, 3});
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
  }

  @Test
  void redirectionsAreFollowed() throws Exception {
    URI there = server.serve("/there", CONTENT, FlakyServer::well);
    URI here =
        server.serve(
            "/here",
            CONTENT,
            (exchange, _, _, _) -> {
              exchange.getResponseHeaders().set("Location", there.toString());
              exchange.sendResponseHeaders(302, -1);
            });
    fetch(EAGER, here);
  }

  @Test
  void progressEndsWithTheWholeFile() throws Exception {
    List<Long> seen = new ArrayList<>();
    RemoteFile file = file(server.serve("/a", CONTENT, FlakyServer::well));
    EAGER.fetch(
        file,
        target(),
        (name, bytes, total, rate) -> {
          assertEquals("set.gz", name);
          assertEquals(CONTENT.length, total);
          assertTrue(rate >= 0);
          seen.add(bytes);
        });
    assertEquals(seen.stream().sorted().toList(), seen);
    assertEquals(CONTENT.length, seen.getLast());
  }

  @Test
  void aServerThatCutsOffIsAskedForTheRest() throws Exception {
    URI a =
        server.serve(
            "/a",
            CONTENT,
            (exchange, content, from, turn) ->
                FlakyServer.send(exchange, content, from, Math.min(content.length, from + 70_000)));
    fetch(EAGER, a);
    // Each answer brings 70,000 bytes, so more failures than the patience allows are no matter.
    assertEquals(
        List.of("/a 0", "/a 70000", "/a 140000", "/a 210000", "/a 280000"), server.requests);
  }

  @Test
  void aDownloadGoesOnWhereItWasInterrupted() throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 123_456));
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
    assertEquals(List.of("/a 123456"), server.requests);
  }

  @Test
  void aDownloadThatWasOnlyNotRenamedNeedsNoServer() throws Exception {
    Files.write(part(), CONTENT);
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer.status(500)));
    assertEquals(List.of(), server.requests);
  }

  @Test
  void aServerThatKnowsNoRangesSendsAllAgain() throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 1000));
    fetch(
        EAGER,
        server.serve(
            "/a",
            CONTENT,
            (exchange, content, _, _) -> FlakyServer.send(exchange, content, 0, content.length)));
    assertEquals(List.of("/a 1000"), server.requests);
  }

  @Test
  void aServerThatSendsAnotherPartIsAskedForAll() throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 1000));
    fetch(
        EAGER,
        server.serve(
            "/a",
            CONTENT,
            (exchange, content, from, _) ->
                FlakyServer.send(exchange, content, from == 0 ? 0 : from + 50, content.length)));
    assertEquals(List.of("/a 1000", "/a 0"), server.requests);
  }

  @ParameterizedTest
  @ValueSource(ints = {300_000, 300_001, 400_000})
  void aPartThatIsTooLongIsThrownAway(int length) throws Exception {
    byte[] wrong = Arrays.copyOf(damaged(), length);
    Files.write(part(), wrong);
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
    assertEquals(List.of("/a " + length, "/a 0"), server.requests);
  }

  @Test
  void aPartThatIsWrongIsThrownAwayAndNotBlamedOnTheServer() throws Exception {
    Files.write(part(), Arrays.copyOf(damaged(), 1000));
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
    assertEquals(List.of("/a 1000", "/a 0"), server.requests);
  }

  @Test
  void failuresOfAMomentAreForgiven() throws Exception {
    URI a =
        server.serve(
            "/a",
            CONTENT,
            (exchange, content, from, turn) -> {
              if (turn < 2) {
                FlakyServer.status(turn == 0 ? 503 : 429).to(exchange, content, from, turn);
              } else {
                FlakyServer.well(exchange, content, from, turn);
              }
            });
    fetch(EAGER, a);
    assertEquals(3, server.requests.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 403, 410, 204})
  void aServerWithoutTheFileIsLeftAtOnce(int status) throws Exception {
    URI a = server.serve("/a", CONTENT, FlakyServer.status(status));
    URI b = server.serve("/b", CONTENT, FlakyServer::well);
    fetch(EAGER, a, b);
    assertEquals(List.of("/a 0", "/b 0"), server.requests);
  }

  @Test
  void aServerThatAlwaysFailsIsLeftInTheEnd() throws Exception {
    URI a = server.serve("/a", CONTENT, FlakyServer.status(500));
    URI b = server.serve("/b", CONTENT, FlakyServer.status(404));
    assertEquals(
        "set.gz can't be downloaded: localhost answers 500; localhost answers 404; try again",
        error(EAGER, a, b));
    assertEquals(List.of("/a 0", "/a 0", "/a 0", "/b 0"), server.requests);
    assertEquals(List.of(), names());
  }

  @Test
  void aServerThatSendsSomethingElseIsLeft() throws Exception {
    URI liar = server.serve("/liar", damaged(), FlakyServer::well);
    URI b = server.serve("/b", CONTENT, FlakyServer::well);
    fetch(EAGER, liar, b);
    assertEquals(List.of("/liar 0", "/b 0"), server.requests);
  }

  @Test
  void wrongContentIsDeletedAndReported() throws Exception {
    URI liar = server.serve("/liar", damaged(), FlakyServer::well);
    String message = error(EAGER, liar);
    String wrong = sum(damaged());
    assertEquals(
        "set.gz can't be downloaded: localhost sends something else (%s, not 300,000 bytes of %s); try again"
            .formatted(wrong, sum(CONTENT)),
        message);
    assertEquals(List.of(), names());
  }

  private String sum(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("sum"), content);
    Checksum sum = Checksum.sha256Of(file);
    Files.delete(file);
    return sum.toString();
  }

  @Test
  void aLoginPageIsNotTheFile() throws Exception {
    byte[] page = "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8);
    URI hotel =
        server.serve(
            "/hotel",
            page,
            (exchange, content, _, _) -> FlakyServer.send(exchange, content, 0, content.length));
    // What came before stays, and what the page says must not become the beginning of the file.
    Files.write(part(), Arrays.copyOf(CONTENT, 1000));
    String message = error(EAGER, hotel);
    assertTrue(message.contains("localhost sends something else (26 bytes, not 300,000"), message);
    fetch(EAGER, server.serve("/a", CONTENT, FlakyServer::well));
    assertEquals(List.of("/hotel 1000", "/a 1000"), server.requests);
  }

  @Test
  void aServerThatNeverEndsIsLeft() throws Exception {
    URI endless =
        server.serve(
            "/endless",
            CONTENT,
            (exchange, content, _, _) -> {
              exchange.sendResponseHeaders(200, 0);
              OutputStream out = exchange.getResponseBody();
              // Until the other side closes the connection.
              while (true) {
                out.write(content);
              }
            });
    URI b = server.serve("/b", CONTENT, FlakyServer::well);
    fetch(EAGER, endless, b);
    assertEquals(List.of("/endless 0", "/b 0"), server.requests);
  }

  @Test
  void aChunkedAnswerThatIsCutOffGoesOn() throws Exception {
    URI a =
        server.serve(
            "/a",
            CONTENT,
            (exchange, content, from, turn) -> {
              if (turn > 0) {
                FlakyServer.well(exchange, content, from, turn);
                return;
              }
              // Ended properly, but too early, by a proxy say.
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(content, 0, 100_000);
              exchange.getResponseBody().close();
            });
    fetch(EAGER, a);
    assertEquals(List.of("/a 0", "/a 100000"), server.requests);
  }

  @Test
  void aServerThatStallsIsAskedAgainAndThenLeft() throws Exception {
    URI stalling = server.serve("/stalling", CONTENT, server.stalling(100_000));
    URI b = server.serve("/b", CONTENT, FlakyServer::well);
    fetch(IMPATIENT, stalling, b);
    // It gains bytes each time, so it is asked until there is nothing to gain.
    assertEquals("/stalling 0", server.requests.getFirst());
    assertTrue(server.requests.contains("/stalling 100000"), server.requests.toString());
  }

  @Test
  void aServerThatStallsAtOnceIsNamed() throws Exception {
    URI stalling = server.serve("/stalling", CONTENT, server.stalling(0));
    assertEquals(
        "set.gz can't be downloaded: localhost breaks off (no data for 0 seconds); try again",
        error(IMPATIENT, stalling));
  }

  @Test
  void aServerThatIsSilentIsLeft() throws Exception {
    URI silent = server.serve("/silent", CONTENT, server.silent());
    assertEquals(
        "set.gz can't be downloaded: localhost doesn't answer; try again",
        error(IMPATIENT, silent));
    assertEquals(List.of("/silent 0", "/silent 0"), server.requests);
  }

  @Test
  void withoutANetworkTheErrorSaysSo() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String refused = error(EAGER, URI.create("http://localhost:" + port + "/a"));
    assertTrue(
        refused.startsWith("set.gz can't be downloaded: localhost can't be reached ("), refused);
    // RFC 2606 keeps this name from existing.
    String unknown = error(EAGER, URI.create("http://data.invalid/a"));
    assertTrue(
        unknown.startsWith("set.gz can't be downloaded: data.invalid can't be reached ("), unknown);
    assertEquals(List.of(), names());
  }

  @Test
  void twoDownloadsOfOneFileDoNotMix() throws Exception {
    RemoteFile file = file(server.serve("/a", CONTENT, FlakyServer::well));
    try (FileChannel other =
            FileChannel.open(part(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertTrue(lock.isValid());
      String message =
          assertThrows(
                  DataException.class, () -> EAGER.fetch(file, target(), DownloadProgress.SILENT))
              .getMessage();
      assertEquals(
          part() + ": is being downloaded by another process; wait for it, or end it", message);
    }
    fetch(EAGER, server.uri("/a"));
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws Exception {
    RemoteFile file = file(server.serve("/a", CONTENT, FlakyServer::well));
    Path nowhere = folder.resolve("nowhere/set.gz");
    String message =
        assertThrows(DataException.class, () -> EAGER.fetch(file, nowhere, DownloadProgress.SILENT))
            .getMessage();
    assertTrue(message.startsWith(nowhere + ".part: can't be written: "), message);
    assertTrue(message.endsWith("; 300,000 bytes are needed"), message);
  }
}
