package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.dashboard.web.RawHttp;
import shinso.dashboard.web.RefusedException;
import shinso.dashboard.web.Token;
import shinso.dashboard.web.WebServer;

/** No name leads out of the folder of all runs. */
final class RunsTest {
  @TempDir private Path folder;

  private final Token token = Token.random();
  private Path root = Path.of("");
  private String run = "";
  private Runs runs = new Runs(root);

  @BeforeEach
  void makeRun() throws IOException {
    root = folder.resolve("runs");
    run = MadeRun.in(root, "digits-mlp").name();
    runs = new Runs(root);
    Files.writeString(folder.resolve("secret.png"), "secret");
    Files.writeString(folder.resolve("run.json"), "{}");
    Files.createDirectories(folder.resolve("figures"));
    Files.createDirectories(root.resolve(run).resolve("snapshots/1-train"));
  }

  @AfterEach
  void nothingWasWritten() throws IOException {
    assertEquals("secret", Files.readString(folder.resolve("secret.png")));
  }

  @Test
  void aRunIsFoundByItsWholeName() {
    assertEquals(List.of(run), runs.names());
    assertEquals(root.resolve(run), runs.folder(run));
    assertThrows(RefusedException.class, () -> runs.folder(run.substring(0, 8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "../", "../runs", "/", "/tmp", "a/../..", "..\\x", "x\0y", ".lock", "~",
        "C:x"
      })
  void otherNamesAreNone(String name) {
    assertThrows(RefusedException.class, () -> runs.folder(name));
    assertThrows(RefusedException.class, () -> runs.file(run, List.of("figures", name)));
  }

  @Test
  void linksLeadNowhere() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("elsewhere"));
    Files.copy(root.resolve(run).resolve("run.json"), outside.resolve("run.json"));
    Files.createSymbolicLink(root.resolve("linked"), outside);
    assertThrows(RefusedException.class, () -> runs.folder("linked"));
    Path stage = root.resolve(run).resolve("snapshots/1-train");
    Files.createSymbolicLink(stage.resolve("w-1.png"), folder.resolve("secret.png"));
    List<String> path = List.of("snapshots", "1-train", "w-1.png");
    assertThrows(RefusedException.class, () -> runs.file(run, path));
    Files.createSymbolicLink(root.resolve(run).resolve("snapshots/2-out"), folder);
    List<String> through = List.of("snapshots", "2-out", "secret.png");
    assertThrows(RefusedException.class, () -> runs.file(run, through));
  }

  /** The same through the server, in all the ways to write them in an address. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/runs/..",
        "/api/runs/../../secret.png",
        "/api/runs/%2e%2e",
        "/api/runs/%2e%2e%2fsecret.png",
        "/api/runs/..%2f..%2f..%2fetc",
        "/api/runs/%252e%252e",
        "/api/runs/..%5c..",
        "/api/runs/%00",
        "/api/runs//etc/passwd",
        "/api/runs/RUN/pictures/../../../secret.png",
        "/api/runs/RUN/pictures/snapshots/../../../secret.png",
        "/api/runs/RUN/pictures/snapshots/%2e%2e%2f%2e%2e/secret.png",
        "/api/runs/RUN/pictures/snapshots/%2e%2e/secret.png",
        "/api/runs/RUN/pictures/%2e%2e/%2e%2e/secret.png",
        "/api/runs/RUN/pictures/snapshots/1-train/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.png",
        "/api/runs/RUN/pictures/snapshots/1-train/..%2F..%2F..%2F..%2Fsecret.png",
        "/api/runs/RUN/pictures/figures/%2e%2e%2frun/run.png",
        "/api/runs/RUN/pictures/stages/1-train/model.png",
        "/../../../../etc/passwd",
        "/lib/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd"
      })
  void noAddressLeadsOut(String address) throws IOException {
    try (WebServer server = WebServer.start(0, token, RunRoutes.of(runs, null))) {
      List<String> headers = List.of("Authorization: Bearer " + token.text());
      for (String suffix : List.of("", "/curves", "/report", "/output")) {
        RawHttp.Reply reply =
            RawHttp.send(server.port(), "GET " + address.replace("RUN", run) + suffix, headers, "");
        assertEquals(4, reply.status() / 100, reply.head());
        assertEquals(-1, reply.body().indexOf("secret\n"), reply.body());
      }
    }
  }
}
