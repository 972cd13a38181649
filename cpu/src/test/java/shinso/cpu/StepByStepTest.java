package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.cpu.Programs.normal;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.Leaf;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A program gives the bits of its operations carried out one by one, but for products of matrices
 * of which an operand lies in memory otherwise than by itself, or not all rows are computed, or
 * whose result is added to another contraction's: these are the same sums in an order of their own.
 */
class StepByStepTest {
  private static final int CASES = 150;

  private static final int[] SIZES = {1, 1, 2, 3, 5, 8, 16, 17, 33, 64, 100, 260};

  private static float[] asOne(CpuBackend backend, Tensor y) {
    return Programs.run(backend, List.of(y)).getFirst();
  }

  private static float[] oneByOne(CpuBackend backend, Tensor y) {
    GraphBuilder builder = new GraphBuilder();
    int output = builder.add(y);
    Graph graph = builder.build(new int[] {output});
    List<Tensor> values = new ArrayList<>();
    int leaf = 0;
    for (Graph.Node n : graph.nodes()) {
      if (n.op() instanceof Leaf.Data) {
        values.add(builder.leaves().get(leaf++));
      } else {
        Tensor[] operands = n.operands().stream().map(values::get).toArray(Tensor[]::new);
        float[] v = asOne(backend, TensorAccess.apply(n.op(), operands));
        values.add(Tensor.of(v, n.shape().dims()));
      }
    }
    return values.get(output).toFloatArray();
  }

  private static int size(SplittableRandom random) {
    return SIZES[random.nextInt(SIZES.length)];
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingElseHasTheSameBits(boolean oneDnn) {
    CpuBackend backend = new CpuBackend(2, oneDnn);
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Tensor y = random.nextInt(3) > 0 ? products(random, seed) : convolutions(random, seed);
      assertArrayEquals(oneByOne(backend, y), asOne(backend, y), "seed " + seed);
    }
  }

  /** Layers of products, whose operands are values of their own, with what networks do to them. */
  private static Tensor products(SplittableRandom random, int seed) {
    int batch = random.nextInt(4) == 0 ? random.nextInt(2, 4) : 1;
    int rows = size(random);
    int columns = size(random);
    Tensor x = normal(seed, batch, rows, columns);
    x = batch == 1 ? x.reshape(rows, columns).evaluate() : x;
    for (int layer = 1; layer <= 3; layer++) {
      int out = size(random);
      boolean ta = layer == 1 && random.nextInt(3) == 0;
      boolean tb = random.nextInt(3) == 0;
      int inner = ta ? rows : columns;
      rows = ta ? columns : rows;
      Tensor w = normal(seed + 100 * layer, batch, tb ? out : inner, tb ? inner : out);
      w = batch == 1 ? w.reshape(tb ? out : inner, tb ? inner : out).evaluate() : w;
      x = TensorAccess.apply(new ContractionOp.MatMul(ta, tb), x, w);
      columns = out;
      switch (random.nextInt(5)) {
        case 0 -> x = x.add(normal(seed + 7, columns)).relu();
        case 1 -> x = x.add(normal(seed + 7, columns)).tanh();
        case 2 -> x = x.sub(x.logSumExpKeep(-1));
        case 3 -> x = x.mul(x).relu();
        default -> {}
      }
    }
    return x;
  }

  private static Tensor convolutions(SplittableRandom random, int seed) {
    int channels = random.nextInt(1, 20);
    int height = random.nextInt(1, 12);
    int width = random.nextInt(1, 12);
    Tensor x = normal(seed, random.nextInt(1, 4), height, width, channels);
    for (int layer = 1; layer <= 2; layer++) {
      boolean depthwise = random.nextInt(3) == 0;
      int filters = depthwise ? channels : random.nextInt(1, 20);
      int kernel = random.nextInt(1, 4);
      ConvSpec spec =
          ConvSpec.VALID
              .withPadding(random.nextInt(kernel, 4))
              .withStride(random.nextInt(1, 3))
              .withGroups(depthwise ? channels : 1);
      Tensor w = normal(seed + 100 * layer, kernel, kernel, depthwise ? 1 : channels, filters);
      x = x.conv2d(w, spec);
      x = random.nextBoolean() ? x.add(normal(seed + 7, filters)) : x;
      x = random.nextBoolean() ? x.relu() : x;
      channels = filters;
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void productsOfViewsDifferByRoundingOnly(boolean oneDnn) {
    CpuBackend backend = new CpuBackend(2, oneDnn);
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int m = size(random);
      int n = size(random);
      int k = size(random);
      Tensor a = view(random, seed, m, k);
      Tensor b = view(random, seed + 1, k, n);
      Tensor y = a.matmul(b);
      Tensor size = a.abs().matmul(b.abs());
      if (m > 1 && n > 1 && random.nextInt(3) == 0) {
        Tensor more = normal(seed + 2, m, 3).matmul(normal(seed + 3, 3, n));
        y = y.add(more);
        size = size.add(more.abs().mul(2));
      }
      if (random.nextInt(3) == 0) {
        int from = random.nextInt(m);
        y = y.slice(0, from, m);
        size = size.slice(0, from, m);
      }
      float[] expected = oneByOne(backend, y);
      float[] found = asOne(backend, y);
      float[] bound = asOne(backend, size);
      for (int i = 0; i < found.length; i++) {
        // Twice the bound of a sum in any order.
        double tolerance = 2 * (k + 4) * 0x1p-24 * bound[i];
        assertEquals(expected[i], found[i], tolerance, "seed " + seed + ", element " + i);
      }
    }
  }

  /** A matrix that lies transposed, with gaps, repeated, or turned around in a larger one. */
  private static Tensor view(SplittableRandom random, int seed, int rows, int columns) {
    return switch (random.nextInt(5)) {
      case 0 -> normal(seed, columns, rows).transpose();
      case 1 -> normal(seed, rows, columns + 3).slice(1, 2, columns + 2);
      case 2 -> normal(seed, 2 * rows, columns).slice(0, 1, 2 * rows, 2);
      case 3 -> normal(seed, 1, columns).broadcastTo(Shape.of(rows, columns));
      default -> normal(seed, rows, columns).flip(1);
    };
  }
}
