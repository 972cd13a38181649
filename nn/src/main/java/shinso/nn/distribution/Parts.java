package shinso.nn.distribution;

import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** What several distributions need. */
final class Parts {
  static final double LOG_2PI = Math.log(2 * Math.PI);

  private Parts() {}

  /** Requires parameters of one floating type, and returns the shape that they broadcast to. */
  static Shape batch(String name, Tensor first, Tensor... others) {
    Check.floating(name, first.dtype());
    Shape s = first.shape();
    for (Tensor t : others) {
      Check.sameType(name, first.dtype(), t.dtype());
      s = Check.broadcast(name, s, t.shape());
    }
    return s;
  }

  /** Standard normal draws of a parameter's type. */
  static Tensor normal(Tensor like, Shape shape, Rng rng) {
    return spread(like, shape).normalLike(rng);
  }

  /** Uniform draws in (0, 1) of a parameter's type. */
  static Tensor uniform(Tensor like, Shape shape, Rng rng) {
    // A draw may be 0, whose logarithm isn't finite: half of the smallest other one stands for it.
    return spread(like, shape).uniformLike(rng).maximum(0x1p-25);
  }

  private static Tensor spread(Tensor like, Shape shape) {
    return Tensor.constant(0, like.dtype()).broadcastTo(shape);
  }

  /** p · x, 0 where p is: what is impossible doesn't count, even if x is infinite there. */
  static Tensor weighted(Tensor p, Tensor x) {
    Tensor impossible = p.equal(0);
    return Tensor.select(impossible, 0, p.mul(Tensor.select(impossible, 0, x)));
  }

  /** The last axes of a shape as positions from the end. */
  static int[] last(int axes) {
    return IntStream.rangeClosed(1, axes).map(i -> -i).toArray();
  }

  /** log(1 + e^−|z|), without the kink that |z| would leave in derivatives at 0. */
  static Tensor softplusBelow(Tensor z) {
    return below(z).softplus();
  }

  /** −|z| with a slope of 1 at 0. */
  static Tensor below(Tensor z) {
    return z.mul(Tensor.select(z.greater(0), z.fullLike(-1), 1));
  }
}
