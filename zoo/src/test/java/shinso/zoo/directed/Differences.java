package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.function.Supplier;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;

/** Gradients by the parameters of a model against finite differences. */
final class Differences {
  private static final double STEP = 1e-5;

  private Differences() {}

  /** An affine map in double with drawn weights. */
  static Dense dense(long seed, int in, int out) {
    Rng rng = Rng.of(seed);
    Tensor weight = Tensor.normal(rng.split(0), in, out).cast(DType.F64).mul(0.5);
    Tensor bias = Tensor.normal(rng.split(1), out).cast(DType.F64).mul(0.3);
    return new Dense(Param.of(weight.evaluate()), Param.of(bias.evaluate()));
  }

  /** Two affine maps in double with a hyperbolic tangent between them. */
  record Mlp(Dense first, Dense second) implements Layer {
    static Mlp of(long seed, int in, int hidden, int out) {
      return new Mlp(dense(seed, in, hidden), dense(seed + 1, hidden, out));
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return second.forward(first.forward(x, pass).tanh(), pass);
    }
  }

  /** Along a drawn direction for each parameter of a model in double. */
  static void assertGradients(Object model, Supplier<Tensor> loss) {
    for (Map.Entry<String, Param> e : Parameters.trainable(model).entrySet()) {
      Param p = e.getValue();
      Tensor at = p.value();
      Tensor way = at.normalLike(Rng.of(7)).evaluate();
      double slope = Autodiff.gradient(loss.get(), p).mul(way).sum().item();
      p.assign(at.add(way.mul(STEP)).evaluate());
      double up = loss.get().item();
      p.assign(at.sub(way.mul(STEP)).evaluate());
      double down = loss.get().item();
      p.assign(at);
      double tolerance = 1e-6 * Math.max(1, Math.abs(slope));
      assertEquals(slope, (up - down) / (2 * STEP), tolerance, e.getKey());
      assertTrue(slope != 0, () -> e.getKey() + " has no gradient");
    }
  }
}
