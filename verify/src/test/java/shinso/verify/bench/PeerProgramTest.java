package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class PeerProgramTest {
  private static List<JsonNode> run(PeerProgram.Steps steps, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PeerProgram.run("peer", args, steps, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    JsonMapper json = new JsonMapper();
    return bytes.toString(StandardCharsets.UTF_8).lines().map(json::readTree).toList();
  }

  @Test
  void printsATimeForEachWorkload() {
    double[] loss = {8};
    String[] args = {
      "--threads", "3", "--seconds", "0.01", "mlp:batch=2,sizes=3-4", "opt:kind=adam,n=3"
    };
    List<JsonNode> lines =
        run(
            (workload, threads) -> {
              assertEquals(3, threads);
              return () -> loss[0] /= 2;
            },
            args);
    assertEquals(2, lines.size());
    JsonNode first = lines.getFirst();
    assertEquals("peer", first.path("system").asString());
    assertEquals("mlp:batch=2,sizes=3-4", first.path("workload").asString());
    assertEquals(3, first.path("threads").asInt());
    assertEquals(4, first.path("first_loss").asDouble());
    assertTrue(first.path("last_loss").asDouble() < 4, first.toString());
    assertTrue(first.path("steps").asInt() >= 5, first.toString());
  }

  @Test
  void aWorkloadThatFailsIsALineToo() {
    List<JsonNode> lines =
        run(
            (workload, threads) -> {
              throw new UnsupportedOperationException("no \"rbm\" here");
            },
            "rbm:visible=2,hidden=2",
            "mlp:size=3");
    assertEquals(2, lines.size());
    assertTrue(
        lines.getFirst().path("error").asString().endsWith("no 'rbm' here"), lines.toString());
    assertTrue(lines.getLast().path("error").asString().contains("size=3"), lines.toString());
  }
}
