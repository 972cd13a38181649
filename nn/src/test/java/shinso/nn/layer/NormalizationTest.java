package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f32;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/** What normalising layers do with a batch, and what passes say to them. */
@Tag("row-E10")
class NormalizationTest {
  private static final long SEED = 20_261_128;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void inTrainingEachFeatureHasMeanZeroAndVarianceOne(int rank) {
    int[] dims = rank == 2 ? new int[] {60, 3} : new int[] {4, 5, 3, 3};
    Tensor x = random(DType.F64, SEED, dims).mul(3).add(7).evaluate();
    BatchNorm layer =
        new BatchNorm(
            param(DType.F64, SEED + 1, 3),
            param(DType.F64, SEED + 2, 3),
            param(DType.F64, SEED + 3, 3),
            param(DType.F64, SEED + 4, 3),
            0.1,
            1e-9);
    Tensor y = layer.forward(x, Pass.training(Rng.of(1))).reshape(60, 3);
    assertClose(layer.bias().value().toDoubleArray(), y.mean(0), 1e-12);
    double[] square = layer.gain().value().square().toDoubleArray();
    assertClose(square, y.variance(0), 1e-7);
  }

  @Test
  void runningStatisticsAreThoseOfPyTorch() {
    BatchNorm layer = BatchNorm.of(2, 0.25, 1e-5);
    Program program =
        Program.compileRandom((Tensor x, Rng rng) -> {
          Pass pass = Pass.training(rng);
          Tensor y = layer.forward(x, pass);
          return Step.of(pass.updates()).output(y);
        });
    Tensor x = f32(new double[] {1, 10, 2, 20, 6, 60}, 3, 2);
    double root = Math.sqrt(14.0 / 3 + 1e-5);
    Tensor y = program.run(Rng.of(1), x).output(0);
    assertClose(new double[] {-2 / root, -1 / root, 3 / root}, y.at(1, 0), 1e-6);
    // Means 3 and 30; the unbiased variances are 7 and 700.
    assertClose(new double[] {0.75, 7.5}, layer.mean().value(), 1e-6);
    assertClose(new double[] {0.75 + 1.75, 0.75 + 175}, layer.variance().value(), 1e-6);
    program.run(Rng.of(1), x);
    assertClose(new double[] {0.75 * 1.75, 7.5 * 1.75}, layer.mean().value(), 1e-6);
    Tensor after = layer.forward(x, Pass.inference());
    double scale = Math.sqrt(0.75 * 2.5 + 1.75 + 1e-5);
    assertClose((1 - 0.75 * 1.75) / scale, after.at(0, 0).at(0, 0), 1e-6);
  }

  /** γ (x − μ) / √(σ² + ε) + β with mean and variance of each example, whatever the batch. */
  @Test
  void layerNormalisationIsTheFormula() {
    LayerNorm layer = new LayerNorm(param(DType.F64, SEED, 5), param(DType.F64, SEED + 1, 5), 1e-3);
    Tensor x = random(DType.F64, SEED + 2, 3, 2, 5).mul(4).add(1).evaluate();
    double[] in = x.toDoubleArray();
    double[] gain = layer.gain().value().toDoubleArray();
    double[] bias = layer.bias().value().toDoubleArray();
    double[] out = new double[in.length];
    for (int row = 0; row < in.length; row += 5) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < 5; i++) {
        mean += in[row + i] / 5;
      }
      for (int i = 0; i < 5; i++) {
        square += Math.pow(in[row + i] - mean, 2) / 5;
      }
      for (int i = 0; i < 5; i++) {
        out[row + i] = gain[i] * (in[row + i] - mean) / Math.sqrt(square + 1e-3) + bias[i];
      }
    }
    assertClose(out, layer.forward(x, Pass.training(Rng.of(1))), 1e-12);
    assertClose(out, layer.forward(x, Pass.inference()), 1e-12);
    Tensor alone = layer.forward(x.slice(0, 1, 2), Pass.inference());
    assertClose(Arrays.copyOfRange(out, 10, 20), alone, 1e-12);
  }

  /** A large mean takes no digits of the spread, and equal values make no NaN. */
  @Test
  void farFromZero() {
    Tensor x = random(DType.F32, SEED, 64, 4);
    for (Layer layer : List.of(BatchNorm.of(4), LayerNorm.of(4), GroupNorm.of(4, 2))) {
      double[] near = layer.forward(x, Pass.training(Rng.of(1))).toDoubleArray();
      // Spreads of about 1 are kept by 10,000 + x to a thousandth.
      Tensor far = layer.forward(x.add(10_000), Pass.training(Rng.of(1)));
      assertEquals(0, far.sub(Tensor.of(near, 64, 4).cast(DType.F32)).square().mean().item(), 1e-3);
      Tensor same = Tensor.full(Shape.of(64, 4), 123_456_789.3).evaluate();
      Tensor y = layer.forward(same, Pass.training(Rng.of(1)));
      assertTrue(y.abs().max().item() < 20, layer + ": " + y.abs().max().item());
      Tensor g = Autodiff.gradient(y.square().sum(), same);
      assertTrue(Double.isFinite(g.abs().max().item()), layer.toString());
    }
  }

  @Test
  void aPassMayKeepStatistics() {
    BatchNorm layer = BatchNorm.of(2);
    Tensor x = random(DType.F32, SEED, 6, 2);
    Pass updating = Pass.training(Rng.of(1));
    Pass keeping = Pass.training(Rng.of(1)).keepingStatistics();
    assertClose(layer.forward(x, updating).toDoubleArray(), layer.forward(x, keeping), 0);
    assertEquals(2, updating.updates().size());
    assertTrue(keeping.updates().isEmpty());
  }

  @Test
  void aFrozenLayerUsesItsStatisticsAndKeepsThem() {
    BatchNorm layer = BatchNorm.of(2);
    Tensor x = random(DType.F32, SEED, 6, 2);
    Pass pass = Pass.training(Rng.of(1));
    Tensor y = Frozen.of(layer).forward(x, pass);
    assertClose(layer.forward(x, Pass.inference()).toDoubleArray(), y, 0);
    assertTrue(pass.updates().isEmpty());
    Frozen adapting = new Frozen(layer, false);
    assertClose(
        layer.forward(x, pass.keepingStatistics()).toDoubleArray(), adapting.forward(x, pass), 0);
    assertEquals(
        List.of(layer.mean(), layer.variance()),
        pass.updates().stream().map(Update::param).toList());
    assertTrue(Parameters.trainable(adapting).isEmpty());
    assertEquals(
        List.of("layer.gain", "layer.bias", "layer.mean", "layer.variance"),
        List.copyOf(Parameters.all(adapting).keySet()));
  }

  @Test
  void keysAreUsedOnceByAllViewsOfAPass() {
    Pass pass = Pass.training(Rng.of(SEED));
    Pass view = pass.keepingStatistics();
    Tensor x = Tensor.ones(50, 50);
    Dropout half = new Dropout(0.5);
    Tensor first = half.forward(x, pass);
    Tensor second = half.forward(x, view);
    Tensor third = half.forward(x, pass);
    assertFalse(first.equal(second).min().item() == 1);
    assertFalse(second.equal(third).min().item() == 1);
  }

  @Test
  void dropoutMayDrawInInference() {
    Pass pass = Pass.inference().drawing(Rng.of(SEED));
    assertFalse(pass.isTraining());
    assertTrue(pass.isRandom());
    assertFalse(pass.updatesStatistics());
    Tensor y = new Dropout(0.5).forward(Tensor.ones(100, 100), pass);
    assertEquals(0.5, y.equal(0).mean().item(), 4 * 0.5 / 100);
  }

  @Test
  void builtByNetworks() {
    Network net =
        Network.of(8, 8, 4)
            .conv(6, 3, o -> o.same().noBias())
            .batchNorm()
            .relu()
            .residual(b -> b.conv(6, 3, o -> o.same()).groupNorm(3).relu())
            .flatten()
            .layerNorm()
            .dense(2)
            .build(Rng.of(SEED));
    assertEquals(Shape.of(2), net.output());
    assertTrue(
        Parameters.all(net)
            .keySet()
            .containsAll(
                List.of(
                    "layers.batchNorm1.variance",
                    "layers.residual1.layer.layers.conv1.weight",
                    "layers.residual1.layer.layers.groupNorm1.gain",
                    "layers.layerNorm1.bias")));
    // He's initialisation, for the rectifier behind the normalisation.
    Tensor filters = Objects.requireNonNull(Parameters.all(net).get("layers.conv1.weight")).value();
    assertEquals(2.0 / 36, filters.square().mean().item(), 0.4 * 2.0 / 36);
    Network words = Network.of(7).embedding(11, 3).lstm(4).last().build(Rng.of(SEED));
    assertEquals(
        Shape.of(2, 4), words.forward(Tensor.of(new int[14], 2, 7), Pass.inference()).shape());
    String message = refusal(() -> Network.of(3).residual(b -> b.dense(4)).build(Rng.of(1)));
    assertTrue(message.contains("residual"), message);
  }

  @Test
  void saysWhatDoesNotFit() {
    BatchNorm layer = BatchNorm.of(3);
    assertEquals(
        "batchNorm: a batch [b, .., 3], not [4, 2]",
        refusal(() -> layer.forward(Tensor.zeros(4, 2), Pass.inference())));
    assertEquals(
        "batchNorm: one value of each feature, [1, 3], has no variance; train on larger batches",
        refusal(() -> layer.forward(Tensor.zeros(1, 3), Pass.training(Rng.of(1)))));
    assertEquals(
        "groupNorm: features [6] don't divide into 4 groups", refusal(() -> GroupNorm.of(6, 4)));
    refusal(() -> new LayerNorm(layer.gain(), layer.bias(), 0));
    refusal(() -> LayerNorm.of(3).forward(Tensor.zeros(3), Pass.inference()));
    refusal(() -> BatchNorm.of(3, 1.5, 1e-5));
    refusal(() ->
        Embedding.of(3, 2, Initializer.zeros(), Rng.of(1))
            .forward(Tensor.zeros(2), Pass.inference()));
  }
}
