package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Unpool;
import shinso.nn.optim.Sgd;
import shinso.train.data.Dataset;
import shinso.zoo.harness.PictureSource;

/** Pyramids that come back exactly, unpooling as transposed convolution, and the paper's shapes. */
final class ConvolutionalGeneratorsTest {
  private static Tensor pictures(int n, int side, int channels) {
    return Tensor.uniform(Rng.of(1), n, side, side, channels).cast(DType.F64).evaluate();
  }

  // ---- Laplacian pyramid

  @Tag("row-J11")
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aPyramidComesBackExactly(int levels) {
    Tensor x = pictures(2, 16, 3);
    List<Tensor> pyramid = LaplacianPyramid.of(x, levels);
    assertEquals(levels + 1, pyramid.size());
    assertEquals(Shape.of(2, 16 >> levels, 16 >> levels, 3), pyramid.getLast().shape());
    Tensor back = LaplacianPyramid.picture(pyramid);
    assertArrayEquals(x.toDoubleArray(), back.toDoubleArray(), 1e-15);
  }

  /** An even picture has no details, also at the border. */
  @Test
  void evenPicturesHaveNoDetails() {
    List<Tensor> pyramid = LaplacianPyramid.of(Tensor.ones(1, 8, 8, 2).mul(0.7), 2);
    assertEquals(0, pyramid.get(0).abs().max().item(), 1e-6);
    assertEquals(0, pyramid.get(1).abs().max().item(), 1e-6);
    assertEquals(0.7, pyramid.get(2).min().item(), 1e-6);
  }

  /** Away from the border a point becomes the weights, and each channel stays by itself. */
  @Test
  void pointsBecomeTheWeights() {
    double[] point = new double[8 * 8 * 2];
    point[(4 * 8 + 4) * 2 + 1] = 256;
    Tensor x = Tensor.of(point, 1, 8, 8, 2);
    double[] reduced = LaplacianPyramid.reduce(x).toDoubleArray(); // [1, 4, 4, 2]
    assertEquals(36, reduced[(2 * 4 + 2) * 2 + 1], 1e-12);
    assertEquals(6, reduced[(2 * 4 + 1) * 2 + 1], 1e-12);
    assertEquals(1, reduced[(1 * 4 + 1) * 2 + 1], 1e-12);
    assertEquals(0, reduced[(2 * 4 + 2) * 2], 1e-12);
    double[] expanded = LaplacianPyramid.expand(x).toDoubleArray(); // [1, 16, 16, 2]
    assertEquals(4 * 36, expanded[(8 * 16 + 8) * 2 + 1], 1e-9);
    assertEquals(4 * 24, expanded[(8 * 16 + 7) * 2 + 1], 1e-9);
    assertEquals(4 * 16, expanded[(7 * 16 + 7) * 2 + 1], 1e-9);
    assertEquals(4 * 1, expanded[(6 * 16 + 6) * 2 + 1], 1e-9);
    assertThrows(
        IllegalArgumentException.class, () -> LaplacianPyramid.reduce(Tensor.zeros(1, 7, 8, 1)));
  }

  /** What is real to a level is what the details complete, and samples go through all levels. */
  @Test
  @Tag("row-J11")
  void levelsFitTogether() {
    Lapgan lapgan = Lapgan.of(Shape.of(16, 16, 3), 2, 4, 8, Rng.of(1));
    Tensor x = Tensor.uniform(Rng.of(2), 3, 16, 16, 3).evaluate();
    List<Tensor> pyramid = LaplacianPyramid.of(x, 2);
    Tensor first = lapgan.levels().getFirst().real(List.of(x));
    assertArrayEquals(x.toFloatArray(), first.toFloatArray());
    Tensor second = lapgan.levels().get(1).real(List.of(x));
    assertEquals(Shape.of(3, 8, 8, 3), second.shape());
    assertArrayEquals(
        LaplacianPyramid.picture(pyramid.subList(1, 3)).toFloatArray(),
        second.toFloatArray(),
        1e-6f);
    assertArrayEquals(
        pyramid.getLast().toFloatArray(), lapgan.top().real(List.of(x)).toFloatArray(), 1e-6f);
    assertEquals(Shape.of(5, 16, 16, 3), lapgan.sample(5, Rng.of(3)).shape());
    // Without details a sample is what comes first, made large.
    Parameters.all(lapgan.levels()).values().forEach(p -> p.assign(p.value().mul(0)));
    Tensor smallest = lapgan.top().sample(5, Rng.of(4));
    assertArrayEquals(
        lapgan.blurred(smallest).toFloatArray(),
        lapgan.detailed(smallest, Rng.of(5)).toFloatArray(),
        1e-6f);
  }

  /** Each level learns by itself, and its generator's step moves no discriminator. */
  @Test
  @Tag("row-J11")
  void everyLevelPlays() {
    Lapgan lapgan = Lapgan.of(Shape.of(8, 8, 1), 1, 4, 8, Rng.of(1));
    Tensor x = Tensor.uniform(Rng.of(2), 4, 8, 8, 1).evaluate();
    for (Adversaries players : List.of(lapgan.top(), lapgan.levels().getFirst())) {
      Gan.Game game =
          new Gan.Game(players, Gan.Objective.NON_SATURATING, 1, 1, Sgd.of(0.1), Sgd.of(0.1));
      Map<String, Param> params = game.model();
      params.keySet().removeIf(name -> name.contains("centred"));
      Map<Param, float[]> before = new IdentityHashMap<>();
      params.values().forEach(p -> before.put(p, p.value().toFloatArray()));
      Program.of((in, rng) -> game.train(in, rng)).run(Rng.of(3), x);
      params.forEach(
          (name, p) -> assertTrue(!Arrays.equals(before.get(p), p.value().toFloatArray()), name));
    }
  }

  // ---- DCGAN

  /** Numbers of parameters, layer by layer: no biases before batch normalisation. */
  @Test
  @Tag("row-J10")
  void theNetworksFollowTheRules() {
    Gan gan = new Dcgan(8, 100).build(Shape.of(28, 28, 1), Rng.of(1));
    int project = 100 * 7 * 7 * 16;
    int generator = project + 2 * 16 + 25 * 16 * 8 + 2 * 8 + 25 * 8 + 1;
    int discriminator = 25 * 8 + 8 + 25 * 8 * 16 + 2 * 16 + 7 * 7 * 16 + 1;
    assertEquals(generator, Parameters.count(Parameters.trainable(gan.generator()).values()));
    assertEquals(
        discriminator, Parameters.count(Parameters.trainable(gan.discriminator()).values()));
    Tensor samples = gan.sample(6, Rng.of(2)).evaluate();
    assertEquals(Shape.of(6, 28, 28, 1), samples.shape());
    assertTrue(samples.min().item() >= 0 && samples.max().item() <= 1);
    Parameters.trainable(gan)
        .forEach((name, p) -> {
          if (Parameters.isWeight(p)) {
            assertEquals(0.02, p.value().square().mean().sqrt().item(), 0.003, name);
          }
        });
    assertThrows(
        IllegalArgumentException.class,
        () -> new Dcgan(8, 100).build(Shape.of(30, 28, 1), Rng.of(1)));
  }

  /** Running statistics follow, those of D by real examples; none moves through the other. */
  @Test
  @Tag("row-J10")
  void statisticsOfBatchesAreKept() {
    Gan gan = new Dcgan(4, 5).build(Shape.of(8, 8, 1), Rng.of(1));
    Tensor x = Tensor.uniform(Rng.of(2), 16, 8, 8, 1).evaluate();
    Pass pass = Pass.training(Rng.of(9));
    gan.discriminator().forward(x, pass);
    List<Tensor> expected = pass.updates().stream().map(u -> u.value().evaluate()).toList();
    List<Param> statistics = pass.updates().stream().map(u -> u.param()).toList();
    Gan.Game game = new Gan.Game(gan, Gan.Objective.NON_SATURATING, 1, 0, Sgd.of(0), Sgd.of(0));
    Program.of((in, rng) -> game.train(in, rng)).run(Rng.of(3), x);
    for (int i = 0; i < statistics.size(); i++) {
      float[] want = expected.get(i).toFloatArray();
      assertArrayEquals(want, statistics.get(i).value().toFloatArray(), 1e-6f);
    }
    Parameters.all(gan.generator())
        .forEach((name, p) -> {
          if (name.endsWith("batchNorm1.mean")) {
            assertTrue(p.value().abs().max().item() > 0, name);
          }
        });
  }

  /** z of the sum is plus − minus + to, of means of three. */
  @Test
  void arithmeticOnNoise() {
    LatentArithmetic sum =
        new LatentArithmetic(
            Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2),
            Tensor.of(new float[] {0, 0, 0, 0, 3, 3}, 3, 2),
            Tensor.of(new float[] {1, 1, 1, 1, 1, 1}, 3, 2));
    assertArrayEquals(new float[] {3, 4}, sum.result().toFloatArray(), 1e-6f);
    assertArrayEquals(new float[] {-1, -2}, sum.reversed().result().toFloatArray(), 1e-6f);
    assertEquals(Shape.of(16, 2), sum.rows(Rng.of(1)).shape());
    assertArrayEquals(new float[] {3, 4}, sum.rows(Rng.of(1)).at(0, 15).toFloatArray(), 1e-6f);
  }

  /** A generator whose ink is z₁, and who is said to draw two digits and once a third one. */
  @Test
  @Tag("row-J10")
  void conceptsAreThickAndThinOfEveryPairOfDigits() {
    Layer draw = (z, pass) -> z.slice(1, 0, 1).reshape(-1, 1, 1, 1);
    Gan gan = new Gan(draw, draw, Noise.uniform(2));
    Tensor[] asked = new Tensor[1];
    Tensor chosen =
        LatentArithmetic.choose(
            gan,
            x -> {
              asked[0] = x;
              int[] digits = new int[x.shape().dim(0)];
              Arrays.setAll(digits, i -> i == 0 ? 9 : i % 4 == 0 ? 5 : 7);
              return digits;
            },
            2_000,
            Rng.of(3));
    assertEquals(Shape.of(2_000, 1, 1, 1), asked[0].shape());
    assertEquals(Shape.of(2, 9, 2), chosen.shape());
    List<LatentArithmetic> sums = LatentArithmetic.of(chosen);
    double[] ink = asked[0].toDoubleArray();
    for (LatentArithmetic sum : sums) {
      assertEquals(0.8, sum.plus().at(1, 0).mean().item(), 0.1);
      assertEquals(-0.8, sum.minus().at(1, 0).mean().item(), 0.1);
      assertEquals(-0.8, sum.to().at(1, 0).mean().item(), 0.1);
    }
    for (double first : sums.getFirst().plus().at(1, 0).toDoubleArray()) {
      assertTrue(IntStream.range(0, 2_000).anyMatch(i -> i % 4 != 0 && ink[i] == first));
    }
    assertArrayEquals(
        sums.getFirst().minus().toFloatArray(),
        sums.getLast().to().toFloatArray(),
        "the pair back");
  }

  // ---- unpooling

  /** Unpooling to the corner and a convolution is a transposed convolution, filters turned. */
  @Test
  @Tag("row-J13")
  void unpoolingIsATransposedConvolution() {
    Tensor x = pictures(2, 7, 3);
    Tensor filters = Tensor.normal(Rng.of(2), 5, 5, 3, 4).cast(DType.F64).evaluate();
    Tensor corners = new Unpool(2, Unpool.Filling.CORNER).forward(x, Pass.inference());
    Tensor convolved = corners.conv2d(filters, ConvSpec.VALID.withPadding(2));
    Tensor turned = filters.flip(0, 1).swapAxes(2, 3);
    ConvSpec cut = ConvSpec.VALID.withStride(2).withPadding(2, 1, 2, 1);
    Tensor transposed = x.convTranspose2d(turned, cut, 14, 14);
    assertArrayEquals(convolved.toDoubleArray(), transposed.toDoubleArray(), 1e-12);
  }

  /** The whole generators: with the same parameters, turned, they draw the same. */
  @Test
  @Tag("row-J13")
  void generatorsOfBothKindsDrawTheSame() {
    ConvolutionalGenerator unpooled = small(ConvolutionalGenerator.Upsampling.UNPOOLED);
    ConvolutionalGenerator transposed = small(ConvolutionalGenerator.Upsampling.TRANSPOSED);
    Map<String, Param> from = Parameters.all(unpooled);
    Parameters.all(transposed)
        .forEach((name, p) -> {
          String other = name.replace("convTranspose", "conv");
          Tensor w = Objects.requireNonNull(from.get(other)).value();
          p.assign(w.shape().rank() == 4 ? w.flip(0, 1).swapAxes(2, 3) : w);
        });
    Tensor codes = Tensor.normal(Rng.of(3), 4, 5).evaluate();
    Tensor a = unpooled.forward(codes, Pass.inference());
    Tensor b = transposed.forward(codes, Pass.inference());
    assertArrayEquals(a.toFloatArray(), b.toFloatArray(), 1e-5f);
  }

  @ParameterizedTest
  @EnumSource(ConvolutionalGenerator.Upsampling.class)
  @Tag("row-J13")
  void generatorsDrawPictures(ConvolutionalGenerator.Upsampling way) {
    ConvolutionalGenerator net = small(way);
    assertEquals(Shape.of(2, 12, 12, 1), net.outputShape(Shape.of(2, 5)));
    assertEquals(Shape.of(2, 12, 12, 1), net.forward(Tensor.zeros(2, 5), Pass.inference()).shape());
  }

  private static ConvolutionalGenerator small(ConvolutionalGenerator.Upsampling way) {
    return ConvolutionalGenerator.of(2, 3, 12, 4, 8, way, Rng.of(1));
  }

  /** A code says which digit it is and how it lies; the same pose has the same code for all. */
  @Test
  void posedDigitsHaveTheirCodes() {
    Dataset test = new PosedDigits(PictureSource.GLYPHS).load().test();
    assertEquals(1_500, test.size());
    List<Tensor> first = test.batch(new int[] {0, 1, 31});
    Tensor code = first.getFirst();
    assertArrayEquals(new float[] {1, 1, 1}, code.slice(1, 0, 30).sum(1).toFloatArray(), "one-hot");
    assertEquals(1, code.at(0, 2).at(0, 1).item());
    assertEquals(1, code.slice(1, 30, 32).square().sum(1).min().item(), 1e-6);
    assertArrayEquals(
        code.at(0, 0).slice(0, 30, 35).toFloatArray(),
        code.at(0, 1).slice(0, 30, 35).toFloatArray());
    Tensor turned = PosedDigits.turns(4, 3);
    assertArrayEquals(new float[] {0, 1, 0}, turned.at(1, 30).toFloatArray(), 1e-6f);
    assertArrayEquals(new float[] {-1, 0, 1}, turned.at(1, 31).toFloatArray(), 1e-6f);
  }
}
