package shinso.train.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.adversarial.Attack;
import shinso.nn.adversarial.FastGradientSign;
import shinso.nn.model.Classifier;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

@Tag("row-C13")
final class RobustnessTest {
  /** Class 1 above ½; numbers at distances 0.05, 0.15, … from it. */
  @Test
  void examplesWithinReachOfTheBoundaryAreLost() {
    float[] x = {0.45f, 0.35f, 0.25f, 0.55f, 0.65f, 0.9f, 0.1f, 0.6f};
    int[] t = {0, 0, 0, 1, 1, 1, 0, 0}; // the last one is wrong from the beginning
    Dataset data =
        InMemoryDataset.of(
            "numbers",
            List.of(Column.floats("x", Shape.of(1), x), Column.labels("class", t, 2)),
            List.of("low", "high"));
    Classifier net = in -> in.sub(0.5).matmul(Tensor.of(new float[] {-10, 10}, 1, 2));
    Rng rng = Rng.of(1);
    assertEquals(1 / 8.0, Robustness.error(net, Attack.NONE, data, rng).value());
    assertEquals(3 / 8.0, Robustness.error(net, FastGradientSign.of(0.1), data, rng).value());
    assertEquals(5 / 8.0, Robustness.error(net, FastGradientSign.of(0.2), data, rng).value());
    assertEquals(1, Robustness.error(net, FastGradientSign.of(0.45), data, rng).value());
  }
}
