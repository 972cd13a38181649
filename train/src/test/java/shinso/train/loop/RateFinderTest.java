package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

class RateFinderTest {
  private static RateCurve curve(double... losses) {
    double[] rates =
        IntStream.range(0, losses.length).mapToDouble(i -> Math.pow(10, -4 + 0.1 * i)).toArray();
    return new RateCurve(rates, losses, null);
  }

  @Test
  void theSuggestionIsWhereTheLossFallsFastest() {
    // A fall by a hyperbolic tangent around step 20, then a rise from step 40 on.
    double[] losses =
        IntStream.range(0, 50)
            .mapToDouble(i -> 2 - Math.tanh((i - 20) / 4.0) + (i > 40 ? 0.2 * (i - 40) : 0))
            .toArray();
    assertEquals(Math.pow(10, -2), curve(losses).suggestion(), 1e-12);
    // Noise that alternates changes nothing.
    double[] noisy =
        IntStream.range(0, 50).mapToDouble(i -> losses[i] + (i % 2 == 0 ? 0.05 : -0.05)).toArray();
    assertEquals(-2, Math.log10(curve(noisy).suggestion()), 0.11);
    assertEquals(2, curve(losses).smoothed()[20], 0.02);
  }

  @Test
  void withoutAFallThereIsNoSuggestion() {
    RateCurve rising = curve(IntStream.range(0, 30).mapToDouble(i -> 1 + 0.1 * i).toArray());
    assertEquals(
        "there is no learning rate to suggest: the loss falls nowhere between 1e-4 and 0.0794; look"
            + " at smaller ones, with range(1e-7, 1e-4)",
        assertThrows(IllegalStateException.class, rising::suggestion).getMessage());
    assertNotNull(rising.figure().png());
    assertEquals("The loss falls nowhere.", rising.figure().caption());
  }

  @Test
  void theSearchEndsAtDivergenceAndTheModelIsAsBefore() {
    Learner[] made = new Learner[1];
    Map<String, float[]> before = new LinkedHashMap<>();
    RateCurve curve =
        RateFinder.of(
                rate -> {
                  made[0] = Toy.learner(rate);
                  values(made[0]).forEach((name, v) -> before.put(name, v));
                  return made[0];
                },
                Batches.shuffled(halves(), 20, 3))
            .range(1e-5, 1e5)
            .run();
    assertNotNull(curve.diverged());
    assertTrue(curve.rates().length < 100);
    assertEquals(1e-5, curve.rates()[0], 1e-18);
    assertEquals(Math.pow(1e10, 1 / 99.0), curve.rates()[1] / curve.rates()[0], 1e-9);
    assertTrue(curve.suggestion() > 1e-4 && curve.suggestion() < 10, "" + curve.suggestion());
    values(made[0]).forEach((name, v) -> assertArrayEquals(before.get(name), v, name));
  }

  /** Points whose class is the sign of their first number. */
  private static Dataset halves() {
    float[] x = Tensor.normal(Rng.of(5), 400, 2).toFloatArray();
    int[] side = IntStream.range(0, 400).map(i -> x[2 * i] > 0 ? 1 : 0).toArray();
    return InMemoryDataset.of(
        "halves",
        List.of(Column.floats("x", Shape.of(2), x), Column.labels("side", side, 2)),
        List.of("left", "right"));
  }

  private static Map<String, float[]> values(Learner learner) {
    Map<String, float[]> all = new LinkedHashMap<>();
    Checkpoint.values(learner.model()).forEach((name, t) -> all.put(name, t.toFloatArray()));
    return all;
  }

  /** The rate that is written down is the one that the step was made with. */
  @Test
  void theRatesAreThoseOfTheSteps() {
    Network network = Network.of(2).dense(2).build(Rng.of(Toy.SEED));
    RateCurve curve =
        RateFinder.of(
                rate -> {
                  for (int step : new int[] {0, 7, 19}) {
                    assertEquals(
                        1e-3 * Math.pow(1e2, step / 19.0), rate.at(step), 1e-9, "step " + step);
                  }
                  return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Sgd.of(rate));
                },
                Batches.inOrder(Toy.Points.of(20, 1), 8))
            .range(1e-3, 1e-1)
            .steps(20)
            .run();
    assertEquals(20, curve.rates().length);
    assertEquals(1e-1, curve.rates()[19], 1e-12);
    assertNull(curve.diverged());
  }

  @Test
  void wrongUse() {
    Batches batches = Batches.inOrder(Toy.Points.of(8, 1), 8);
    RateFinder finder = RateFinder.of(Toy::learner, batches);
    assertThrows(IllegalArgumentException.class, () -> finder.range(0, 1));
    assertThrows(IllegalArgumentException.class, () -> finder.range(1, 1));
    assertThrows(IllegalArgumentException.class, () -> finder.steps(9));
    Batches bad = Batches.inOrder(Toy.Points.of(8, 1).with(3, Double.NaN), 8);
    assertEquals(
        "step 1: the loss is NaN because the data are not finite: example 1 of points has NaN in"
            + " 'point'[1]",
        assertThrows(NotFiniteException.class, () -> RateFinder.of(Toy::learner, bad).run())
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new RateCurve(new double[2], new double[3], null));
    assertThrows(
        IllegalStateException.class,
        () -> new RateCurve(new double[0], new double[0], null).suggestion());
  }
}
