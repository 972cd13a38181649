package shinso.nn.penalty;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Sequential;

@Tag("row-C16")
final class TangentPropagationTest {
  private static final Tensor X = random(DType.F64, 1, 3, 4);
  private static final Tensor TANGENTS = random(DType.F64, 2, 3, 2, 4);
  private static final Tensor LABELS = Tensor.of(new int[] {0, 1, 0}, 3);
  private static final Tensor V = random(DType.F64, 3, 4, 5);
  private static final Tensor W = random(DType.F64, 4, 5, 2);

  private static Layer net(Tensor v, Tensor w) {
    return Sequential.of(
        new Dense(Param.of(v), null), Activation.TANH, new Dense(Param.of(w), null));
  }

  private static Tensor term(TangentPropagation rule, Layer net) {
    Pass pass = Pass.training(Rng.of(1));
    return rule.of(net, List.of(X, TANGENTS, LABELS), net.forward(X, pass), pass);
  }

  private static TangentPropagation rule(double lambda) {
    return TangentPropagation.of(lambda, batch -> batch.get(1));
  }

  /** For f(x) = x V the slope along t is t V. */
  @Test
  void squaredSlopesOfALinearMap() {
    Layer linear = new Dense(Param.of(V), null);
    double expected = TANGENTS.matmul(V.unsqueeze(0)).square().sum().item() * 0.6 / 3;
    assertClose(expected, term(rule(0.6), linear), 1e-12);
  }

  @Test
  void squaredSlopesByDifferences() {
    Layer net = net(V, W);
    double h = 1e-4;
    double sum = 0;
    for (int k = 0; k < 2; k++) {
      Tensor step = TANGENTS.at(1, k).mul(h);
      Tensor ahead = net.forward(X.add(step), Pass.inference()).softmax(-1);
      Tensor behind = net.forward(X.sub(step), Pass.inference()).softmax(-1);
      sum += ahead.sub(behind).div(2 * h).square().sum().item();
    }
    assertClose(sum / 3, term(rule(1).ofProbabilities(), net), 1e-7);
  }

  @Test
  void anOutputThatIgnoresTheTangentsCostsNothing() {
    Tensor a = TANGENTS.at(0, 0).slice(0, 0, 1); // [1, 4]
    Tensor across =
        Tensor.eye(4).cast(DType.F64).sub(a.transpose().matmul(a).div(a.square().sum()));
    TangentPropagation rule =
        TangentPropagation.of(1, batch -> a.unsqueeze(0).tile(0, 3)); // [3, 1, 4]
    assertTrue(term(rule, net(V, W)).item() > 1e-3);
    assertClose(0, term(rule, net(across.matmul(V).evaluate(), W)), 1e-20);
  }

  @Test
  void gradientsByTheWeights() {
    for (TangentPropagation rule : List.of(rule(0.4), rule(0.4).ofProbabilities())) {
      GradientCheck.run(
              in -> {
                Layer net = (x, pass) -> x.matmul(in.getFirst()).tanh().matmul(in.getLast());
                return rule.of(
                    net,
                    List.of(X, TANGENTS, LABELS),
                    net.forward(X, Pass.inference()),
                    Pass.inference());
              },
              List.of(V, W),
              1,
              Rng.of(7))
          .requireBelow(1e-7);
    }
  }

  @Test
  void badInput() {
    assertThrows(IllegalArgumentException.class, () -> rule(-1));
    TangentPropagation wrong = TangentPropagation.of(1, batch -> batch.getFirst());
    assertThrows(IllegalArgumentException.class, () -> term(wrong, net(V, W)));
  }
}
