package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Kernel;
import shinso.nn.loss.Mmd;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Sgd;

/** A step of moment matching against finite differences, and moments that come to match. */
@Tag("row-J12")
final class GmmnTest {
  private static final Mmd MMD = new Mmd(Kernel.gaussian(0.5, 1, 2, 4));

  private static Gmmn small() {
    return new Gmmn(
        Network.of(2).dense(4).tanh().dense(2).build(Rng.of(1)),
        Network.of(3).dense(2).tanh().build(Rng.of(2)),
        Network.of(2).dense(3).build(Rng.of(3)),
        Noise.uniform(2));
  }

  /** The first step goes down the slope of the loss on its noise, and moves the generator alone. */
  @ParameterizedTest
  @EnumSource(Gmmn.Estimate.class)
  void aStepGoesDownTheSlope(Gmmn.Estimate estimate) {
    Tensor x = Tensor.normal(Rng.of(4), 8, 3).evaluate();
    Gmmn gmmn = small();
    Gmmn.Matching learner = new Gmmn.Matching(gmmn, MMD, estimate, Sgd.of(1));
    Map<String, double[]> before = values(gmmn);
    Program.of((in, rng) -> learner.train(in, rng)).run(Rng.of(5), x);
    Map<String, double[]> after = values(gmmn);
    Program loss =
        Program.of((in, rng) -> new Gmmn.Matching(gmmn, MMD, estimate, Sgd.of(0)).train(in, rng));
    reset(gmmn);
    Parameters.all(gmmn)
        .forEach((name, p) -> {
          double[] old = Objects.requireNonNull(before.get(name));
          double[] now = Objects.requireNonNull(after.get(name));
          if (!name.startsWith("generator")) {
            assertArrayEquals(old, now, name);
            return;
          }
          for (int i = 0; i < old.length; i++) {
            double slope = (at(loss, p, old, i, 1e-2, x) - at(loss, p, old, i, -1e-2, x)) / 2e-2;
            assertEquals(-slope, now[i] - old[i], 1e-3, name + " " + i);
          }
        });
  }

  private static double at(Program loss, Param p, double[] old, int i, double h, Tensor x) {
    Tensor value = p.value();
    float[] moved = value.toFloatArray();
    moved[i] = (float) (old[i] + h);
    p.assign(Tensor.of(moved, p.shape().dims()));
    double found = loss.run(Rng.of(5), x).metric("loss").item();
    p.assign(value);
    return found;
  }

  private static Map<String, double[]> values(Gmmn gmmn) {
    Map<String, double[]> values = new LinkedHashMap<>();
    Parameters.all(gmmn).forEach((name, p) -> values.put(name, p.value().toDoubleArray()));
    return values;
  }

  private static void reset(Gmmn gmmn) {
    Parameters.copy(small(), gmmn);
  }

  /** Samples come to have the mean (1, −1) and the deviations 2 and ½ of the data. */
  @Test
  void momentsComeToMatch() {
    Gmmn gmmn = Gmmn.of(Network.of(2).dense(2).build(Rng.of(1)), Noise.normal(2));
    Gmmn.Matching learner = new Gmmn.Matching(gmmn, MMD, Gmmn.Estimate.ALL_PAIRS, Adam.of(0.02));
    Program step = Program.of((in, rng) -> learner.train(in, rng));
    for (int i = 0; i < 600; i++) {
      Tensor z = Tensor.normal(Rng.of(7).split(i), 200, 2);
      Tensor x = z.mul(Tensor.of(new float[] {2, 0.5f}, 2)).add(Tensor.of(new float[] {1, -1}, 2));
      step.run(Rng.of(8).split(i), x);
    }
    Tensor samples = gmmn.sample(20_000, Rng.of(9)).evaluate();
    assertArrayEquals(new double[] {1, -1}, samples.mean(0).toDoubleArray(), 0.15);
    double[] deviations = samples.variance(0).sqrt().toDoubleArray();
    assertArrayEquals(new double[] {2, 0.5}, deviations, 0.15);
  }

  @Test
  void noiseIsDistributedAsItSays() {
    Tensor u = Noise.uniform(3).draw(10_000, Rng.of(1)).evaluate();
    assertTrue(u.max().item() <= 1 && u.min().item() >= -1);
    assertEquals(1.0 / 3, u.square().mean().item(), 0.01);
    assertEquals(1, Noise.normal(3).draw(10_000, Rng.of(1)).square().mean().item(), 0.04);
    assertEquals(List.of(10_000, 3), List.of(u.shape().dim(0), u.shape().dim(1)));
  }
}
