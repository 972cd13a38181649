package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Sgd;

/** Algorithm 1 against its two halves carried out one after the other. */
final class GanTest {
  private static Gan small() {
    return new Gan(
        Network.of(3).dense(5).tanh().dense(2).build(Rng.of(1)),
        Network.of(2).dense(4).tanh().dense(1).build(Rng.of(2)),
        Noise.normal(3));
  }

  @ParameterizedTest
  @CsvSource({"MINIMAX, 1", "NON_SATURATING, 1", "NON_SATURATING, 3"})
  void theGeneratorLearnsFromTheNewDiscriminator(Gan.Objective objective, int k) {
    Tensor x = Tensor.normal(Rng.of(3), 6, 2).evaluate();
    Rng key = Rng.of(4);
    Gan once = small();
    Gan.Game game = new Gan.Game(once, objective, k, 0, Sgd.of(0.1), Sgd.of(0.2));
    Program.of((in, rng) -> game.train(in, rng)).run(key, x);

    Gan byHand = small();
    for (int i = 0; i < k; i++) {
      Tensor z = Tensor.normal(key.split(i).split(0).split(0), 6, 3);
      Tensor fake = byHand.generator().forward(z, Pass.inference()).evaluate();
      Tensor d = real(byHand, x).add(logit(byHand, fake).softplus().mean());
      descend(Parameters.trainable(byHand.discriminator()), d, 0.1);
    }
    Tensor again = Tensor.normal(key.split(k).split(0).split(0), 6, 3);
    Tensor made = logit(byHand, byHand.generator().forward(again, Pass.inference()));
    Tensor g =
        objective == Gan.Objective.MINIMAX
            ? made.sigmoid().rsub(1).log().mean()
            : made.sigmoid().log().mean().neg();
    descend(Parameters.trainable(byHand.generator()), g, 0.2);

    Map<String, Param> expected = Parameters.all(byHand);
    Parameters.all(once)
        .forEach((name, p) ->
            assertArrayEquals(
                Objects.requireNonNull(expected.get(name)).value().toFloatArray(),
                p.value().toFloatArray(),
                1e-6f,
                name));
  }

  private static Tensor logit(Gan gan, Tensor x) {
    return gan.discriminator().forward(x, Pass.inference());
  }

  private static Tensor real(Gan gan, Tensor x) {
    return logit(gan, x).sigmoid().log().mean().neg();
  }

  private static void descend(Map<String, Param> params, Tensor loss, double rate) {
    List<Param> all = List.copyOf(params.values());
    List<Tensor> g = Tensor.evaluate(Autodiff.gradients(loss, all));
    for (int i = 0; i < all.size(); i++) {
      all.get(i).assign(all.get(i).value().sub(g.get(i).mul(rate)));
    }
  }

  /** The penalty's gradient, which differentiates twice, against finite differences. */
  @Test
  void thePenaltyPullsTheDiscriminatorFlat() {
    Gan gan = small();
    Tensor x = Tensor.normal(Rng.of(3), 6, 2).evaluate();
    Param w = Parameters.trainable(gan.discriminator()).firstEntry().getValue();
    Gan.Game with = new Gan.Game(gan, Gan.Objective.MINIMAX, 1, 3, Sgd.of(1), Sgd.of(0));
    Gan.Game without = new Gan.Game(gan, Gan.Objective.MINIMAX, 1, 0, Sgd.of(1), Sgd.of(0));
    Tensor before = w.value();
    Program.of((in, rng) -> without.train(in, rng)).run(Rng.of(4), x);
    Tensor plain = w.value();
    Parameters.all(gan).forEach((name, p) -> p.assign(small(name)));
    Program.of((in, rng) -> with.train(in, rng)).run(Rng.of(4), x);
    double[] pull = w.value().sub(plain).toDoubleArray();
    Parameters.all(gan).forEach((name, p) -> p.assign(small(name)));
    for (int i = 0; i < pull.length; i++) {
      float[] shifted = before.toFloatArray();
      double h = 1e-2;
      shifted[i] += (float) h;
      w.assign(Tensor.of(shifted, before.shape().dims()));
      double more = steepness(gan, x);
      shifted[i] -= (float) (2 * h);
      w.assign(Tensor.of(shifted, before.shape().dims()));
      double less = steepness(gan, x);
      assertEquals(-1.5 * (more - less) / (2 * h), pull[i], 2e-3, "weight " + i);
    }
  }

  private static Tensor small(String name) {
    return Objects.requireNonNull(Parameters.all(small()).get(name)).value();
  }

  private static double steepness(Gan gan, Tensor x) {
    Tensor slope = Autodiff.gradients(logit(gan, x).sum(), List.of(x)).getFirst();
    return slope.square().sum(1).mean().item();
  }

  /** A discriminator that can't tell says ½ everywhere: the value is −log 4. */
  @Test
  void theValueAtTheOptimumIsMinusLogFour() {
    Gan gan = small();
    Parameters.all(gan.discriminator()).values().forEach(p -> p.assign(p.value().mul(0)));
    Gan.Game game = new Gan.Game(gan, Gan.Objective.MINIMAX, 1, 0, Sgd.of(0.1), Sgd.of(0.1));
    Tensor x = Tensor.normal(Rng.of(3), 6, 2).evaluate();
    double value =
        Program.of((in, rng) -> game.evaluate(in, rng)).run(Rng.of(5), x).metric("value").item();
    assertEquals(-Math.log(4), value, 1e-6);
  }

  @Test
  void theTwoRulesKeepTheirStatesApart() {
    Gan.Game game = new Gan.Game(small(), Gan.Objective.MINIMAX, 1, 0, Adam.of(1), Adam.of(1));
    assertTrue(game.state().keySet().stream().anyMatch(n -> n.startsWith("generator.adam")));
    assertEquals(2 * (2 * 4 + 1), game.state().size(), () -> game.state().keySet().toString());
  }

  /** The true distribution has all modes, and 98.9 % within three deviations in two dimensions. */
  @Test
  void coverageOfTheRingItself() {
    Tensor points = Ring.source().load().test().whole().getFirst();
    Ring.Coverage c = Ring.Coverage.of(points);
    assertEquals(8, c.modes());
    assertEquals(1 - Math.exp(-4.5), c.share(), 0.01);
  }
}
