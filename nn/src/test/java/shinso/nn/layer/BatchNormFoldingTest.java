package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Batch normalisation that is folded into what stands before it. */
@Tag("row-E10")
class BatchNormFoldingTest {
  private static final long SEED = 20_261_129;

  /** Everything that a norm can be folded into, and norms that must stay. */
  private static Network network() {
    return Network.of(8, 8, 4)
        .batchNorm() // nothing before it
        .conv(6, 3, o -> o.same().groups(2))
        .batchNorm()
        .relu()
        .batchNorm() // a rectifier before it
        .convTranspose(6, 2, o -> o.stride(2).same().groups(3).noBias())
        .batchNorm()
        .relu()
        .separableConv(8, 3, o -> o.same())
        .batchNorm()
        .residualBlock(8, 1)
        .residualBlock(12, 2)
        .poolUnpool(2, b -> b.conv(12, 3, o -> o.same()).batchNorm().relu())
        .layer(Frozen.of(Sequential.of(convolution(), BatchNorm.of(12), BatchNorm.of(12))))
        .fitted("rows", (in, rng) -> new Rows())
        .conv1d(5, 3, o -> o.same())
        .batchNorm()
        .flatten()
        .dense(7, o -> o.noBias())
        .batchNorm()
        .dense(3)
        .build(Rng.of(SEED));
  }

  private static Conv2d convolution() {
    return Conv2d.of(12, 12, 1, 1, Conv2d.Options.DEFAULT, Rng.of(SEED));
  }

  /** Images as sequences of pixels. */
  private record Rows() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Shape s = x.shape();
      return x.reshape(s.dim(0), s.dim(1) * s.dim(2), s.dim(3));
    }
  }

  private static void draw(Network net) {
    int i = 0;
    for (Param p : Parameters.all(net).values()) {
      // Variances are positive, and what isn't need not be.
      Tensor drawn = random(DType.F32, SEED + ++i, p.shape().dims());
      p.assign(p.shape().rank() == 1 ? drawn.abs().add(0.1).evaluate() : drawn.mul(0.5).evaluate());
    }
  }

  @Test
  void givesTheSameInInference() {
    Network net = network();
    draw(net);
    Network folded = net.foldBatchNorms();
    Tensor x = random(DType.F32, SEED, 3, 8, 8, 4);
    double[] expected = net.forward(x, Pass.inference()).toDoubleArray();
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    Tensor y = folded.forward(x, Pass.inference());
    assertClose(new double[9], y.sub(Tensor.of(expected, 3, 3).cast(DType.F32)).div(largest), 1e-5);
    // Training has changed nothing that the folded network has.
    List<String> left =
        Parameters.all(folded).keySet().stream().filter(n -> n.endsWith("variance")).toList();
    assertEquals(List.of("layers.batchNorm1.variance", "layers.batchNorm3.variance"), left);
    assertEquals(net.output(), folded.output());
    assertSame(net.layers().lastEntry().getValue(), folded.layers().lastEntry().getValue());
    assertEquals(
        net.layers().size() - 5, folded.layers().size(), () -> folded.layers().keySet().toString());
  }

  @Test
  void exactlyInSmallNumbers() {
    // γ / √(σ² + ε) = 3 / 2 and (b − μ) · 3/2 + β = (5 − 1) · 3/2 + 7.
    BatchNorm norm = new BatchNorm(one(3), one(7), one(1), one(3.5), 0.1, 0.5);
    Network net =
        Network.of(1)
            .layer("map", new Dense(param(2, 1, 1), one(5)))
            .layer("norm", norm)
            .build(Rng.of(1));
    Dense folded = (Dense) Objects.requireNonNull(net.foldBatchNorms().layers().get("map"));
    assertClose(3, folded.weight().value(), 1e-6);
    assertClose(13, Objects.requireNonNull(folded.bias()).value(), 1e-6);
  }

  private static Param one(double value) {
    return param(value, 1);
  }

  private static Param param(double value, int... dims) {
    return Param.of(Tensor.full(Shape.of(dims), value).cast(DType.F32).evaluate());
  }

  /** Running statistics go to those of the data, and inference is what training was. */
  @Test
  void runningStatisticsBecomeThoseOfTheData() {
    BatchNorm layer = BatchNorm.of(2);
    Tensor x = random(DType.F32, SEED, 8, 4, 4, 2).mul(3).add(5).evaluate();
    Program program =
        Program.compileRandom((Tensor batch, Rng rng) -> {
          Pass pass = Pass.training(rng);
          Tensor y = layer.forward(batch, pass);
          return Step.of(pass.updates()).output(y);
        });
    Tensor trained = Tensor.zeros(1);
    for (int i = 0; i < 200; i++) {
      trained = program.run(Rng.of(i), x).output(0);
    }
    assertClose(x.mean(0, 1, 2).toDoubleArray(), layer.mean().value(), 1e-5);
    double[] unbiased = x.variance(new int[] {0, 1, 2}, 1).toDoubleArray();
    assertClose(unbiased, layer.variance().value(), 1e-5);
    // But for n / (n − 1) in the variance: 128 values.
    Tensor y = layer.forward(x, Pass.inference());
    assertClose(trained.mul(Math.sqrt(127.0 / 128)).toDoubleArray(), y, 1e-4);
    assertFalse(Pass.inference().updatesStatistics());
  }
}
