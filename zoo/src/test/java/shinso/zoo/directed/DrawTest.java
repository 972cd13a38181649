package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.train.loop.LossLearner;

/** DRAW on pictures of a few pixels. */
@Tag("row-J8")
final class DrawTest {
  private static Param param(long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(DType.F64).mul(0.5).evaluate());
  }

  private static Lstm lstm(long seed, int in, int hidden) {
    return new Lstm(
        param(seed, in, 4 * hidden),
        param(seed + 1, hidden, 4 * hidden),
        param(seed + 2, 4 * hidden));
  }

  /** 2 x 3 pixels in double. */
  private static Draw small(int glimpses, int read, int write) {
    int hidden = 3;
    Draw.Config c = new Draw.Config(2, 3, glimpses, hidden, 1, read, write);
    return new Draw(
        lstm(1, 2 * (read > 0 ? read * read : 6) + hidden, hidden),
        lstm(5, 1, hidden),
        Differences.dense(10, hidden, 2),
        read > 0 ? Differences.dense(11, hidden, 5) : null,
        write > 0 ? Differences.dense(12, hidden, 5) : null,
        Differences.dense(13, hidden, write > 0 ? write * write : 6),
        param(14, 6),
        param(15, hidden),
        param(16, hidden),
        c);
  }

  private static Tensor states() {
    return Enumeration.of(6).states().cast(DType.F64).evaluate();
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "0, 0", "2, 0", "0, 2"})
  void gradientsOfTheBound(int read, int write) {
    Draw draw = small(3, read, write);
    Tensor x = states().slice(0, 20, 25).evaluate();
    Differences.assertGradients(draw, () -> draw.bound(x, Rng.of(3)).mean());
  }

  /** With one glimpse, by hand: equations 3 to 12. */
  @Test
  void oneGlimpseIsTheEquations() {
    Draw draw = small(1, 2, 2);
    Tensor x = states().slice(0, 20, 22).evaluate();
    Tensor z = draw.encode(x); // [2, 1], the mean
    Tensor h = draw.decoderStart().value().unsqueeze(0).tile(0, 2);
    Tensor image = x.reshape(2, 2, 3);
    Tensor error = image.sub(draw.canvas().value().reshape(2, 3).sigmoid());
    FilterBanks look = FilterBanks.of(affine(draw.reading(), h), 2, 2, 3);
    Tensor r = Tensor.concat(1, List.of(look.read(image).flatten(1), look.read(error).flatten(1)));
    Tensor start = draw.encoderStart().value().unsqueeze(0).tile(0, 2);
    List<Tensor> state = List.of(start, start.zerosLike());
    Tensor seen =
        draw.encoder().step(Tensor.concat(1, List.of(r, h)), state, Pass.inference()).output();
    Tensor mean = affine(draw.posterior(), seen).slice(1, 0, 1);
    assertArrayEquals(mean.toDoubleArray(), z.toDoubleArray(), 1e-12);
    Tensor hand = draw.decoder().step(z, List.of(h, h.zerosLike()), Pass.inference()).output();
    Tensor w = affine(draw.patch(), hand).reshape(2, 2, 2);
    Tensor written = FilterBanks.of(affine(draw.writing(), hand), 2, 2, 3).write(w);
    Tensor canvas = draw.canvas().value().reshape(2, 3).add(written).sigmoid();
    assertArrayEquals(canvas.toDoubleArray(), draw.decode(z).toDoubleArray(), 1e-12);
  }

  private static Tensor affine(@Nullable Dense layer, Tensor x) {
    return Objects.requireNonNull(layer).forward(x, Pass.inference());
  }

  /** One latent variable can be integrated over: p sums to 1, and the bound is below log p. */
  @Test
  void theBoundIsBelowTheLikelihood() {
    Draw draw = small(1, 2, 2);
    int n = 300;
    double[] grid = new double[n];
    double[] share = new double[n];
    for (int i = 0; i < n; i++) {
      grid[i] = -8 + 16 * (i + 0.5) / n;
      share[i] = Math.exp(-0.5 * grid[i] * grid[i]) / Math.sqrt(2 * Math.PI) * 16 / n;
    }
    Tensor on = draw.decode(Tensor.of(grid, n, 1)).reshape(n, 1, 6);
    Tensor x = states(); // [64, 6]
    Tensor each = Tensor.select(x, on, on.rsub(1)).prod(2); // [n, 64]
    double[] p = each.mul(Tensor.of(share, n, 1)).sum(0).toDoubleArray();
    double sum = 0;
    for (double v : p) {
      sum += v;
    }
    assertEquals(1, sum, 1e-9);
    int repeats = 2_000;
    Tensor bounds = draw.bound(x.tile(0, repeats), Rng.of(4)).reshape(repeats, 64);
    double[] mean = bounds.mean(0).toDoubleArray();
    double[] variance = bounds.variance(0).toDoubleArray();
    for (int s = 0; s < 64; s++) {
      double error = 4.5 * Math.sqrt(variance[s] / repeats);
      assertTrue(mean[s] < Math.log(p[s]) + error, "state " + s);
      assertTrue(mean[s] > Math.log(p[s]) - 3, "state " + s + " is within reach");
    }
  }

  @Test
  void canvasesEndAtWhatIsDecoded() {
    Draw draw = small(4, 2, 2);
    Tensor z = Tensor.normal(Rng.of(1), 3, 4).cast(DType.F64);
    Tensor all = draw.canvases(z);
    assertEquals(Shape.of(4, 3, 2, 3), all.shape());
    assertArrayEquals(draw.decode(z).toDoubleArray(), all.at(0, -1).toDoubleArray());
  }

  /** With the sizes of the paper: two LSTMs, five affine maps, and what is there at first. */
  @Test
  void thePaperHasSoManyParameters() {
    Draw draw = Draw.of(Draw.Config.MNIST, Rng.of(1));
    long lstms = 4L * 256 * (8 + 256 + 256 + 1) + 4L * 256 * (100 + 256 + 1);
    long maps = 257L * (200 + 5 + 5 + 25);
    assertEquals(lstms + maps + 784 + 2 * 256, Parameters.count(Parameters.all(draw).values()));
  }

  /** A few pictures are learned by heart. */
  @Test
  void itLearnsAFewPictures() {
    Draw draw = Draw.of(new Draw.Config(4, 4, 3, 16, 4, 2, 2), Rng.of(2));
    Tensor x = Tensor.uniform(Rng.of(3), 4, 16).less(0.5).cast(DType.F32).tile(0, 8).evaluate();
    LossLearner learning = draw.learning(Adam.of(0.01));
    Program step = Program.of(learning::train);
    double loss = 0;
    for (int i = 0; i < 1_500; i++) {
      Program.Result result = step.run(Rng.of(4).split(i), x);
      loss = Objects.requireNonNull(result.metrics().get("loss")).item();
    }
    // Four pictures take log 4 = 1.39 nats; independent pixels 8.7.
    assertTrue(loss < 5, "loss " + loss);
  }

  @Test
  void badSizesAreNamed() {
    assertThrows(IllegalArgumentException.class, () -> new Draw.Config(28, 28, 0, 1, 1, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> new Draw.Config(28, 28, 1, 1, 1, 1, 2));
  }
}
