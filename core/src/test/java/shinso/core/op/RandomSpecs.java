package shinso.core.op;

import static shinso.core.op.Operand.floats;
import static shinso.core.op.Operand.key;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.ulps;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Random draws: the words are those of the reference, so that all backends draw the same. */
final class RandomSpecs {
  private RandomSpecs() {}

  static List<OpSpec> rows() {
    return List.of(
        OpSpec.of("uniform", in -> Tensor.uniform(Rng.ofKey(in.get(0)), 4098)).on(key()),
        OpSpec.of("uniform of an odd size", in -> Tensor.uniform(Rng.ofKey(in.get(0)), 3, 5, 7))
            .on(key()),
        OpSpec.of("uniform scalar", in -> Tensor.uniform(Rng.ofKey(in.get(0)))).on(key()),
        OpSpec.of("uniform of nothing", in -> Tensor.uniform(Rng.ofKey(in.get(0)), 0)).on(key()),
        OpSpec.of("normal", in -> Tensor.normal(Rng.ofKey(in.get(0)), 4098))
            .on(key())
            .within(largest(1e-6)),
        OpSpec.of("normal of an odd size", in -> Tensor.normal(Rng.ofKey(in.get(0)), 31))
            .on(key())
            .within(largest(1e-6)),
        OpSpec.of("gumbel", in -> Tensor.gumbel(Rng.ofKey(in.get(0)), 1000))
            .on(key())
            .within(largest(1e-6)),
        OpSpec.of("uniformLike", in -> in.get(1).uniformLike(Rng.ofKey(in.get(0))))
            .on(key(), floats(0, 1, 33))
            .flat(),
        OpSpec.of("normalLike", in -> in.get(1).normalLike(Rng.ofKey(in.get(0))))
            .on(key(), floats(0, 1, 33))
            .within(largest(1e-6))
            .flat(),
        OpSpec.of("bernoulli", in -> in.get(1).bernoulli(Rng.ofKey(in.get(0))))
            .on(key(), floats(0, 1, 207))
            .flat(),
        OpSpec.of("categorical", in -> in.get(1).categorical(Rng.ofKey(in.get(0))))
            .on(key(), floats(-2, 2, 33, 7))
            .flat(),
        OpSpec.of("gamma", in -> in.get(1).gamma(Rng.ofKey(in.get(0))))
            .on(key(), floats(0.05, 4, 207))
            .within(ulps(2))
            .implicit(),
        OpSpec.of(
                "gamma of numbers that are not positive",
                in -> in.get(1).gamma(Rng.ofKey(in.get(0))))
            .on(key(), floats(-1, 0, 3))
            .within(ulps(2))
            .special(Double.NaN, Double.POSITIVE_INFINITY, 0)
            .implicit(),
        OpSpec.of("beta", in -> in.get(1).beta(in.get(2), Rng.ofKey(in.get(0))))
            .on(key(), floats(0.05, 4, 207), floats(0.05, 4, 207))
            .on(key(), floats(0.05, 4, 5, 1), floats(0.05, 4, 7))
            .within(largest(1e-5))
            .special(Double.NaN, 0, -1)
            .implicit(),
        OpSpec.of("dirichlet", in -> in.get(1).dirichlet(Rng.ofKey(in.get(0))))
            .on(key(), floats(0.01, 4, 33, 7))
            .on(key(), floats(0.01, 4, 3))
            .within(largest(1e-5))
            .special(Double.NaN, 0, -1)
            .implicit(),
        OpSpec.of("studentT", in -> in.get(1).studentT(Rng.ofKey(in.get(0))))
            .on(key(), floats(0.5, 9, 207))
            .within(largest(1e-5))
            .special(Double.NaN, 0, -1)
            .implicit(),
        OpSpec.of("split of a key", in -> TensorAccess.apply(new RandomOp.Split(-7), in.get(0)))
            .on(key()),
        OpSpec.of(
                "uniform of a child",
                in ->
                    Tensor.uniform(
                        Rng.ofKey(in.get(0).add(in.get(0).sub(in.get(0)))).split(3).split("noise"),
                        50))
            .on(key()));
  }
}
