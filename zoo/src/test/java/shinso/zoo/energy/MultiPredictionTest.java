package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Sgd;

/** Mean field as a recurrent network. */
@Tag("row-I10")
final class MultiPredictionTest {
  private static Param random(int seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate());
  }

  private static MultiPredictionDbm machine(int iterations) {
    return new MultiPredictionDbm(
        random(1, 5, 4),
        random(2, 4, 3),
        random(3, 3, 2),
        random(4, 5),
        random(5, 4),
        random(6, 3),
        random(7, 2),
        iterations);
  }

  private static Tensor f64(float[] values, int... dims) {
    return Tensor.of(values, dims).cast(DType.F64);
  }

  private static final Tensor V = f64(new float[] {1, 0, 1, 1, 0, 0, 1, 0, 1, 1}, 2, 5);
  private static final Tensor Y = f64(new float[] {1, 0, 0, 1}, 2, 2);

  /** Without a class, and with all pixels given, it is mean field of the deep machine. */
  @Test
  void withAllPixelsGivenItsIterationsAreMeanFieldOfTheMachine() {
    MultiPredictionDbm m = machine(60);
    List<Param> biases = List.of(m.visibleBias(), m.firstBias(), m.secondBias());
    Dbm dbm =
        new Dbm(
            List.of(m.weight(), m.upperWeight()),
            biases,
            biases.stream().map(p -> Param.of(p.value().zerosLike().evaluate())).toList());
    MultiPredictionDbm without =
        new MultiPredictionDbm(
            m.weight(),
            m.upperWeight(),
            Param.of(m.labelWeight().value().zerosLike().evaluate()),
            m.visibleBias(),
            m.firstBias(),
            m.secondBias(),
            m.labelBias(),
            60);
    Tensor one = f64(new float[] {1}, 1, 1);
    Tensor shown = without.predict(V, one, Y, one).visible().sigmoid();
    Tensor first = dbm.meanField(V, new MeanField(60, 0, 0)).layers().getFirst();
    Tensor expected =
        m.visibleBias().value().add(first.matmul(m.weight().value().transpose())).sigmoid();
    assertArrayEquals(expected.toDoubleArray(), shown.toDoubleArray(), 1e-6);
  }

  /** With independent variables the prediction is their marginal whatever is given. */
  @Test
  void withoutWeightsPredictionsAreTheBiases() {
    MultiPredictionDbm m = machine(3);
    for (Param w : List.of(m.weight(), m.upperWeight(), m.labelWeight())) {
      w.assign(w.value().zerosLike().evaluate());
    }
    MultiPredictionDbm.Prediction q = m.predict(V, V.mul(0), Y, f64(new float[] {0, 1}, 2, 1));
    assertArrayEquals(
        m.visibleBias().value().toDoubleArray(), q.visible().slice(0, 1, 2).toDoubleArray(), 1e-12);
    assertArrayEquals(
        m.labelBias().value().softmax(0).toDoubleArray(),
        m.logits(V).slice(0, 0, 1).softmax(1).toDoubleArray(),
        1e-12);
  }

  @Test
  void whatIsGivenStaysAndWhatIsNotGivenDoesNotCount() {
    MultiPredictionDbm m = machine(5);
    Tensor known = f64(new float[] {1, 1, 0, 1, 0}, 1, 5);
    Tensor other = V.add(f64(new float[] {0, 0, 7, 0, -3}, 1, 5));
    double[] p = m.expected(V, known).toDoubleArray();
    assertArrayEquals(p, m.expected(other, known).toDoubleArray(), 1e-12);
    Tensor filled = m.complete(V, known, Rng.of(1));
    double[] x = filled.toDoubleArray();
    double[] v = V.toDoubleArray();
    for (int i : new int[] {0, 1, 3, 5, 6, 8}) {
      assertEquals(v[i], p[i]);
      assertEquals(v[i], x[i]);
    }
  }

  /** Back through all iterations, by differences in double. */
  @Test
  void gradients() {
    MultiPrediction learner = new MultiPrediction(machine(4), 1, Sgd.of(0.1));
    List<Param> theta = List.copyOf(learner.model().values());
    List<Tensor> slope = Autodiff.gradients(learner.loss(V, Y, Rng.of(3)).mean(), theta);
    for (int i = 0; i < theta.size(); i++) {
      Param t = theta.get(i);
      double[] x = t.value().toDoubleArray();
      double[] g = slope.get(i).toDoubleArray();
      for (int k = 0; k < x.length; k++) {
        double[] at = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] y = x.clone();
          y[k] += side == 0 ? 1e-5 : -1e-5;
          t.assign(Tensor.of(y, x.length).reshape(t.shape()));
          at[side] = learner.loss(V, Y, Rng.of(3)).mean().item();
        }
        t.assign(Tensor.of(x, x.length).reshape(t.shape()));
        assertEquals((at[0] - at[1]) / 2e-5, g[k], 1e-8, "parameter " + i);
      }
    }
  }

  @Test
  void noIterationsAreAnError() {
    assertThrows(IllegalArgumentException.class, () -> machine(0));
  }
}
