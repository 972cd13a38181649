package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.verify.bench.Measuring.Precision;

final class ComparisonTest {
  private static final double EXACT = 1e-12;

  @Test
  void mediansOfOddAndEvenCounts() {
    assertEquals(2, Timing.median(List.of(9.0, 1.0, 2.0)));
    assertEquals(2.5, Timing.median(List.of(9.0, 3.0, 1.0, 2.0)));
    assertEquals(4, Timing.median(List.of(4.0)));
    assertThrows(IllegalArgumentException.class, () -> Timing.median(List.of()));
  }

  @Test
  void theVariantWithTheLeastMedianCounts() {
    Comparison c = new Comparison(Precision.F32);
    c.round(1, List.of(new Peer.Result("eager", 2), new Peer.Result("compile", 9)));
    c.round(2, List.of(new Peer.Result("eager", 3), new Peer.Result("compile", 1)));
    c.round(1, List.of(new Peer.Result("eager", 3), new Peer.Result("compile", 4)));
    Comparison.Outcome o = c.outcome();
    assertEquals(1, o.ours(), EXACT);
    assertEquals("eager", o.variant());
    assertEquals(3, o.theirs(), EXACT);
    assertEquals(2, o.ratio(), EXACT);
    assertEquals(1.5, o.least(), EXACT);
    assertEquals(3, o.most(), EXACT);
  }

  @Test
  void aVariantThatFailedInARoundDoesNotCount() {
    Comparison c = new Comparison(Precision.F32);
    c.round(1, List.of(new Peer.Result("eager", 2), new Peer.Result("compile", 1)));
    c.round(1, List.of(new Peer.Result("eager", 2)));
    assertEquals("eager", c.outcome().variant());
  }

  @Test
  void variantsOfTheOtherPrecisionDoNotCount() {
    List<Peer.Result> results =
        List.of(new Peer.Result("torch-eager", 2), new Peer.Result("torch-bf16", 1));
    Comparison single = new Comparison(Precision.F32);
    single.round(1, results);
    assertEquals("torch-eager", single.outcome().variant());
    Comparison half = new Comparison(Precision.BF16);
    half.round(1, results);
    assertEquals("torch-bf16", half.outcome().variant());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Comparison(Precision.BF16).round(1, results.subList(0, 1)));
  }
}
