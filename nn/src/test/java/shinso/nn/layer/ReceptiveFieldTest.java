package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;
import shinso.nn.model.Saliency;

/** What units see, and which pixels an output hangs on. */
class ReceptiveFieldTest {
  private static final long SEED = 20_261_129;

  @Test
  void ofTwoConvolutionsWithPooling() {
    Network net =
        Network.of(28, 28, 1)
            .conv(4, 5)
            .relu()
            .maxPool(2)
            .conv(4, 5, o -> o.same())
            .relu()
            .maxPool(2)
            .flatten()
            .dense(10)
            .build(Rng.of(SEED));
    assertEquals(new ReceptiveField(0, 0, 5, 5, 1, 1), ReceptiveField.of(net, "conv1"));
    assertEquals(new ReceptiveField(0, 0, 6, 6, 2, 2), ReceptiveField.of(net, "maxPool1"));
    assertEquals(new ReceptiveField(-4, -4, 14, 14, 2, 2), ReceptiveField.of(net, "relu2"));
    assertEquals(new ReceptiveField(-4, -4, 16, 16, 4, 4), ReceptiveField.of(net, "maxPool2"));
    assertTrue(ReceptiveField.isKnown(net, "maxPool2"));
    assertFalse(ReceptiveField.isKnown(net, "flatten1"));
    assertFalse(ReceptiveField.isKnown(net, "conv7"));
    assertEquals(
        "receptive field: it is not known what a unit sees through the layer 'flatten1', Flatten",
        refusal(() -> ReceptiveField.of(net, "dense1")));
    assertTrue(refusal(() -> ReceptiveField.of(net, "conv7")).contains("conv1, relu1, maxPool1"));
  }

  /** With positive weights the derivative by a pixel is 0 exactly where it isn't seen. */
  @Test
  void isWhereDerivativesAreNotZero() {
    Network net =
        Network.of(24, 21, 1)
            .conv(2, 3, 2, o -> o.stride(2, 1).padding(1, 0, 1, 0))
            .averagePool(2, 1)
            .residual(
                b -> b.conv(3, 3, o -> o.same().stride(2)), s -> s.layer(new ZeroPadded(2, 3)))
            .separableConv(2, 2, o -> o.dilation(2))
            .layer(new LocalResponseNorm(LocalResponseNorm.Region.WITHIN_CHANNEL, 3, 1, 1, 1))
            .build(Rng.of(SEED));
    for (Param p : Parameters.all(net).values()) {
      p.assign(random(DType.F32, SEED, p.shape().dims()).abs().add(0.1).evaluate());
    }
    Tensor x = random(DType.F32, SEED + 1, 1, 24, 21, 1).abs().add(0.1).evaluate();
    for (String layer : net.layers().keySet()) {
      ReceptiveField f = ReceptiveField.of(net, layer);
      Tensor y = Objects.requireNonNull(net.activations(x, Pass.inference()).get(layer));
      Shape s = y.shape();
      for (int[] at : new int[][] {{0, 0}, {s.dim(1) / 2, s.dim(2) / 2}, {s.dim(1) - 1, 1}}) {
        Tensor unit = y.slice(1, at[0], at[0] + 1).slice(2, at[1], at[1] + 1).slice(3, 0, 1);
        double[] g = Autodiff.gradient(unit.sum(), x).toDoubleArray();
        int top = 24;
        int bottom = -1;
        int left = 21;
        int right = -1;
        for (int i = 0; i < g.length; i++) {
          if (g[i] != 0) {
            top = Math.min(top, i / 21);
            bottom = Math.max(bottom, i / 21);
            left = Math.min(left, i % 21);
            right = Math.max(right, i % 21);
          }
        }
        int row = f.top() + at[0] * f.strideH();
        int column = f.left() + at[1] * f.strideW();
        assertEquals(
            List.of(
                Math.max(0, row),
                Math.min(23, row + f.height() - 1),
                Math.max(0, column),
                Math.min(20, column + f.width() - 1)),
            List.of(top, bottom, left, right),
            layer + " " + f);
      }
    }
  }

  @Test
  void activationsAreThoseOfEachLayer() {
    Network net = Network.of(4).dense(3).relu().dense(2).build(Rng.of(SEED));
    Tensor x = random(DType.F32, SEED, 5, 4);
    var all = net.activations(x, Pass.inference());
    assertEquals(List.of("dense1", "relu1", "dense2"), List.copyOf(all.keySet()));
    assertClose(
        Objects.requireNonNull(all.get("dense1")).relu().toDoubleArray(),
        Objects.requireNonNull(all.get("relu1")),
        0);
    assertClose(
        net.forward(x, Pass.inference()).toDoubleArray(),
        Objects.requireNonNull(all.get("dense2")),
        0);
  }

  /**
   * The logit of class c of a linear map has the derivatives |w_c|, the largest of the channels.
   */
  @Test
  void saliencyOfALinearClassifier() {
    Network net = Network.of(2, 2, 2).flatten().dense(3).build(Rng.of(SEED));
    Tensor x = random(DType.F32, SEED, 2, 2, 2, 2);
    Tensor map = Saliency.of(Classifier.of(net), x, Tensor.of(new int[] {2, 0}, 2));
    assertEquals(Shape.of(2, 2, 2, 1), map.shape());
    double[] w =
        Objects.requireNonNull(Parameters.all(net).get("layers.dense1.weight"))
            .value()
            .toDoubleArray();
    double[] expected = new double[8];
    for (int i = 0; i < 4; i++) {
      expected[i] = Math.max(Math.abs(w[6 * i + 2]), Math.abs(w[6 * i + 5]));
      expected[4 + i] = Math.max(Math.abs(w[6 * i]), Math.abs(w[6 * i + 3]));
    }
    assertClose(expected, map, 1e-6);
    refusal(() -> Saliency.of(Classifier.of(net), x, Tensor.of(new int[] {1}, 1)));
  }
}
