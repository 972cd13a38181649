package shinso.spark.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** What workers send each other, in bytes, and the means of it. */
class ContributionTest {
  /** The bits of a float, and those of the nearest number with eight bits of precision. */
  @ParameterizedTest
  @CsvSource({
    "3F800000, 3F80",
    "3F808000, 3F80",
    "3F808001, 3F81",
    "3F818000, 3F82",
    "BF818000, BF82",
    "7F7FFFFF, 7F80",
    "7F800000, 7F80",
    "FF800000, FF80",
    "00000000, 0000",
    "80000000, 8000"
  })
  void numbersAreRoundedToTheNearestTiesToEven(String from, String to) {
    float value = Float.intBitsToFloat(Integer.parseUnsignedInt(from, 16));
    assertEquals((short) Integer.parseInt(to, 16), Bfloat16.of(value));
  }

  @Test
  void noNumberStaysNone() {
    assertTrue(Float.isNaN(Bfloat16.toFloat(Bfloat16.of(Float.intBitsToFloat(0x7F800001)))));
  }

  private static Contribution of(float metric, float weight, float... values) {
    Contribution c = new Contribution(values);
    c.exact(new float[] {2 * values[0]});
    c.metrics(Map.of("loss", Tensor.scalar(metric), Step.weightOf("loss"), Tensor.scalar(weight)));
    return c;
  }

  @Test
  void meansWeighMetricsAndKeepTheOrderOfTerms() {
    Contribution a = of(1, 3, 0.5f, 1e8f, 1);
    Contribution b = of(5, 1, 1.5f, -1e8f, 2);
    for (boolean compressed : new boolean[] {false, true}) {
      Contribution.Sum sum = new Contribution.Sum(a, 3, true);
      sum.add(a.toBytes(compressed), compressed);
      sum.add(b.toBytes(compressed), compressed);
      float[] values = new float[3];
      sum.means(values, 0);
      Contribution mean = sum.mean(values);
      assertArrayEquals(new float[] {1, 0, 1.5f}, mean.values());
      assertArrayEquals(new float[] {2}, mean.exact());
      assertEquals(Map.of("loss", 2.0), mean.metricMeans());
    }
  }

  @Test
  void aWorkerWithAnotherLearnerIsFound() {
    Contribution.Sum sum = new Contribution.Sum(of(1, 1, 1, 2), 2, true);
    DistributionException e =
        assertThrows(
            DistributionException.class, () -> sum.add(of(1, 1, 1, 2, 3).toBytes(false), false));
    assertTrue(String.valueOf(e.getMessage()).contains("another one there"), e.getMessage());
  }
}
