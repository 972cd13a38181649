package shinso.core.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Random expressions whose values stay within about ±3 and whose rounding errors stay small. */
final class RandomGraph {
  private static final int STEPS = 40;
  private static final int RESULTS = 5;

  private final RandomGenerator random;
  private final DType type;
  private final List<Tensor> pool = new ArrayList<>();

  RandomGraph(int seed, DType type) {
    this.random = new Random(seed);
    this.type = type;
    for (int[] dims : new int[][] {{7, 5}, {5}, {7, 1}, {}, {3, 7, 5}}) {
      pool.add(leaf(Shape.of(dims)));
    }
    for (int i = 0; i < STEPS; i++) {
      pool.add(step());
    }
  }

  /** Returns some of the expressions; most depend on each other. */
  List<Tensor> results() {
    return pool.subList(pool.size() - RESULTS, pool.size());
  }

  private Tensor leaf(Shape shape) {
    double[] values = random.doubles(shape.size(), -1, 1).map(d -> (float) d).toArray();
    Buffer b = Buffer.allocate(type, values.length, "test leaf");
    for (int i = 0; i < values.length; i++) {
      b.set(i, values[i]);
    }
    return TensorAccess.ofBuffer(shape, b);
  }

  private Tensor any() {
    return pool.get(random.nextInt(pool.size()));
  }

  private Tensor step() {
    Tensor x = any();
    int rank = x.shape().rank();
    int axis = rank == 0 ? 0 : random.nextInt(rank);
    return switch (random.nextInt(rank == 0 ? 7 : 15)) {
      case 0 -> x.tanh();
      case 1 -> x.sigmoid();
      case 2 -> x.mul(0.5).add(0.25);
      case 3 -> x.abs().neg();
      case 4, 5 -> joined(x, any());
      case 6 -> x.sin().square();
      case 7 -> x.softmax(axis);
      case 8 -> x.meanKeep(axis);
      case 9 -> x.maxKeep(axis).sub(x).mul(0.5);
      case 10 -> x.flip(axis);
      case 11 ->
          x.cumulativeSum(axis, random.nextBoolean(), random.nextBoolean())
              .div(x.shape().dim(axis));
      case 12 ->
          x.shape().dim(axis) > 1
              ? x.slice(axis, 1, x.shape().dim(axis)).pad(axis, 1, 0, 0.5)
              : x.exp().tanh();
      case 13 -> rank >= 2 ? product(x) : x.mean();
      case 14 -> x.swapAxes(0, axis).swapAxes(0, axis).sub(0.125);
      default -> throw new IllegalStateException();
    };
  }

  /** Two expressions combined, if they broadcast. */
  private Tensor joined(Tensor a, Tensor b) {
    boolean fit = a.shape().broadcastsTo(b.shape()) || b.shape().broadcastsTo(a.shape());
    Tensor other = fit ? b : a.cos();
    return switch (random.nextInt(4)) {
      case 0 -> a.add(other).mul(0.5);
      case 1 -> a.sub(other).tanh();
      case 2 -> a.mul(other).tanh();
      default -> a.maximum(other);
    };
  }

  /** A matrix product with weights, scaled to keep its size. */
  private Tensor product(Tensor x) {
    int inner = x.shape().dim(-1);
    Tensor w = leaf(Shape.of(inner, inner));
    return x.matmul(w).div(inner).add(leaf(Shape.of(inner)));
  }
}
