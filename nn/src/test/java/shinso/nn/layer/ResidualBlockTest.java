package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/** Blocks of He et al. (2016), and the response normalisation of Krizhevsky et al. (2012). */
@Tag("row-E10")
class ResidualBlockTest {
  private static final long SEED = 20_261_129;

  /** ResNet-20 for CIFAR-10, section 4.2: 6 n + 2 layers with n = 3, 0.27 million parameters. */
  private static Network cifar(int n, Residual.Shortcut shortcut) {
    Network.Builder b =
        Network.of(32, 32, 3).conv(16, 3, o -> o.same().noBias()).batchNorm().relu();
    for (int stage = 0; stage < 3; stage++) {
      for (int i = 0; i < n; i++) {
        b.residualBlock(16 << stage, stage > 0 && i == 0 ? 2 : 1, shortcut);
      }
    }
    return b.globalAveragePool().dense(10).build(Rng.of(SEED));
  }

  @Test
  void hasThePapersNumberOfParameters() {
    // Filters 9 · (3 · 16 + 6 · 16² + 16 · 32 + 5 · 32² + 32 · 64 + 5 · 64²), gains and biases of
    // 16 · 7 + 32 · 6 + 64 · 6 channels, and 65 · 10 of the last layer.
    int filters = 9 * (48 + 6 * 256 + 512 + 5 * 1024 + 2048 + 5 * 4096);
    int norms = 2 * (16 * 7 + 32 * 6 + 64 * 6);
    Network net = cifar(3, Residual.Shortcut.ZERO_PADDED);
    assertEquals(filters + norms + 650, net.summary().trainable());
    assertEquals(0.27, net.summary().trainable() / 1e6, 0.005);
    // Projections are two more convolutions of 1 × 1 with their norms.
    Network projected = cifar(3, Residual.Shortcut.PROJECTION);
    assertEquals(
        net.summary().trainable() + 16 * 32 + 32 * 64 + 2 * (32 + 64),
        projected.summary().trainable());
    // n = 9: ResNet-56 has 0.85 million.
    assertEquals(0.85, cifar(9, Residual.Shortcut.ZERO_PADDED).summary().trainable() / 1e6, 0.005);
    assertEquals(Shape.of(10), net.output());
  }

  @Test
  void aBlockIsTheEquationOfThePaper() {
    Network net = Network.of(6, 5, 2).residualBlock(4, 2).build(Rng.of(SEED));
    Residual block = (Residual) Objects.requireNonNull(net.layers().get("residual1"));
    Tensor x = random(DType.F32, SEED, 3, 6, 5, 2);
    Pass pass = Pass.inference();
    Tensor f = block.layer().forward(x, pass);
    Tensor s = Objects.requireNonNull(block.shortcut()).forward(x, pass);
    assertEquals(Shape.of(3, 3, 3, 4), f.shape());
    assertClose(f.add(s).relu().toDoubleArray(), net.forward(x, pass), 1e-6);
    // The last normalisation with gain 0: only the shortcut is left.
    Param gain =
        Objects.requireNonNull(Parameters.all(block.layer()).get("layers.batchNorm2.gain"));
    gain.assign(Tensor.zeros(4));
    assertClose(s.relu().toDoubleArray(), net.forward(x, pass), 1e-6);
  }

  @Test
  void whereTheShapeStaysTheShortcutIsTheIdentity() {
    Network net =
        Network.of(4, 4, 8)
            .residualBlock(8, 1)
            .bottleneckBlock(2, 8, 1, Residual.Shortcut.PROJECTION)
            .bottleneckBlock(4, 16, 2, Residual.Shortcut.PROJECTION)
            .build(Rng.of(SEED));
    assertEquals(
        List.of(true, true, false),
        net.layers().values().stream()
            .filter(Residual.class::isInstance)
            .map(l -> ((Residual) l).shortcut() == null)
            .toList());
    assertEquals(Shape.of(2, 2, 16), net.output());
    // He's initialisation in front of the addition, too, for the rectifier behind it.
    Param w =
        Objects.requireNonNull(
            Parameters.all(net).get("layers.residual1.layer.layers.conv2.weight"));
    assertEquals(2.0 / 72, w.value().square().mean().item(), 0.3 * 2.0 / 72);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertEquals(
        "layer 1 'residual1' on [*, 7]: a convolution takes images [height, width, channels]; give"
            + " the network such an input, or use dense",
        refusal(() -> Network.of(7).residualBlock(4, 1).build(Rng.of(1))));
    assertEquals(
        "zeroPadded: 3 channels don't go into 2",
        refusal(() -> new ZeroPadded(1, 2).outputShape(Shape.of(1, 4, 4, 3))));
    refusal(() -> new ZeroPadded(0, 2));
    refusal(() -> LocalResponseNorm.of(4, 2, 1, 1));
    refusal(() -> LocalResponseNorm.of(3, 0, 1, 1));
    refusal(() -> Network.of(7).globalMaxPool().build(Rng.of(1)));
    String way =
        refusal(() ->
            Network.of(4, 4, 2)
                .residual(b -> b.conv(3, 3, o -> o.same()), s -> s.conv(4, 1))
                .build(Rng.of(1)));
    assertEquals(true, way.contains("[1, 4, 4, 3]") && way.contains("[1, 4, 4, 4]"), way);
    assertEquals(
        Shape.of(4, 4, 3),
        Network.of(4, 4, 2)
            .residual(
                b -> b.conv(3, 3, o -> o.same().init(Initializer.heNormal())), s -> s.conv(3, 1))
            .build(Rng.of(1))
            .output());
  }
}
