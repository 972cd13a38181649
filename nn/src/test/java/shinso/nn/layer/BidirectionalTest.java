package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Both directions against two runs by hand; stacks against layer after layer; what is dropped. */
@Tag("row-F8")
final class BidirectionalTest {
  private static final long SEED = 20_261_130;

  private static Lstm lstm(long seed, int features, int n) {
    return new Lstm(
        param(DType.F64, seed, features, 4 * n),
        param(DType.F64, seed + 1, n, 4 * n),
        param(DType.F64, seed + 2, 4 * n));
  }

  private static Gru gru(long seed, int features, int n) {
    return new Gru(
        param(DType.F64, seed, features, 3 * n),
        param(DType.F64, seed + 1, n, 3 * n),
        param(DType.F64, seed + 2, 3 * n),
        null);
  }

  private static final Bidirectional BOTH =
      new Bidirectional(lstm(SEED, 2, 3), gru(SEED + 10, 2, 4));

  /** The output at each step, from steps taken one by one in both directions. */
  private static double[] byHand(Tensor x, int length) {
    double[] all = new double[length * 7];
    List<Tensor> f = null;
    List<Tensor> g = null;
    for (int i = 0; i < length; i++) {
      int back = length - 1 - i;
      Recurrent.Output forward = BOTH.forward().step(x.at(1, i), f, Pass.inference());
      Recurrent.Output backward = BOTH.backward().step(x.at(1, back), g, Pass.inference());
      System.arraycopy(forward.output().toDoubleArray(), 0, all, i * 7, 3);
      System.arraycopy(backward.output().toDoubleArray(), 0, all, back * 7 + 3, 4);
      f = forward.state();
      g = backward.state();
    }
    return all;
  }

  @Test
  void isTwoRuns() {
    Tensor x = random(DType.F64, SEED + 20, 1, 5, 2);
    Tensor y = BOTH.forward(x, Pass.inference());
    assertEquals(Shape.of(1, 5, 7), y.shape());
    assertClose(byHand(x, 5), y, 1e-12);
    assertEquals(Shape.of(1, 5, 7), BOTH.outputShape(x.shape()));
  }

  @Test
  void turnsRoundWithinTheLengths() {
    int[] lengths = {3, 6, 1, 0};
    Tensor x = random(DType.F64, SEED + 20, 4, 6, 2);
    Pass pass = Pass.inference().withLengths(Tensor.of(lengths));
    Recurrent.Output y = BOTH.run(x, pass);
    for (int e = 0; e < lengths.length; e++) {
      Tensor own = x.slice(0, e, e + 1);
      assertClose(byHand(own, lengths[e]), y.output().at(0, e).slice(0, 0, lengths[e]), 1e-12);
      assertClose(new double[(6 - lengths[e]) * 7], y.output().at(0, e).slice(0, lengths[e], 6), 0);
    }
    // What both have seen all of: h and c of the one, h of the other.
    assertEquals(3, y.state().size());
    assertClose(
        y.output().at(0, 0).at(0, 2).slice(0, 0, 3).toDoubleArray(), y.state().get(0).at(0, 0), 0);
    assertClose(
        y.output().at(0, 0).at(0, 0).slice(0, 3, 7).toDoubleArray(), y.state().get(2).at(0, 0), 0);
  }

  @Test
  void paddingChangesNeitherResultsNorGradients() {
    Tensor n = Tensor.of(new int[] {5, 2});
    Tensor x = random(DType.F64, SEED + 20, 2, 5, 2);
    Tensor other = Tensor.select(Recurrent.mask(n, 5).unsqueeze(2), x, -1e3);
    List<Param> params = List.copyOf(Parameters.all(BOTH).values());
    Tensor one = BOTH.forward(x, Pass.inference().withLengths(n)).square().sum();
    Tensor two = BOTH.forward(other, Pass.inference().withLengths(n)).square().sum();
    List<Tensor> g = Autodiff.gradients(one, params);
    List<Tensor> h = Autodiff.gradients(two, params);
    assertClose(one.toDoubleArray(), two, 0);
    for (int i = 0; i < g.size(); i++) {
      assertClose(g.get(i).toDoubleArray(), h.get(i), 0);
    }
    GradientCheck.run(
            in -> BOTH.forward(in.getFirst(), Pass.inference().withLengths(n)),
            List.of(x),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
  }

  @Test
  void stacksInNetworks() {
    Network net =
        Network.of(6, 2)
            .bidirectional(b -> b.lstm(3).dropout(0.5))
            .variationalDropout(0.5)
            .bidirectional(b -> b.gru(4))
            .build(Rng.of(SEED));
    assertEquals(Shape.of(6, 8), net.output());
    assertEquals(
        "[bidirectional1, variationalDropout1, bidirectional2]",
        List.copyOf(net.layers().keySet()).toString());
    assertTrue(Parameters.all(net).containsKey("layers.bidirectional1.backward.layers.lstm1.bias"));
    Tensor x = random(DType.F32, SEED, 3, 6, 2);
    Tensor y = x;
    for (Layer layer : net.layers().values()) {
      y = layer.forward(y, Pass.inference());
    }
    assertClose(y.toDoubleArray(), net.forward(x, Pass.inference()), 0);
    String message = assertThrows(IllegalArgumentException.class, net::stateShapes).getMessage();
    assertTrue(String.valueOf(message).contains("both ends"), message);
    message =
        assertThrows(
                IllegalArgumentException.class,
                () -> net.step(Tensor.zeros(3, 2), null, Pass.inference()))
            .getMessage();
    assertTrue(String.valueOf(message).contains("the whole sequence"), message);
  }

  @Test
  void dropsTheSameFeaturesAtAllSteps() {
    Tensor y =
        new VariationalDropout(0.25).forward(Tensor.ones(50, 4, 40), Pass.training(Rng.of(SEED)));
    double[] values = y.toDoubleArray();
    int kept = 0;
    for (int e = 0; e < 50; e++) {
      for (int i = 0; i < 40; i++) {
        double first = values[e * 160 + i];
        kept += first > 0 ? 1 : 0;
        for (int t = 0; t < 4; t++) {
          assertEquals(first, values[e * 160 + t * 40 + i]);
        }
        assertTrue(first == 0 || Math.abs(first - 4.0 / 3) < 1e-6);
      }
    }
    assertEquals(0.75, kept / 2000.0, 4 * Math.sqrt(0.75 * 0.25 / 2000));
  }
}
