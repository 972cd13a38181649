package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StartTest {
  @Test
  void ratiosAreTakenRoundByRound() {
    assertEquals(
        """
        | `opt:n=3`, 100 steps     | median ms | min–max   |
        |--------------------------|----------:|-----------|
        | ours, without an archive |       200 | 100–400   |
        | peer                     |       300 | 300–400   |
        | peer / ours              |      1.50 | 1.00–3.00 |\
        """,
        StartCommand.table(
                "opt:n=3", 100, false, List.of(100.0, 400.0, 200.0), List.of(300.0, 400.0, 300.0))
            .toString());
  }

  @Test
  void withoutAPeerThereIsOneRow() {
    assertEquals(
        3, StartCommand.table("a", 100, true, List.of(1.0), List.of()).toString().lines().count());
  }

  @Test
  void processesSaySomethingOrFailWithTheirLastWords() throws IOException, InterruptedException {
    assertEquals("a b\n", Child.output(List.of("sh", "-c", "echo $A b"), Map.of("A", "a")));
    assertTrue(Child.millis(List.of("sh", "-c", "exit 0")) > 0);
    IOException e =
        assertThrows(
            IOException.class,
            () -> Child.output(List.of("sh", "-c", "echo one; echo two >&2; exit 4")));
    assertEquals("'sh' failed with exit code 4: two", e.getMessage());
  }

  @Test
  void anotherProcessRunsTheSameBenchmark() {
    List<String> command = Child.bench(List.of("-Xint"), List.of("steps", "opt:n=3"));
    assertTrue(command.getFirst().endsWith("java"), command.toString());
    assertTrue(command.contains("--add-modules=jdk.incubator.vector"), command.toString());
    assertEquals(
        List.of(Bench.class.getName(), "steps", "opt:n=3"),
        command.subList(command.size() - 3, command.size()));
  }
}
