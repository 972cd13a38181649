package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/** The contractive terms against Jacobians, and tangents against their decomposition. */
@Tag("row-C17")
final class ManifoldTangentsTest {
  private static final int P = 6;
  private static final int H = 5;
  private static final Tensor W = random(1, P, H);
  private static final Tensor B = random(2, H);
  private static final Tensor C = random(3, P);
  private static final Tensor X = random(4, 3, P).sigmoid().evaluate();
  private static final Tensor NEAR = X.add(random(5, 3, P).mul(0.1)).evaluate();

  private static Tensor random(long seed, int... dims) {
    RandomGenerator g = Rng.of(seed).generator();
    int size = Shape.of(dims).size();
    double[] values = DoubleStream.generate(() -> g.nextDouble(-1.5, 1.5)).limit(size).toArray();
    return Tensor.of(values, dims).evaluate();
  }

  private static ContractiveAutoencoder cae(Tensor w, Tensor b) {
    return new ContractiveAutoencoder(Param.of(w), Param.of(b), Param.of(C));
  }

  @Test
  @Tag("row-L2")
  void theTermsAreThoseOfTheJacobian() {
    ContractiveAutoencoder cae = cae(W, B);
    Tensor j = Autodiff.batchJacobian(cae.encode(X), X); // [3, H, P]
    Tensor j2 = Autodiff.batchJacobian(cae.encode(NEAR), NEAR);
    double[] contraction = j.square().sum(1, 2).toDoubleArray();
    double[] curvature = j.sub(j2).square().sum(1, 2).toDoubleArray();
    for (int i = 0; i < 3; i++) {
      assertEquals(contraction[i], cae.contraction(X).toDoubleArray()[i], 1e-12);
      assertEquals(curvature[i], cae.curvature(X, NEAR).toDoubleArray()[i], 1e-12);
    }
  }

  @Test
  void gradientsByWeightsAndBiases() {
    GradientCheck.run(
            in -> {
              Tensor h = X.matmul(in.get(0)).add(in.get(1)).sigmoid();
              return h.mul(h.rsub(1)).square().matmul(in.get(0).square().sum(0));
            },
            List.of(W, B),
            2,
            Rng.of(6))
        .requireBelow(1e-6);
    ContractiveAutoencoder cae = cae(W, B);
    Tensor h = X.matmul(W).add(B).sigmoid();
    Tensor byHand = h.mul(h.rsub(1)).square().matmul(W.square().sum(0)).sum();
    Tensor difference =
        Autodiff.gradient(byHand, W).sub(Autodiff.gradient(cae.contraction(X).sum(), cae.weight()));
    assertTrue(difference.abs().max().item() < 1e-12);
  }

  @Test
  void tangentsAreTheFirstRightSingularVectors() {
    ContractiveAutoencoder first = cae(W, B);
    Tensor w2 = random(7, H, H);
    ContractiveAutoencoder second =
        new ContractiveAutoencoder(Param.of(w2), Param.of(B), Param.of(B));
    int k = 3;
    ManifoldTangents got =
        ManifoldTangents.of(x -> second.encode(first.encode(x)), X, k, 400, Rng.of(8));
    Tensor h = first.encode(X);
    Tensor j =
        Autodiff.batchJacobian(second.encode(h), h)
            .matmul(Autodiff.batchJacobian(first.encode(X), X));
    LinearAlgebra.Svd svd = LinearAlgebra.svd(j);
    for (int i = 0; i < 3; i++) {
      for (int t = 0; t < k; t++) {
        double s = svd.values().at(0, i).at(0, t).item();
        assertEquals(s, got.values().at(0, i).at(0, t).item(), 1e-9 * s + 1e-12);
        Tensor v = svd.v().at(0, i).at(1, t);
        double cosine = v.mul(got.vectors().at(0, i).at(0, t)).sum().item();
        assertEquals(1, Math.abs(cosine), 1e-8, "example " + i + ", tangent " + t);
      }
    }
  }

  @Test
  void rowsAreOrthonormal() {
    Tensor v = ManifoldTangents.orthonormal(random(9, 2, 4, P));
    Tensor gram = v.matmul(v.swapAxes(1, 2)).sub(Tensor.eye(4).cast(v.dtype()));
    assertTrue(gram.abs().max().item() < 1e-12);
  }

  @Test
  void moreTangentsThanNumbers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ManifoldTangents.of(cae(W, B)::encode, X, H + 1, 10, Rng.of(1)));
  }
}
