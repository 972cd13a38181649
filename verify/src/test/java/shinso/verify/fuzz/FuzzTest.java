package shinso.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The fuzzer on the engine: in every build the same programs, in JVMs of a few kinds. {@code
 * ./shinso bench fuzz --minutes N} goes on with others.
 */
class FuzzTest {
  private static final int PROGRAMS = 400;

  private static final List<Configuration> KINDS =
      List.of(
          Configuration.named("default"),
          new Configuration(
              "256 bits, avx2",
              List.of("-Dshinso.vector.bits=256", "-Dshinso.onednn.isa=avx2", "-Dshinso.tiles=now"),
              true,
              ""),
          new Configuration(
              "128 bits, sse41",
              List.of(
                  "-Dshinso.vector.bits=128",
                  "-Dshinso.onednn.isa=sse41",
                  "-Dshinso.vector.masks=off",
                  "-Dshinso.tiles=off",
                  "-XX:TieredStopAtLevel=1"),
              true,
              ""));

  @Test
  void nothingIsWrong() throws InterruptedException {
    StringWriter findings = new StringWriter();
    List<Campaign.Result> results =
        new Campaign(new PrintWriter(findings, true)).run(KINDS, 1, PROGRAMS, 1e6, 2);
    for (Campaign.Result r : results) {
      assertEquals(PROGRAMS, r.programs(), r.toString());
    }
    assertTrue(
        results.stream().allMatch(r -> r.findings() == 0),
        () -> findings + "\n" + results + "\ndocs/fuzzing.md says how to read this");
  }
}
