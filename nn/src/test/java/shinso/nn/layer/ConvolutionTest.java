package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Convolutions against sums that are written out: worked examples, transposition, and the gradients
 * of Taki's "Introduction to deep learning", chapter 8.
 */
class ConvolutionTest {
  private static final long SEED = 20_261_129;

  /** The notes print 2 for the 5, which only the −14 of their result depends on. */
  private static final Tensor IMAGE =
      Tensor.of(
          new double[] {
            5, 1, 0, 1, 9,
            1, 6, 1, 7, 0,
            4, 1, 6, 3, 5,
            1, 8, 0, 1, 0,
            2, 5, 8, 0, 4
          },
          1,
          5,
          5,
          1);

  private static final Tensor FILTER =
      Tensor.of(new double[] {2, 0, -2, 0, 2, 0, -2, 0, 2}, 3, 3, 1, 1);

  interface Product {
    void take(int n, int i, int j, int a, int b, int p, int q, int k, int channel, int m);
  }

  /** Everything that a convolution can be told, and images and filters for it. */
  record Case(Shape x, Shape w, ConvSpec spec) {
    int oh() {
      return spec.outHeight(x.dim(1), w.dim(0));
    }

    int ow() {
      return spec.outWidth(x.dim(2), w.dim(1));
    }

    Shape y() {
      return Shape.of(x.dim(0), oh(), ow(), w.dim(3));
    }

    /**
     * Calls with all products: example, output, input, tap, channels of filter and image, filter.
     */
    void forEach(Product product) {
      int perGroup = w.dim(3) / spec.groups();
      for (int o = 0; o < y().size(); o++) {
        int m = o % w.dim(3);
        int j = o / w.dim(3) % ow();
        int i = o / w.dim(3) / ow() % oh();
        int n = o / w.dim(3) / ow() / oh();
        for (int t = 0; t < w.size() / w.dim(3); t++) {
          int k = t % w.dim(2);
          int q = t / w.dim(2) % w.dim(1);
          int p = t / w.dim(2) / w.dim(1);
          int a = spec.strideH() * i + p * spec.dilationH() - spec.padTop();
          int b = spec.strideW() * j + q * spec.dilationW() - spec.padLeft();
          if (a >= 0 && a < x.dim(1) && b >= 0 && b < x.dim(2)) {
            product.take(n, i, j, a, b, p, q, k, m / perGroup * w.dim(2) + k, m);
          }
        }
      }
    }

    /** Rows and columns of the smallest image that gives an output of this size. */
    int smallestH() {
      return (oh() - 1) * spec.strideH()
          + (w.dim(0) - 1) * spec.dilationH()
          + 1
          - spec.padTop()
          - spec.padBottom();
    }

    int smallestW() {
      return (ow() - 1) * spec.strideW()
          + (w.dim(1) - 1) * spec.dilationW()
          + 1
          - spec.padLeft()
          - spec.padRight();
    }

    static Case random(RandomGenerator g) {
      int groups = g.nextInt(1, 4);
      int k = g.nextInt(1, 4);
      int kw = g.nextInt(1, 4);
      ConvSpec spec =
          new ConvSpec(
              g.nextInt(1, 4),
              g.nextInt(1, 4),
              g.nextInt(4),
              g.nextInt(4),
              g.nextInt(4),
              g.nextInt(4),
              g.nextInt(1, 4),
              g.nextInt(1, 4),
              groups);
      int in = g.nextInt(1, 4);
      int h = (k - 1) * spec.dilationH() + g.nextInt(1, 6);
      int w = (kw - 1) * spec.dilationW() + g.nextInt(1, 6);
      return new Case(
          Shape.of(g.nextInt(1, 3), h, w, in * groups),
          Shape.of(k, kw, in, g.nextInt(1, 4) * groups),
          spec);
    }
  }

  static List<Case> cases() {
    RandomGenerator g = Rng.of(SEED).generator();
    return Stream.generate(() -> Case.random(g)).limit(60).toList();
  }

  // ---- E1

  @Test
  @Tag("row-E1")
  void theWorkedExample() {
    Tensor y = IMAGE.conv2d(FILTER, ConvSpec.VALID);
    assertEquals(Shape.of(1, 3, 3, 1), y.shape());
    assertArrayEquals(new double[] {26, 6, -6, 0, -4, 8, 24, -14, -4}, y.toDoubleArray());
  }

  /** Ones and zeros with a cross as filter: how often the cross is met. */
  @Test
  @Tag("row-E1")
  void theBinaryExample() {
    double[] x = {
      0, 0, 0, 0, 0,
      0, 0, 1, 1, 0,
      0, 1, 0, 1, 0,
      0, 1, 0, 1, 0,
      0, 0, 1, 0, 0
    };
    Tensor cross = Tensor.of(new double[] {1, 0, 1, 0, 1, 0, 1, 0, 1}, 3, 3, 1, 1);
    Tensor y = Tensor.of(x, 1, 5, 5, 1).conv2d(cross, ConvSpec.VALID);
    assertArrayEquals(new double[] {0, 3, 1, 2, 3, 2, 2, 2, 2}, y.toDoubleArray());
  }

  /** ⌊(W − H + 2 P) / S⌋ + 1. */
  @ParameterizedTest
  @Tag("row-E1")
  @CsvSource({"5,3,1,0,3", "5,3,2,0,2", "9,3,2,3,7", "7,7,1,0,1", "28,5,1,2,28", "32,3,2,1,16"})
  void sizesOfTheNotes(int size, int kernel, int stride, int padding, int expected) {
    ConvSpec spec = ConvSpec.VALID.withStride(stride).withPadding(padding);
    assertEquals((size - kernel + 2 * padding) / stride + 1, expected);
    Tensor x = Tensor.zeros(1, size, size, 1);
    assertEquals(
        Shape.of(1, expected, expected, 1),
        x.conv2d(Tensor.zeros(kernel, kernel, 1, 1), spec).shape());
  }

  /** Same: ⌈W / S⌉ comes out, and it is the explicit padding that halves what is missing. */
  @ParameterizedTest
  @Tag("row-E1")
  @CsvSource({
    "5,3,1,1,1,1",
    "5,3,2,1,1,1",
    "6,3,2,1,0,1",
    "7,4,1,1,1,2",
    "9,3,1,2,2,2",
    "4,1,2,1,0,0"
  })
  void samePaddingIsAnExplicitOne(
      int size, int kernel, int stride, int dilation, int before, int after) {
    ConvSpec spec = ConvSpec.VALID.withStride(stride).withDilation(dilation);
    Tensor x = random(DType.F64, SEED, 2, size, size, 2);
    Param w = param(DType.F64, SEED + 1, kernel, kernel, 2, 3);
    Tensor y = new Conv2d(w, null, spec, true).forward(x, Pass.inference());
    int out = Math.ceilDiv(size, stride);
    assertEquals(Shape.of(2, out, out, 3), y.shape());
    Tensor explicit = x.conv2d(w.value(), spec.withPadding(before, after, before, after));
    assertClose(explicit.toDoubleArray(), y, 0);
    Tensor padded = x.pad(1, before, after, 0).pad(2, before, after, 0);
    assertClose(padded.conv2d(w.value(), spec).toDoubleArray(), y, 1e-13);
  }

  @ParameterizedTest
  @Tag("row-E1")
  @MethodSource("cases")
  void isTheSumWrittenOut(Case c) {
    Tensor x = random(DType.F64, SEED, c.x.dims());
    Tensor w = random(DType.F64, SEED + 1, c.w.dims());
    double[] xs = x.toDoubleArray();
    double[] ws = w.toDoubleArray();
    double[] y = new double[c.y().size()];
    c.forEach((n, i, j, a, b, p, q, k, channel, m) ->
        y[at(c.y(), n, i, j, m)] += xs[at(c.x, n, a, b, channel)] * ws[at(c.w, p, q, k, m)]);
    assertClose(y, x.conv2d(w, c.spec), 1e-12);
    assertClose(
        y, x.cast(DType.F32).conv2d(w.cast(DType.F32), c.spec), 2e-5); // the engine's own kernels
  }

  @Test
  @Tag("row-E1")
  void sequencesAndDepthwiseFiltersAreImagesAndGroups() {
    Tensor x = random(DType.F64, SEED, 2, 9, 4);
    Conv1d layer =
        new Conv1d(
            param(DType.F64, SEED + 1, 3, 4, 5),
            param(DType.F64, SEED + 2, 5),
            ConvSpec.VALID.withDilation(2).withPadding(0, 0, 4, 0),
            false);
    Tensor y = layer.forward(x, Pass.inference());
    assertEquals(x.shape().with(2, 5), y.shape());
    // Causal: what comes later changes nothing earlier.
    Tensor changed = x.withSlice(1, 6, Tensor.zeros(2, 3, 4).cast(DType.F64));
    Tensor z = layer.forward(changed, Pass.inference());
    assertClose(y.slice(1, 0, 6).toDoubleArray(), z.slice(1, 0, 6), 0);
    // Each channel on its own, one after the other.
    Tensor images = random(DType.F64, SEED + 3, 2, 6, 5, 3);
    Tensor filters = random(DType.F64, SEED + 4, 3, 2, 1, 3);
    Tensor depthwise = images.conv2d(filters, ConvSpec.VALID.withGroups(3).withDilation(2));
    for (int c = 0; c < 3; c++) {
      Tensor alone =
          images
              .slice(3, c, c + 1)
              .conv2d(filters.slice(3, c, c + 1), ConvSpec.VALID.withDilation(2));
      assertClose(alone.toDoubleArray(), depthwise.slice(3, c, c + 1), 1e-14);
    }
  }

  @Test
  @Tag("row-E1")
  void aSeparableFilterIsTheProductOfItsParts() {
    SeparableConv2d layer =
        SeparableConv2d.of(3, 4, 3, 3, Conv2d.Options.DEFAULT.stride(2).same(), Rng.of(SEED));
    Tensor x = random(DType.F32, SEED, 2, 7, 6, 3);
    Tensor spatial = layer.depthwise().weight().value().reshape(3, 3, 3, 1);
    Tensor full = spatial.mul(layer.pointwise().weight().value()); // [kh, kw, in, out]
    ConvSpec same = ConvSpec.VALID.withStride(2).same(7, 6, 3, 3);
    assertClose(x.conv2d(full, same).toDoubleArray(), layer.forward(x, Pass.inference()), 1e-5);
  }

  @Test
  void builtByNetworks() {
    Network net =
        Network.of(12, 8)
            .conv1d(16, 3, o -> o.same())
            .relu()
            .maxPool(2)
            .conv1d(4, 2)
            .globalAveragePool()
            .build(Rng.of(SEED));
    assertEquals(Shape.of(4), net.output());
    Network images =
        Network.of(8, 8, 3)
            .localContrastNorm(5)
            .separableConv(6, 3, o -> o.same())
            .relu()
            .depthwiseConv(3, o -> o.same().noBias())
            .lpPool(2, 2)
            .poolUnpool(2, b -> b.conv(6, 3, o -> o.same()).relu())
            .convTranspose(5, 4, o -> o.stride(2).same())
            .relu()
            .unpool(2)
            .unpool(2, Unpool.Filling.REPEATED)
            .localResponseNorm()
            .globalMaxPool()
            .build(Rng.of(SEED));
    assertEquals(Shape.of(5), images.output());
    assertEquals(
        "[layers.separableConv1.depthwise.weight, layers.separableConv1.pointwise.weight,"
            + " layers.separableConv1.pointwise.bias, layers.depthwiseConv1.weight,"
            + " layers.poolUnpool1.layer.layers.conv1.weight,"
            + " layers.poolUnpool1.layer.layers.conv1.bias, layers.convTranspose1.weight,"
            + " layers.convTranspose1.bias]",
        Parameters.all(images).keySet().toString());
    assertEquals(
        "ConvTranspose2d(6 → 5, 4x4, stride 2, same)",
        String.valueOf(images.layers().get("convTranspose1")));
    assertEquals("Conv1d(8 → 16, 3, same)", String.valueOf(net.layers().get("conv1d1")));
  }

  @Test
  void saysWhatDoesNotFit() {
    assertEquals(
        "layer 1 'conv1d1' on [*, 4, 4, 1]: a convolution of sequences takes sequences [time,"
            + " features]; give the network such an input",
        refusal(() -> Network.of(4, 4, 1).conv1d(3, 2).build(Rng.of(1))));
    assertEquals(
        "convTranspose2d: 3 channels and 4 filters don't divide into 2 groups",
        refusal(() -> ConvTranspose2d.of(3, 4, 2, 2, Conv2d.Options.DEFAULT.groups(2), Rng.of(1))));
    assertEquals(
        "convTranspose2d: padding cuts off all that comes of [1, 1, 1, 2]",
        refusal(() ->
            ConvTranspose2d.of(2, 4, 2, 2, Conv2d.Options.DEFAULT.padding(1), Rng.of(1))
                .outputShape(Shape.of(1, 1, 1, 2))));
    refusal(() -> SeparableConv2d.of(2, 4, 3, 3, Conv2d.Options.DEFAULT.groups(2), Rng.of(1)));
    refusal(() -> Conv1d.of(2, 0, 3, Conv2d.Options.DEFAULT, Rng.of(1)));
    refusal(() -> new Unpool(0, Unpool.Filling.CORNER));
    refusal(() ->
        new LocalContrastNorm(
            4, 1, LocalContrastNorm.Channels.OWN, LocalContrastNorm.Division.NONE));
    refusal(() -> LocalContrastNorm.of(-1));
    String switches =
        refusal(() -> Network.of(4, 4, 2).poolUnpool(2, b -> b.conv(3, 1)).build(Rng.of(1)));
    assertEquals(true, switches.contains("there is a switch for each of the latter"), switches);
  }

  // ---- E4

  /** ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩, of the operation and of the layer. */
  @ParameterizedTest
  @Tag("row-E4")
  @MethodSource("cases")
  void transposedConvolutionIsTheAdjoint(Case c) {
    Tensor x = random(DType.F64, SEED, c.x.dims());
    Tensor w = random(DType.F64, SEED + 1, c.w.dims());
    Tensor y = random(DType.F64, SEED + 2, c.y().dims());
    double expected = x.conv2d(w, c.spec).mul(y).sum().item();
    Tensor back = y.convTranspose2d(w, c.spec, c.x.dim(1), c.x.dim(2));
    assertEquals(expected, x.mul(back).sum().item(), 1e-10 * Math.max(1, Math.abs(expected)));
    // The layer gives the smallest image whose convolution has this size.
    if (c.smallestH() > 0 && c.smallestW() > 0) {
      Tensor small =
          new ConvTranspose2d(Param.of(w), null, c.spec, false).forward(y, Pass.inference());
      assertEquals(Shape.of(c.x.dim(0), c.smallestH(), c.smallestW(), c.x.dim(3)), small.shape());
      Tensor z = random(DType.F64, SEED + 3, small.shape().dims());
      assertEquals(c.y(), z.conv2d(w, c.spec).shape());
      assertEquals(z.conv2d(w, c.spec).mul(y).sum().item(), z.mul(small).sum().item(), 1e-9);
    }
  }

  /** Zeros between the pixels, and the filter turned by 180°. */
  @Test
  @Tag("row-E4")
  void transposedConvolutionIsAConvolutionOfTheSpreadImage() {
    Tensor x = random(DType.F64, SEED, 2, 3, 4, 2);
    Tensor w = random(DType.F64, SEED + 1, 3, 3, 5, 2);
    ConvSpec two = ConvSpec.VALID.withStride(2);
    Tensor spread = new Unpool(2, Unpool.Filling.CORNER).forward(x, Pass.inference());
    // Unpooling leaves a row and a column of zeros at the end.
    Tensor trimmed = spread.slice(1, 0, 5).slice(2, 0, 7);
    Tensor turned = w.flip(0, 1).permute(0, 1, 3, 2); // [kh, kw, in, out]
    Tensor expected = trimmed.conv2d(turned, ConvSpec.VALID.withPadding(2));
    assertClose(expected.toDoubleArray(), x.convTranspose2d(w, two, 7, 9), 1e-12);
  }

  // ---- E6

  /**
   * With u = conv(z, h) + b, z = f(v) and δ = ∂E/∂u: ∂E/∂h_pqkm = Σ_ij δ_ijm z_abk, ∂E/∂b_m = Σ_ij
   * δ_ijm, and ∂E/∂v_abk = Σ_ijm δ_ijm h_pqkm f′(v_abk) with p = a − S i, q = b − S j. (The notes
   * write δ_abk for δ_ijm.)
   */
  @ParameterizedTest
  @Tag("row-E6")
  @MethodSource("cases")
  void gradientsOfAConvolution(Case c) {
    Tensor v = random(DType.F64, SEED, c.x.dims());
    Tensor h = random(DType.F64, SEED + 1, c.w.dims());
    Tensor bias = random(DType.F64, SEED + 2, c.w.dim(3));
    Tensor target = random(DType.F64, SEED + 3, c.y().dims());
    Tensor z = v.sigmoid();
    Tensor u = z.conv2d(h, c.spec).add(bias);
    Tensor error = u.sub(target).square().sum().mul(0.5);

    double[] delta = u.sub(target).toDoubleArray();
    double[] zs = z.toDoubleArray();
    double[] hs = h.toDoubleArray();
    double[] dh = new double[c.w.size()];
    double[] dz = new double[c.x.size()];
    c.forEach((n, i, j, a, b, p, q, k, channel, m) -> {
      double d = delta[at(c.y(), n, i, j, m)];
      dh[at(c.w, p, q, k, m)] += d * zs[at(c.x, n, a, b, channel)];
      dz[at(c.x, n, a, b, channel)] += d * hs[at(c.w, p, q, k, m)];
    });
    double[] db = new double[c.w.dim(3)];
    for (int i = 0; i < delta.length; i++) {
      db[i % db.length] += delta[i];
    }
    double[] dv = new double[dz.length];
    for (int i = 0; i < dv.length; i++) {
      dv[i] = dz[i] * zs[i] * (1 - zs[i]);
    }
    List<Tensor> gradients = Autodiff.gradients(error, List.of(h, bias, v));
    assertClose(dh, gradients.get(0), 1e-11);
    assertClose(db, gradients.get(1), 1e-11);
    assertClose(dv, gradients.get(2), 1e-11);
  }

  private static int at(Shape s, int a, int b, int c, int d) {
    return ((a * s.dim(1) + b) * s.dim(2) + c) * s.dim(3) + d;
  }
}
