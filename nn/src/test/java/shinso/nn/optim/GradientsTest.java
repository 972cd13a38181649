package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;

@Tag("row-B3")
class GradientsTest {
  private static final List<Tensor> GRADIENTS = List.of(f64(3, 0), f64(-4).reshape(1, 1));

  @Test
  void normIsOverAllTogether() {
    assertClose(5, Gradients.norm(GRADIENTS), 1e-15);
    refusal(() -> Gradients.norm(List.of()));
  }

  @Test
  void clippingByNormKeepsTheDirection() {
    List<Tensor> clipped = Gradients.clipByNorm(GRADIENTS, 2);
    assertClose(new double[] {1.2, 0}, clipped.get(0), 1e-15);
    assertClose(-1.6, clipped.get(1), 1e-15);
    assertEquals("[1, 1]", clipped.get(1).shape().toString());
    assertClose(2, Gradients.norm(clipped), 1e-15);
  }

  @Test
  void shortGradientsAreNotClipped() {
    assertClose(new double[] {3, 0}, Gradients.clipByNorm(GRADIENTS, 5.1).getFirst(), 0);
    List<Tensor> none = List.of(f64(0, 0));
    assertClose(new double[] {0, 0}, Gradients.clipByNorm(none, 1).getFirst(), 0);
  }

  /** Whose gradient it was must be seen afterwards. */
  @Test
  void clippingByNormNeitherHidesNorSpreadsWhatIsNotFinite() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      List<Tensor> clipped = Gradients.clipByNorm(List.of(f64(2, 3), f64(1, bad), f64(4)), 1);
      assertArrayEquals(new double[] {0, 0}, clipped.get(0).toDoubleArray());
      assertArrayEquals(new double[] {0, Double.NaN}, clipped.get(1).toDoubleArray());
      assertArrayEquals(new double[] {0}, clipped.get(2).toDoubleArray());
    }
  }

  @Test
  void clippingByValueIsForEachElement() {
    List<Tensor> clipped = Gradients.clipByValue(GRADIENTS, 3.5);
    assertClose(new double[] {3, 0}, clipped.get(0), 0);
    assertClose(-3.5, clipped.get(1), 0);
  }

  @Test
  void decayAddsTheWeights() {
    List<Param> params = List.of(Param.of(f64(10, 20)), Param.of(f64(-10).reshape(1, 1)));
    List<Tensor> decayed = Gradients.weightDecay(params, GRADIENTS, 0.1);
    assertClose(new double[] {4, 2}, decayed.get(0), 1e-15);
    assertClose(-5, decayed.get(1), 1e-15);
    assertClose(
        new double[] {4 / Math.sqrt(45), 2 / Math.sqrt(45)},
        Gradients.clipByNorm(decayed, 1).getFirst(),
        1e-15);
  }

  @Test
  void badArgumentsAreErrors() {
    assertEquals(
        "clipByNorm: the limit is positive, not 0.0",
        refusal(() -> Gradients.clipByNorm(GRADIENTS, 0)));
    refusal(() -> Gradients.clipByValue(GRADIENTS, Double.NaN));
    refusal(() -> Gradients.weightDecay(List.of(), GRADIENTS, 0.1));
    refusal(() -> Gradients.weightDecay(List.of(), List.of(), -0.1));
  }
}
