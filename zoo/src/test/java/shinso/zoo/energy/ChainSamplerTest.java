package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.model.ChainSampler;
import shinso.zoo.autoencoder.Corruption;
import shinso.zoo.autoencoder.DenoisingAutoencoder;
import shinso.zoo.autoencoder.GenerativeStochasticNetwork;

/** Models whose chains can be watched: what is watched are the chains by which they sample. */
final class ChainSamplerTest {
  private static final int V = 6;

  private static ChainSampler model(String name) {
    Rng rng = Rng.of(3);
    ChainSampler model =
        switch (name) {
          case "rbm" -> Rbm.of(V, 4, rng);
          case "centred" ->
              new CentredRbm(
                  Param.of(Tensor.zeros(V, 4)),
                  Param.of(Tensor.zeros(V)),
                  Param.of(Tensor.zeros(4)),
                  Param.of(Tensor.full(Shape.of(V), 0.3)),
                  Param.of(Tensor.full(Shape.of(4), 0.4)),
                  0.01);
          case "dbm" -> Dbm.of(rng, V, 4, 3);
          case "dbn" -> Dbn.of(List.of(Rbm.of(V, 4, rng), Rbm.of(4, 3, rng.split(1))));
          case "boltzmann" -> BoltzmannMachine.of(Connections.complete(V + 2), V, rng);
          case "dae" -> DenoisingAutoencoder.of(V, 4, new Corruption.SaltAndPepper(0.2), rng);
          case "gsn" ->
              GenerativeStochasticNetwork.of(
                  List.of(V, 4, 3), new Corruption.SaltAndPepper(0.2), 0.5, rng);
          default -> throw new IllegalArgumentException(name);
        };
    int i = 0;
    for (Map.Entry<String, Param> e : Parameters.trainable(model).entrySet()) {
      e.getValue().assign(e.getValue().value().normalLike(Rng.of(40 + i++)));
    }
    return model;
  }

  /**
   * Shown means average to the means of the visible units, since each is the mean given the rest of
   * a state of the same chains.
   */
  @ParameterizedTest
  @ValueSource(strings = {"rbm", "centred", "dbm", "dbn", "boltzmann", "dae", "gsn"})
  void whatIsShownHasTheMeansOfSamples(String name) {
    ChainSampler model = model(name);
    int chains = 2_000;
    Tensor start = model.chainStart(chains, Rng.of(5)).evaluate();
    Tensor states = Gibbs.of(start, model::chainStep).run(100, Rng.of(6));
    Program show =
        Program.compileRandom((Tensor x, Rng rng) -> Step.outputs(model.chainShown(x, rng)));
    Tensor shown = show.run(Rng.of(7), states).output(0);
    assertEquals(Shape.of(chains, V), shown.shape());
    double[] means = shown.mean(0).toDoubleArray();
    double[] samples = model.sample(chains, Rng.of(8)).mean(0).toDoubleArray();
    // Five deviations of the difference of two means of draws of 0 and 1.
    assertArrayEquals(samples, means, 5 * Math.sqrt(0.5 / chains), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rbm", "centred", "dbm", "boltzmann", "dae", "gsn"})
  void chainsBeginAtBinaryExamples(String name) {
    ChainSampler model = model(name);
    float[] x = {1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1};
    Tensor states = model.chainFrom(Tensor.of(x, 2, V), Rng.of(1));
    assertArrayEquals(x, states.slice(1, 0, V).toFloatArray(), name);
    assertEquals(states.shape(), model.chainStart(2, Rng.of(2)).shape());
    assertEquals(states.shape(), model.chainStep(states, Rng.of(3)).shape());
  }
}
