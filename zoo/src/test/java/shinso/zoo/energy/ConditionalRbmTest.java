package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.nn.optim.Sgd;
import shinso.train.data.Dataset;

/** The machine against sums over all states in plain Java. */
@Tag("row-I16")
final class ConditionalRbmTest {
  private static final int X = 3;
  private static final int Y = 4;

  private static double wave(int i, int j, int shift) {
    return Math.sin((i + 1) * (j + 1) + shift);
  }

  private static Tensor matrix(int rows, int columns, int shift) {
    double[] values = new double[rows * columns];
    Arrays.setAll(values, k -> wave(k / columns, k % columns, shift));
    return Tensor.of(values, rows, columns);
  }

  private static ConditionalRbm machine(int hidden, DType type) {
    return new ConditionalRbm(
        Param.of(matrix(Y, hidden, 0).cast(type)),
        Param.of(matrix(X, hidden, 1).cast(type)),
        Param.of(matrix(X, Y, 2).cast(type)),
        Param.of(matrix(1, Y, 3).reshape(Y).cast(type)),
        Param.of(matrix(1, hidden, 4).reshape(hidden).cast(type)));
  }

  private static double energy(int y, int h, int hidden, int x) {
    double e = 0;
    for (int i = 0; i < Y; i++) {
      double in = wave(0, i, 3);
      for (int k = 0; k < X; k++) {
        in += wave(k, i, 2) * (x >> k & 1);
      }
      for (int j = 0; j < hidden; j++) {
        in += wave(i, j, 0) * (h >> j & 1);
      }
      e -= in * (y >> i & 1);
    }
    for (int j = 0; j < hidden; j++) {
      double in = wave(0, j, 4);
      for (int k = 0; k < X; k++) {
        in += wave(k, j, 1) * (x >> k & 1);
      }
      e -= in * (h >> j & 1);
    }
    return e;
  }

  /** Fewer hidden units than outputs, and more. */
  @Test
  void probabilitiesAndMarginalsAreThoseOfAllStates() {
    for (int hidden : new int[] {2, 6}) {
      ConditionalRbm m = machine(hidden, DType.F64);
      Tensor inputs = Enumeration.exact(X).states();
      double[] logZ = m.logPartition(inputs).toDoubleArray();
      double[] marginals = m.predict(inputs).toDoubleArray();
      for (int x = 0; x < 1 << X; x++) {
        double z = 0;
        double[] on = new double[Y];
        double[] p = new double[1 << Y];
        for (int y = 0; y < 1 << Y; y++) {
          for (int h = 0; h < 1 << hidden; h++) {
            p[y] += Math.exp(-energy(y, h, hidden, x));
          }
          z += p[y];
          for (int i = 0; i < Y; i++) {
            on[i] += (y >> i & 1) * p[y];
          }
        }
        assertEquals(Math.log(z), logZ[x], 1e-12);
        for (int i = 0; i < Y; i++) {
          assertEquals(on[i] / z, marginals[x * Y + i], 1e-12);
        }
        Tensor same = inputs.slice(0, x, x + 1).tile(0, 1 << Y);
        double[] logs = m.logProbability(Enumeration.exact(Y).states(), same).toDoubleArray();
        for (int y = 0; y < 1 << Y; y++) {
          assertEquals(Math.log(p[y] / z), logs[y], 1e-12);
        }
        double[] two =
            m.choose(Enumeration.exact(Y).states().slice(0, 5, 7), inputs.slice(0, x, x + 1))
                .exp()
                .toDoubleArray();
        assertEquals(p[5] / (p[5] + p[6]), two[0], 1e-12);
      }
      Tensor y = Enumeration.exact(Y).states().slice(0, 9, 10);
      Tensor h = Enumeration.exact(hidden).states().slice(0, 2, 3);
      assertEquals(energy(9, 2, hidden, 5), m.energy(y, h, inputs.slice(0, 5, 6)).item(), 1e-12);
    }
  }

  /** For one input it is a restricted Boltzmann machine with other biases. */
  @Test
  void oneInputMakesARestrictedBoltzmannMachine() {
    ConditionalRbm m = machine(3, DType.F32);
    Tensor x = Tensor.of(new float[] {1, 0, 1}, 1, X);
    Rbm rbm =
        new Rbm(
            m.weight(),
            Param.of(m.outputBias().value().add(x.matmul(m.inputToOutput().value()).squeeze(0))),
            Param.of(m.hiddenBias().value().add(x.matmul(m.inputToHidden().value()).squeeze(0))));
    Tensor y = Enumeration.of(Y).states();
    assertArrayEquals(
        rbm.logProbability(y, rbm.logPartition()).toDoubleArray(),
        m.logProbability(y, x.tile(0, 1 << Y)).toDoubleArray(),
        2e-6);
  }

  @Test
  void derivatives() {
    ConditionalRbm m = machine(2, DType.F64);
    Tensor y = Enumeration.exact(Y).states().slice(0, 3, 9);
    Tensor x = Enumeration.exact(X).states().slice(0, 1, 7);
    ParameterCheck.run(Parameters.all(m), m.logProbability(y, x).mean(), Rng.of(1))
        .requireBelow(1e-6);
  }

  /** Long chains from the data: the mean of many is the exact gradient. */
  @Test
  void contrastiveDivergenceComesToTheExactGradient() {
    Tensor x = Tensor.of(new float[] {1, 0, 1, 0, 1, 1}, 2, X);
    Tensor y = Tensor.of(new float[] {1, 0, 1, 1, 0, 0, 1, 0}, 2, Y);
    ConditionalRbm m = machine(3, DType.F32);
    List<Param> theta = List.copyOf(Parameters.all(m).values());
    List<double[]> exact =
        Autodiff.gradients(m.logProbability(y, x).mean(), theta).stream()
            .map(Tensor::toDoubleArray)
            .toList();
    List<double[]> before = theta.stream().map(p -> p.value().toDoubleArray()).toList();
    int n = 20_000;
    Program.of((in, rng) -> ConditionalLearning.contrastive(m, 30, Sgd.of(1)).train(in, rng))
        .run(Rng.of(3), x.tile(0, n), y.tile(0, n));
    for (int k = 0; k < theta.size(); k++) {
      double[] after = theta.get(k).value().toDoubleArray();
      for (int i = 0; i < after.length; i++) {
        assertEquals(exact.get(k)[i], after[i] - before.get(k)[i], 0.012, "seed 3, " + k + "/" + i);
      }
    }
  }

  /** The 768 patterns of the shifter, of which 6 can't be told. */
  @Test
  void theShifterHasTheNumbersThatAreKnown() {
    Dataset patterns = Shifter.of(8).patterns();
    assertEquals(768, patterns.size());
    assertEquals(6.643789733, Math.log(patterns.size()), 1e-9);
    Shifter shifter = Shifter.of(8);
    assertEquals(762 / 768.0, shifter.bayesRecognition(), 1e-12);
    assertEquals(.01219305, shifter.labelEntropy(), 1e-8);
  }

  /** Sums over three outputs are all that exact learning needs, whatever the hidden units. */
  @Test
  void theShifterIsRecognised() {
    Shifter shifter = Shifter.of(4);
    List<Tensor> all = shifter.patterns().whole();
    Tensor x = Tensor.concat(1, List.of(all.get(0), all.get(1))).evaluate();
    Tensor y = all.get(2).oneHot(3).evaluate();
    ConditionalRbm m = ConditionalRbm.of(8, 3, 24, Rng.of(2));
    Minimizer.lbfgs()
        .iterations(400)
        .minimize(Parameters.all(m).values(), () -> m.logProbability(y, x).mean().neg());
    double right =
        m.choose(Tensor.eye(3), x).argmax(1).equal(all.get(2)).cast(DType.F32).mean().item();
    assertEquals(shifter.bayesRecognition(), right, 0.03, "seed 2");
  }

  @Test
  void whatCannotBeSummed() {
    ConditionalRbm large = ConditionalRbm.of(3, 30, 20, Rng.of(1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> large.logPartition(Tensor.zeros(1, 3)));
    assertEquals(
        "the states of 20 units are too many to sum over for each input; sample them, or learn by"
            + " contrastive divergence",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> ConditionalLearning.contrastive(large, 0, Sgd.of(1)));
  }
}
