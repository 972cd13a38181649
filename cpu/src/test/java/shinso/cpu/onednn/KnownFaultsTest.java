package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.cpu.Fork;
import shinso.cpu.onednn.ConvolutionSpec.Axis;
import shinso.cpu.onednn.ConvolutionSpec.Direction;

/** The table of what oneDNN gets wrong. */
class KnownFaultsTest {

  /** The instruction sets of which each is the weakest that some fault begins or ends with. */
  private static final List<Isa> SETS =
      List.of(Isa.SSE41, Isa.AVX2, Isa.AVX512_CORE, Isa.AVX512_CORE_BF16, Isa.AVX10_1_512_AMX);

  static List<KnownFaults.Fault> faults() {
    return KnownFaults.all();
  }

  @Test
  void namesAreDifferent() {
    Set<String> names = new HashSet<>();
    faults().forEach(f -> assertTrue(names.add(f.name()), f.name()));
  }

  /**
   * A fault that this library has no more is to be given the first version without it, and stays in
   * the table as long as older versions may be found.
   */
  @ParameterizedTest
  @MethodSource("faults")
  void theExampleShowsTheFaultWithEachInstructionSetOfThisProcessor(KnownFaults.Fault fault)
      throws Exception {
    OneDnn dnn = Native.oneDnn();
    List<String> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (Isa isa : SETS) {
      if (isa.isPartOf(dnn.isaCode()) && fault.concerns(isa.code, dnn.version())) {
        String flag = "-Dshinso.onednn.isa=" + isa;
        Fork fork = Fork.run(List.of(flag), FaultProbe.class, fault.name());
        assertTrue(fork.output().startsWith(fault.name()), fork::output);
        seen.add(isa + (fork.output().endsWith("right") ? " right" : " wrong"));
        expected.add(isa + " wrong");
      }
    }
    assertEquals(expected, seen);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void theProblemIsRefusedWhereItGoesWrong(KnownFaults.Fault fault) {
    OneDnn dnn = Native.oneDnn();
    boolean concerned = fault.concerns(dnn.isaCode(), dnn.version());
    assertEquals(!concerned, dnn.isRight(fault.example()));
    assertTrue(KnownFaults.mayConcern(fault.example()));
    assumeTrue(concerned, "not with " + dnn.isa());
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> dnn.primitive(fault.example()))
                .getMessage());
    assertTrue(message.contains(fault.name()), message);
  }

  @Test
  void aVersionThatHasMendedItIsNotConcerned() {
    KnownFaults.Fault f = faults().getFirst();
    KnownFaults.Fault mended =
        new KnownFaults.Fault(
            f.name(), f.what(), f.around(), "3.12", f.sets(), f.problems(), f.example());
    assertTrue(mended.concerns(Isa.AVX2.code, "3.11.0"));
    assertTrue(mended.concerns(Isa.AVX2.code, "3.9.2"));
    assertFalse(mended.concerns(Isa.AVX2.code, "3.12.0"));
    assertFalse(mended.concerns(Isa.AVX2.code, "4.0"));
    assertFalse(mended.concerns(Isa.SSE41.code, "3.11.0"));
  }

  @Test
  void whatIsNextToAFaultIsNotConcerned() {
    MatmulSpec outer = MatmulSpec.of(2, 3, 1);
    for (MatmulSpec right :
        List.of(outer, outer.batch(2, 2, 3, 6), outer.batch(2, 2, 0, 6), MatmulSpec.of(2, 3, 2))) {
      assertNull(KnownFaults.of(right, Isa.AVX10_1_512_AMX.code, "3.11.0"), right::toString);
    }
    Axis rows = new Axis(3, 1, 1, 1, 0, 0);
    for (Axis columns :
        List.of(
            new Axis(2, 2, 1, 1, 0, 0), new Axis(5, 2, 3, 1, 0, 0), new Axis(2, 1, 3, 1, 0, 0))) {
      Spec right = ConvolutionSpec.of(Direction.FORWARD, 1, rows, columns, 1, 1);
      assertNull(KnownFaults.of(right, Isa.AVX10_1_512_AMX.code, "3.11.0"), right::toString);
    }
  }
}
