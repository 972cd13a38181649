package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

@Tag("row-C9")
class EnsembleTest {
  /** Errors that have much in common: {@code [members, n]}. */
  private static Tensor errors(int members, int n) {
    Tensor own = Tensor.normal(Rng.of(1), members, n);
    return own.add(Tensor.normal(Rng.of(2), 1, n).mul(0.7)).cast(DType.F64).evaluate();
  }

  @Test
  void theFormulaIsTheMeanOverAllChoicesOfMembers() {
    int members = 6;
    Tensor e = errors(members, 11);
    Ensemble.Errors moments = Ensemble.Errors.of(e);
    for (int k = 1; k <= members; k++) {
      double sum = 0;
      int choices = 0;
      for (int subset = 0; subset < 1 << members; subset++) {
        if (Integer.bitCount(subset) == k) {
          int s = subset;
          int[] chosen = IntStream.range(0, members).filter(i -> (s >> i & 1) == 1).toArray();
          sum += e.gather(0, Tensor.of(chosen, chosen.length)).mean(0).square().mean().item();
          choices++;
        }
      }
      assertEquals(sum / choices, moments.ofMean(k), 1e-12, k + " members");
    }
  }

  @Test
  void equalErrorsGainNothingAndIndependentOnesAllThereIs() {
    Tensor one = Tensor.normal(Rng.of(3), 1, 50).cast(DType.F64);
    Ensemble.Errors same = Ensemble.Errors.of(one.tile(0, 4));
    assertEquals(same.variance(), same.covariance(), 1e-14);
    assertEquals(same.variance(), same.ofMean(4), 1e-14);
    // Orthogonal rows of a Hadamard matrix.
    double[] h = new double[16];
    for (int i = 0; i < 16; i++) {
      h[i] = Integer.bitCount(i / 4 & i % 4) % 2 == 0 ? 1 : -1;
    }
    Ensemble.Errors apart = Ensemble.Errors.of(Tensor.of(h, 4, 4));
    assertEquals(0, apart.covariance(), 1e-15);
    assertEquals(apart.variance() / 4, apart.ofMean(4), 1e-15);
  }

  @Test
  void predictionsAndProbabilitiesAreAveraged() {
    List<Layer> members =
        IntStream.range(0, 3)
            .<Layer>mapToObj(i -> Dense.of(4, 3, Initializer.glorotUniform(), Rng.of(i)))
            .toList();
    Ensemble ensemble = new Ensemble(members);
    Tensor x = Tensor.normal(Rng.of(4), 5, 4).evaluate();
    Tensor mean = Tensor.zeros(5, 3);
    Tensor p = Tensor.zeros(5, 3);
    for (Layer m : members) {
      mean = mean.add(m.forward(x, Pass.inference()).div(3));
      p = p.add(m.forward(x, Pass.inference()).softmax(1).div(3));
    }
    assertArrayEquals(mean.toFloatArray(), ensemble.predict(x).toFloatArray(), 1e-6f);
    assertArrayEquals(p.toFloatArray(), ensemble.logits(x).exp().toFloatArray(), 1e-6f);
    assertArrayEquals(
        members.getFirst().forward(x, Pass.inference()).toFloatArray(),
        ensemble.first(1).predict(x).toFloatArray());
  }

  @Test
  void wrongUse() {
    assertThrows(IllegalArgumentException.class, () -> new Ensemble(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Ensemble.Errors.of(Tensor.ones(1, 5)));
    assertThrows(IllegalArgumentException.class, () -> Ensemble.Errors.of(Tensor.ones(5)));
  }
}
