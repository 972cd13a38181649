package shinso.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.reference.ReferenceBackend;

/** Faults that are put into a backend are found, and made small. */
class FindingTest {
  private static ProgramChecks broken(BrokenBackend.Fault fault) {
    BrokenBackend b = new BrokenBackend(BrokenBackend::joinsSlices, fault);
    return new ProgramChecks(b, new ReferenceBackend(), new ReferenceBackend());
  }

  @ParameterizedTest
  @EnumSource(names = {"SPOILS", "THROWS"})
  void faultsAreFoundAndShrunk(BrokenBackend.Fault fault) {
    ProgramChecks checks = broken(fault);
    Set<Finding.Check> whole = EnumSet.of(Finding.Check.WHOLE);
    int found = 0;
    for (long seed = 0; seed < 300 && found < 3; seed++) {
      FuzzProgram program = Generator.program(seed);
      Finding f = checks.check(program, whole);
      if (f != null) {
        found++;
        FuzzProgram small =
            new Shrinker(
                    p -> {
                      Finding g = checks.check(p, whole);
                      return g != null && g.kind().equals(f.kind());
                    },
                    Fuzz.ATTEMPTS)
                .shrink(program);
        // A leaf, a slice of it, perhaps another leaf, and the two joined; or one operation that is
        // composed of these.
        String text = JavaText.of("Small", small, "");
        assertTrue(small.steps().size() <= 4, text);
        List<String> operations =
            Arrays.stream(Fuzz.operations(small).split(" ")).sorted().toList();
        assertTrue(operations.size() == 1 || operations.equals(List.of("concat", "slice")), text);
        assertNotNull(checks.check(small, whole), text);
      }
    }
    assertEquals(3, found);
  }

  @Test
  void exceptionsOfOneKindAreOneKind() {
    Finding a = Finding.thrown(Finding.Check.WHOLE, new IllegalStateException("node 17 of [2, 3]"));
    Finding b = Finding.thrown(Finding.Check.WHOLE, new IllegalStateException("node 8 of [1]"));
    assertEquals(a.kind(), b.kind());
    assertFalse(a.message().equals(b.message()));
  }

  @Test
  void whatIsFoundIsPrinted() {
    long seed = firstJoin();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int code =
        Fuzz.run(
            List.of("--seeds", seed + ".." + (seed + 1), "--checks", "WHOLE"),
            broken(BrokenBackend.Fault.SPOILS),
            new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String out = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(1, code, out);
    assertTrue(out.contains("WHOLE wrong: "), out);
    assertTrue(out.contains(".slice("), out);
    assertTrue(out.contains("Tensor.concat("), out);
    assertTrue(out.endsWith("@ran 1\n"), out);
  }

  /** Starts with the arguments of {@link Fuzz}, and ends the JVM where a slice is joined. */
  static final class Halting {
    private Halting() {}

    public static void main(String[] args) {
      System.exit(Fuzz.run(List.of(args), broken(BrokenBackend.Fault.HALTS), System.out));
    }
  }

  @Test
  void aDyingJvmIsAFinding() throws InterruptedException {
    long seed = firstJoin();
    StringWriter out = new StringWriter();
    Configuration c = Configuration.named("tiles-off");
    Campaign campaign = new Campaign(new PrintWriter(out, true), Halting.class, 4);
    Campaign.Result r = campaign.run(List.of(c), seed, 2, 1000, 1).getFirst();
    String text = out.toString();
    assertEquals(2, r.programs(), text);
    assertTrue(r.findings() >= 1, text);
    assertTrue(text.contains("the JVM died"), text);
    assertTrue(text.contains(".slice("), text);
    long steps = text.lines().filter(l -> l.startsWith("    Tensor v")).count();
    assertTrue(steps < Generator.program(seed).steps().size() / 2, text);
  }

  /** The first program of few steps that the broken backend gets wrong. */
  private static long firstJoin() {
    for (long seed = 0; ; seed++) {
      FuzzProgram p = Generator.program(seed);
      boolean small = p.steps().size() < 40;
      if (small
          && BrokenBackend.joinsSlices(Subject.of(p, p.values()).graph())
          && broken(BrokenBackend.Fault.SPOILS).check(p, EnumSet.of(Finding.Check.WHOLE)) != null) {
        return seed;
      }
    }
  }

  @Test
  void aRightBackendHasNoFindings() {
    FuzzProgram p =
        new FuzzProgram(
            List.of(
                new FuzzProgram.Given(Filling.UNIFORM, 1, 1, List.of(3, 4)),
                new FuzzProgram.Call(Operations.named("tanh"), List.of(0), List.of())),
            List.of(1),
            List.of(new FuzzProgram.Update(0, 1)));
    assertNull(ProgramChecks.ofCpu().check(p, EnumSet.allOf(Finding.Check.class)));
  }
}
