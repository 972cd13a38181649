package shinso.zoo.autoregressive;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;

/** Draws the units of a model one after the other, all of them by one compiled program. */
final class Ancestral {
  private Ancestral() {}

  /** Returns examples: {@code [count, d]}. */
  static Tensor sample(OneByOne model, int count, Rng rng) {
    Program unit =
        Program.of((in, key) -> {
          Tensor state = in.get(0); // [count, k]
          Tensor i = in.get(1); // [1]
          Tensor x = model.given(state, i).sample(key).unsqueeze(1); // [count, 1]
          return Step.outputs(x, model.with(state, i, x));
        });
    Tensor state = model.start().unsqueeze(0).tile(0, count);
    List<Tensor> x = new ArrayList<>();
    for (int i = 0; i < model.units(); i++) {
      Program.Result drawn = unit.run(rng.split(i), state, index(i));
      x.add(drawn.output(0));
      state = drawn.output(1);
    }
    return Tensor.concat(1, x);
  }

  /** Returns a unit's number, as programs take it. */
  static Tensor index(int i) {
    return Tensor.of(new int[] {i}, 1);
  }

  /**
   * Draws the missing units by sequential importance resampling (Gordon, Salmond and Smith 1993):
   * missing units are drawn from p(xᵢ | x₁ … xᵢ₋₁), given ones weigh the particles by it. Where no
   * given unit follows a missing one there is nothing to weigh, and one particle is exact.
   *
   * @param x {@code [b, *]}
   * @param known of the shape of x or broadcasting to it
   */
  static Tensor complete(OneByOne model, Tensor x, Tensor known, int most, Rng rng) {
    int b = x.shape().dim(0);
    int d = model.units();
    Tensor isKnown = known.broadcastTo(x.shape()).flatten(1).notEqual(0); // [b, d]
    double[] shares = isKnown.cast(DType.F32).mean(0).toDoubleArray();
    int particles = isInFront(isKnown) ? 1 : most;
    int n = b * particles;
    Tensor given = repeated(x.flatten(1), particles); // [n, d]
    Tensor mask = repeated(isKnown, particles); // [n, d]
    Program draw =
        Program.of((in, key) -> {
          Tensor i = in.get(2); // [1]
          Tensor v = model.given(in.get(0), i).sample(key).unsqueeze(1); // [n, 1]
          return Step.outputs(model.with(in.get(0), i, v), put(in.get(1), i, v));
        });
    Program weigh =
        Program.of((in, key) -> {
          Tensor i = in.get(2); // [1]
          Tensor here = given.gather(1, i); // [n, 1]
          Tensor held = mask.gather(1, i); // [n, 1]
          Distribution p = model.given(in.get(0), i);
          Tensor v = Tensor.select(held, here, p.sample(key.split("unit")).unsqueeze(1));
          Tensor log = Tensor.select(held.squeeze(1), p.logProbability(here.squeeze(1)), 0); // [n]
          Tensor chosen = resampled(log.reshape(b, particles), key.split("resample")); // [n]
          return Step.outputs(
              model.with(in.get(0), i, v).gather(0, chosen),
              put(in.get(1), i, v).gather(0, chosen));
        });
    Tensor state = model.start().unsqueeze(0).tile(0, n); // [n, k]
    Tensor drawn = given.zerosLike(); // [n, d]
    for (int i = 0; i < d; i++) {
      Program unit = shares[i] == 0 ? draw : weigh;
      Program.Result next = unit.run(rng.split(i), state, drawn, index(i));
      state = next.output(0);
      drawn = next.output(1);
    }
    return drawn.gather(0, one(b, particles, rng.split("choice"))).evaluate();
  }

  /** Returns whether no given unit follows a missing one. */
  private static boolean isInFront(Tensor isKnown) {
    Tensor known = isKnown.cast(DType.F32);
    int d = known.shape().dim(1);
    return d < 2 || known.slice(1, 1, d).sub(known.slice(1, 0, d - 1)).max().item() <= 0;
  }

  private static Tensor put(Tensor drawn, Tensor i, Tensor v) {
    return drawn.add(v.mul(i.oneHot(drawn.shape().dim(1)).cast(v.dtype())));
  }

  private static Tensor repeated(Tensor x, int times) {
    int b = x.shape().dim(0);
    int d = x.shape().dim(1);
    return x.unsqueeze(1).broadcastTo(Shape.of(b, times, d)).reshape(b * times, d).evaluate();
  }

  /**
   * Returns the rows that go on after systematic resampling: {@code [b, particles] -> [b ·
   * particles]}. Particles of equal weights all do.
   */
  private static Tensor resampled(Tensor logWeights, Rng rng) {
    int b = logWeights.shape().dim(0);
    int n = logWeights.shape().dim(1);
    Tensor below = logWeights.cast(DType.F32).softmax(1).cumulativeSum(1); // [b, n]
    Tensor u = Tensor.uniform(rng, b, 1);
    Tensor at = Tensor.iota(n).cast(DType.F32).add(u).div(n); // [b, n]
    Tensor passed = below.unsqueeze(1).less(at.unsqueeze(2)).cast(DType.I32).sum(2); // [b, n]
    Tensor equal = logWeights.maxKeep(1).equal(logWeights.minKeep(1)); // [b, 1]
    Tensor chosen = Tensor.select(equal, Tensor.iota(n).unsqueeze(0), passed.minimum(n - 1));
    return chosen.add(Tensor.iota(b).mul(n).unsqueeze(1)).reshape(b * n);
  }

  /** Returns the row of one particle of each example: {@code [b]}. */
  private static Tensor one(int b, int particles, Rng rng) {
    Tensor any = Tensor.uniform(rng, b).mul(particles).floor().cast(DType.I32);
    return any.minimum(particles - 1).add(Tensor.iota(b).mul(particles));
  }
}
