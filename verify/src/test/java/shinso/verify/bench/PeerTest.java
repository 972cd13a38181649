package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerTest {
  private static final Workload SMALL = Workload.parse("mlp:batch=2,sizes=3-4");

  @Test
  void readsTimesAndNothingElse() {
    String output =
        """
        loading {weights}
        {"system": "torch-eager", "workload": "a", "threads": 2, "median_ms": 3.25, "steps": 5}
        {"system": "torch-compile", "workload": "a", "error": "no compiler"}
        {"system": "torch-bf16", "median_ms": 1e-1}
        {"median_ms": 7}
        {not JSON}
        """;
    assertEquals(
        List.of(new Peer.Result("torch-eager", 3.25), new Peer.Result("torch-bf16", 0.1)),
        Peer.results(output));
    assertEquals(List.of(), Peer.results(""));
  }

  private static Path script(Path folder, String text) throws IOException {
    Path script = folder.resolve("peer.sh");
    Files.writeString(script, text);
    return script;
  }

  @Test
  void asksACommand(@TempDir Path folder) throws IOException, InterruptedException {
    Path script =
        script(folder, "echo \"{\\\"system\\\": \\\"$2 $4 $5\\\", \\\"median_ms\\\": 1.5}\"");
    assertEquals(
        List.of(new Peer.Result("3 0.5 mlp:batch=2,sizes=3-4", 1.5)),
        Peer.of("sh " + script).ask(SMALL, 3, 0.5));
  }

  @Test
  void aPeerWithoutATimeHasLastWords(@TempDir Path folder) throws IOException {
    Path script = script(folder, "echo starting; echo 'no module named torch' >&2; exit 3");
    Peer peer = Peer.of("sh " + script);
    IOException e = assertThrows(IOException.class, () -> peer.ask(SMALL, 1, 1));
    assertTrue(
        String.valueOf(e.getMessage()).endsWith("exit code 3: no module named torch"),
        e.getMessage());
  }

  @Test
  void anUnknownPeerIsNamed() {
    for (String text : List.of("tensorflow", "", "  ", "/no/such/python peer.py")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Peer.of(text));
      assertTrue(
          String.valueOf(e.getMessage()).startsWith("unknown peer '" + text + "'"), e.getMessage());
    }
  }

  @Test
  void aPeerOnTheJvmIsFetchedByTheLauncher() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Peer.of("tensorflow-java"));
    assertEquals(
        "the libraries of tensorflow-java are not here; ./shinso bench compare --peer"
            + " tensorflow-java fetches them",
        e.getMessage());
  }
}
