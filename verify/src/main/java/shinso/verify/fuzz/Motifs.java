package shinso.verify.fuzz;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * What models are made of, as wholes: engines have rules for such patterns, and operations drawn
 * one by one seldom meet them.
 */
final class Motifs {
  private Motifs() {}

  private static final Map<String, Consumer<Draft>> ALL = new TreeMap<>();

  static {
    ALL.put("dense", Motifs::dense);
    ALL.put("residual over concatenation", Motifs::residual);
    ALL.put("two products added", Motifs::twoProducts);
    ALL.put("cell that joins", Motifs::joiningCell);
    ALL.put("lstm", Motifs::lstm);
    ALL.put("gru", Motifs::gru);
    ALL.put("dense block", Motifs::denseBlock);
    ALL.put("crelu", Motifs::crelu);
    ALL.put("inception", Motifs::inception);
    ALL.put("dropout", Motifs::dropout);
    ALL.put("auto-encoder", Motifs::autoEncoder);
    ALL.put("rbm", Motifs::rbm);
    ALL.put("mean field", Motifs::meanField);
    ALL.put("shift", Motifs::shift);
    ALL.put("batch norm", Motifs::batchNorm);
    ALL.put("attention", Motifs::attention);
    ALL.put("cross-entropy", Motifs::crossEntropy);
    ALL.put("convolutions", Motifs::convolutions);
    ALL.put("descent", Motifs::descent);
    ALL.put("views", Motifs::views);
    ALL.put("products of views", d -> joined(d, List.of("matmul", "product", "matmul", "concat")));
    ALL.put(
        "convolutions of views",
        d ->
            joined(
                d, List.of("conv2d", "convTranspose2d", "convWeights", "maxPool", "averagePool")));
    ALL.put(
        "reductions of views",
        d -> joined(d, List.of("sum", "maxKeep", "softmax", "cumulativeSum", "argsort", "gather")));
    ALL.put("epilogue", Motifs::epilogue);
    ALL.put("gradient penalty", Motifs::gradientPenalty);
  }

  /**
   * Returns the blocks for a kind of programs: those without contractions where numbers are
   * special.
   */
  static List<Consumer<Draft>> of(Draft.Kind kind) {
    return kind == Draft.Kind.SPECIALS
        ? List.of(
            Motifs::views,
            Motifs::shift,
            d -> joined(d, List.of("concat", "mul", "select")),
            d -> joined(d, List.of("sum", "maxKeep", "softmax", "cumulativeSum", "argsort", "max")))
        : List.copyOf(ALL.values());
  }

  private static int matrix(Draft d) {
    int x = d.anyFloat(v -> d.rank(v) == 2 && d.shape(v).dim(0) < 10);
    return x >= 0 && d.chance(0.7) ? x : d.leaf(batch(d), d.between(1, 9));
  }

  private static int batch(Draft d) {
    return d.chance(0.4) ? 1 : d.between(1, 5);
  }

  private static int columns(Draft d, int x) {
    return d.shape(x).dim(1);
  }

  private static int rows(Draft d, int x) {
    return d.shape(x).dim(0);
  }

  private static int weights(Draft d, int x, int n) {
    return d.leaf(columns(d, x), n);
  }

  private static int slice(Draft d, int x, int axis, int from, int to) {
    return d.call("slice", List.of(axis, from, to, 1), x);
  }

  private static int join(Draft d, int axis, int... parts) {
    return d.call("concat", List.of(axis), parts);
  }

  private static int activation(Draft d, int x) {
    String[] names = {"tanh", "sigmoid", "relu", "softplus", "neg", "exp"};
    boolean whole = d.kind == Draft.Kind.INTEGERS;
    return d.call(whole ? (d.chance(0.5) ? "relu" : "neg") : names[d.below(5)], x);
  }

  private static int dense(Draft d) {
    int x = matrix(d);
    int n = d.dim();
    int y = d.call("matmul", x, weights(d, x, n));
    return activation(d, d.chance(0.8) ? d.call("add", y, d.leaf(n)) : y);
  }

  private static void residual(Draft d) {
    int x = matrix(d);
    int other = d.leaf(rows(d, x), d.between(1, 5));
    int inner = d.chance(0.5) ? activation(d, x) : x;
    int c = d.chance(0.5) ? join(d, 1, inner, other) : join(d, 1, other, inner);
    int h = d.call("matmul", activation(d, c), weights(d, c, columns(d, x)));
    d.call("add", d.chance(0.5) ? h : activation(d, h), inner);
  }

  private static void twoProducts(Draft d) {
    int x = matrix(d);
    int n = d.between(1, 9);
    int h = d.like(Shape.of(rows(d, x), d.between(1, 9)), DType.F32);
    int a = d.call("matmul", x, weights(d, x, n));
    int b = d.call("matmul", h, weights(d, h, n));
    int sum = d.call("add", a, b);
    activation(d, d.chance(0.5) ? d.call("add", sum, d.leaf(n)) : sum);
  }

  private static void joiningCell(Draft d) {
    int x = matrix(d);
    int n = d.between(1, 7);
    int h = d.leaf(rows(d, x), n);
    int steps = d.between(1, 3);
    int joined = d.chance(0.5) ? columns(d, x) + n : n + columns(d, x);
    int w = d.leaf(joined, 2 * n);
    int b = d.leaf(2 * n);
    for (int t = 0; t < steps; t++) {
      int gates = d.call("add", d.call("matmul", join(d, 1, h, x), w), b);
      int z = activation(d, slice(d, gates, 1, 0, n));
      int c = activation(d, slice(d, gates, 1, n, 2 * n));
      h =
          d.call(
              "add", d.call("mul", z, h), d.call("mul", d.call("rsubScalar", List.of(1.0), z), c));
    }
  }

  private static void lstm(Draft d) {
    int x = matrix(d);
    int n = d.between(1, 6);
    int h = d.leaf(rows(d, x), n);
    int c = d.leaf(rows(d, x), n);
    int w = weights(d, x, 4 * n);
    int u = d.leaf(n, 4 * n);
    int b = d.leaf(4 * n);
    int steps = d.between(1, 3);
    for (int t = 0; t < steps; t++) {
      int z = d.call("add", d.call("matmul", x, w), d.call("matmul", h, u));
      z = d.call("add", z, b);
      int i = d.call("sigmoid", slice(d, z, 1, 0, n));
      int f = d.call("sigmoid", slice(d, z, 1, n, 2 * n));
      int g = d.call("tanh", slice(d, z, 1, 2 * n, 3 * n));
      int o = d.call("sigmoid", slice(d, z, 1, 3 * n, 4 * n));
      c = d.call("add", d.call("mul", f, c), d.call("mul", i, g));
      h = d.call("mul", o, d.call("tanh", c));
    }
  }

  private static void gru(Draft d) {
    int x = matrix(d);
    int n = d.between(1, 6);
    int h = d.leaf(rows(d, x), n);
    int a = d.call("matmul", x, weights(d, x, 3 * n));
    int u = d.call("matmul", h, d.leaf(n, 3 * n));
    int z = d.call("sigmoid", d.call("add", slice(d, a, 1, 0, n), slice(d, u, 1, 0, n)));
    int r = d.call("sigmoid", d.call("add", slice(d, a, 1, n, 2 * n), slice(d, u, 1, n, 2 * n)));
    int c = d.call("mul", r, slice(d, u, 1, 2 * n, 3 * n));
    c = d.call("tanh", d.call("add", slice(d, a, 1, 2 * n, 3 * n), c));
    int kept = d.call("mul", z, h);
    d.call("add", kept, d.call("mul", d.call("rsubScalar", List.of(1.0), z), c));
  }

  private static void denseBlock(Draft d) {
    int x = matrix(d);
    int layers = d.between(2, 4);
    for (int l = 0; l < layers; l++) {
      int n = d.between(1, 4);
      int h = d.call("matmul", activation(d, x), weights(d, x, n));
      x = d.chance(0.7) ? join(d, 1, x, h) : join(d, 1, h, x);
    }
  }

  private static void crelu(Draft d) {
    int x = matrix(d);
    int c = join(d, 1, d.call("relu", x), d.call("relu", d.call("neg", x)));
    int y = d.call("matmul", c, weights(d, c, columns(d, x)));
    d.call("add", x, y);
  }

  private static void inception(Draft d) {
    int channels = d.between(1, 4);
    int x = d.leaf(d.between(1, 2), d.between(2, 6), d.between(2, 6), channels);
    int a = conv(d, x, 1, d.between(1, 3), 1);
    int b = conv(d, x, 3, d.between(1, 3), 1);
    int joined = d.chance(0.5) ? join(d, 3, a, b) : join(d, 3, activation(d, b), activation(d, a));
    int back = conv(d, activation(d, joined), 1, channels, 1);
    d.call("add", x, back);
  }

  /** A convolution that keeps the image's size if its stride is 1. */
  private static int conv(Draft d, int x, int kernel, int filters, int stride) {
    int w = d.leaf(kernel, kernel, d.shape(x).dim(3), filters);
    int p = kernel / 2;
    int y = d.call("conv2d", List.of(stride, stride, p, p, p, p, 1, 1, 1), x, w);
    return d.chance(0.5) ? d.call("add", y, d.leaf(filters)) : y;
  }

  private static void convolutions(Draft d) {
    int x = d.leaf(d.between(1, 3), d.between(3, 9), d.between(3, 9), d.oneOf(1, 2, 3, 16));
    int layers = d.between(1, 3);
    for (int l = 0; l < layers; l++) {
      x = activation(d, conv(d, x, d.oneOf(1, 3), d.oneOf(1, 3, 4, 16), d.between(1, 2)));
      if (d.chance(0.3) && d.shape(x).dim(1) > 1 && d.shape(x).dim(2) > 1) {
        x = d.call("maxPool", List.of(2, 2, 2, 2, 0, 0, 0, 0), x);
      }
    }
    x = d.call("flatten", List.of(1), x);
    d.call("matmul", x, weights(d, x, d.between(1, 4)));
  }

  private static void dropout(Draft d) {
    int x = matrix(d);
    int c = join(d, 1, x, d.leaf(rows(d, x), d.between(1, 5)));
    int noise = d.given(Filling.BITS, 1, d.shape(c).dims());
    int dropped = d.call("mul", d.call("mul", c, noise), d.leaf());
    int y = d.call("matmul", dropped, weights(d, dropped, columns(d, x)));
    d.call("add", x, activation(d, y));
  }

  private static void autoEncoder(Draft d) {
    int x = matrix(d);
    int label = d.leaf(rows(d, x), d.between(1, 4));
    int joined = join(d, 1, x, label);
    int hidden = activation(d, d.call("matmul", joined, weights(d, joined, 4)));
    int mean = d.call("matmul", hidden, weights(d, hidden, 2));
    int spread = d.call("matmul", hidden, weights(d, hidden, 2));
    int noise = d.leaf(rows(d, x), 2);
    int scale = d.kind == Draft.Kind.INTEGERS ? spread : d.call("sigmoid", spread);
    int z = d.call("add", mean, d.call("mul", scale, noise));
    int code = join(d, 1, z, label);
    int out = d.call("matmul", activation(d, code), weights(d, code, columns(d, x)));
    int error = d.call("sub", activation(d, out), x);
    d.call("sum", d.call("square", error));
  }

  private static void rbm(Draft d) {
    int v = matrix(d);
    int n = d.between(1, 6);
    int w = weights(d, v, n);
    int h = activation(d, d.call("add", d.call("matmul", v, w), d.leaf(n)));
    int back = d.call("matmul", h, d.call("transpose", w));
    int other = d.leaf(rows(d, v), d.between(1, 4));
    int u = d.leaf(columns(d, v), columns(d, other));
    int sum = d.call("add", back, d.call("matmul", other, d.call("transpose", u)));
    d.call("sigmoid", d.call("add", sum, d.leaf(columns(d, v))));
  }

  private static void meanField(Draft d) {
    int v = matrix(d);
    int n = d.between(1, 5);
    int m = d.between(1, 5);
    int w = weights(d, v, n);
    int u = d.leaf(n, m);
    int second = d.leaf(rows(d, v), m);
    int steps = d.between(1, 3);
    for (int i = 0; i < steps; i++) {
      int up = d.call("matmul", v, w);
      int down = d.call("matmul", second, d.call("transpose", u));
      int first = d.call("sigmoid", d.call("add", up, down));
      second = d.call("sigmoid", d.call("matmul", first, u));
    }
  }

  private static void shift(Draft d) {
    int x = matrix(d);
    int axis = d.below(2);
    int n = d.shape(x).dim(axis);
    if (n < 2) {
      return;
    }
    int one = d.leaf(d.shape(x).with(axis, 1).dims());
    int moved =
        d.chance(0.5)
            ? join(d, axis, slice(d, x, axis, 1, n), one)
            : join(d, axis, one, slice(d, x, axis, 0, n - 1));
    d.call(d.chance(0.5) ? "sub" : "mul", x, moved);
  }

  private static void batchNorm(Draft d) {
    int x = d.anyFloat(v -> d.rank(v) > 1 && d.size(v) > 0);
    if (x < 0) {
      return;
    }
    List<Number> axes = d.rank(x) == 4 ? List.of(0, 1, 2) : List.of(0);
    int centred = d.call("sub", x, d.call("meanKeep", axes, x));
    int variance = d.call("meanKeep", axes, d.call("square", centred));
    int deviation = d.call("sqrt", d.call("addScalar", List.of(0.01), variance));
    int scaled = d.call("mul", d.call("div", centred, deviation), d.leaf(d.shape(x).dim(-1)));
    activation(d, d.call("add", scaled, d.leaf(d.shape(x).dim(-1))));
  }

  private static void attention(Draft d) {
    int batch = batch(d);
    int time = d.between(1, 6);
    int n = d.between(1, 5);
    int x = d.leaf(batch, time, n);
    int q = d.call("matmul", x, d.leaf(n, n));
    int k = d.call("matmul", x, d.leaf(n, n));
    int v = d.call("matmul", x, d.leaf(n, n));
    int scores = d.call("mulScalar", List.of(0.5), d.call("matmul", q, d.call("transpose", k)));
    int weights = d.kind == Draft.Kind.INTEGERS ? scores : d.call("softmax", List.of(-1), scores);
    d.call("add", x, d.call("matmul", weights, v));
  }

  private static void crossEntropy(Draft d) {
    int x = matrix(d);
    if (columns(d, x) == 0 || rows(d, x) == 0) {
      return;
    }
    int labels = d.given(Filling.POSITIONS, columns(d, x), rows(d, x));
    int target = d.call("oneHot", List.of(columns(d, x)), labels);
    int p = d.kind == Draft.Kind.INTEGERS ? x : d.call("logSoftmax", List.of(-1), x);
    d.call("sum", d.call("mul", p, target));
  }

  /** A step of gradient descent, with momentum now and then. */
  private static void descent(Draft d) {
    int x = matrix(d);
    int n = d.between(1, 9);
    int w = weights(d, x, n);
    int b = d.leaf(n);
    int y = activation(d, d.call("add", d.call("matmul", x, w), b));
    int loss = d.call("mean", List.of(), d.call("square", y));
    int[] leaves = {w, b};
    for (int i = 0; i < leaves.length; i++) {
      int g = d.call("gradient", List.of(i), loss, w, b);
      if (d.chance(0.5)) {
        int momentum = d.leaf(d.shape(leaves[i]).dims());
        g = d.call("add", d.call("mulScalar", List.of(0.5), momentum), g);
      }
      d.call("sub", leaves[i], d.call("mulScalar", List.of(0.25), g));
    }
  }

  /** The squared norm of a gradient, differentiated once more. */
  private static void gradientPenalty(Draft d) {
    int x = matrix(d);
    int w = weights(d, x, d.between(1, 5));
    int h = activation(d, d.call("matmul", x, w));
    int y = d.call("matmul", h, weights(d, h, 1));
    int g = d.call("gradient", List.of(0), y, x);
    int norm = d.call("sum", d.call("square", g));
    d.call("gradient", List.of(d.below(2)), norm, w, x);
  }

  private static final List<String> MOVEMENTS =
      List.of(
          "slice",
          "slice",
          "slice",
          "permute",
          "transpose",
          "swapAxes",
          "flip",
          "pad",
          "spread",
          "reshape",
          "broadcastTo",
          "concat",
          "concat",
          "tile",
          "unsqueeze",
          "squeeze",
          "stack");

  /** A view of a view, some steps deep. */
  private static int viewed(Draft d, int x) {
    int y = x;
    int steps = d.between(1, 4);
    for (int i = 0; i < steps; i++) {
      y = d.propose(MOVEMENTS.get(d.below(MOVEMENTS.size())), y);
    }
    return y;
  }

  private static void views(Draft d) {
    int x = d.any(v -> true);
    if (x >= 0) {
      viewed(d, x);
    }
  }

  /** An operation on a view, and one on a view of what it gives. */
  private static void joined(Draft d, List<String> operations) {
    boolean images = operations.contains("conv2d");
    int x = d.anyFloat(v -> d.rank(v) == 4 || !images);
    if (x < 0) {
      x = d.leaf(d.dims(images ? 4 : d.between(1, 4)));
    }
    int depth = d.between(1, 3);
    for (int i = 0; i < depth; i++) {
      x = d.propose(operations.get(d.below(operations.size())), viewed(d, x));
    }
  }

  /** What is done to the result of a contraction: biases, sums, functions. */
  private static void epilogue(Draft d) {
    List<String> contractions =
        List.of("matmul", "product", "conv2d", "conv2d", "convTranspose2d", "convWeights");
    int x = d.anyFloat(v -> d.rank(v) > 1);
    int y = d.propose(contractions.get(d.below(contractions.size())), x);
    int steps = d.between(1, 4);
    for (int i = 0; i < steps && y >= 0 && d.rank(y) > 0 && d.isFloat(y); i++) {
      y =
          switch (d.below(7)) {
            case 0, 1 -> d.call("add", y, d.leaf(d.shape(y).dim(-1)));
            case 2 -> d.call("add", d.like(d.shape(y), DType.F32), y);
            case 3 -> d.call("mul", y, d.leaf());
            case 4 -> d.call("add", y, d.leaf(1));
            case 5 -> d.propose("matmul", y);
            default -> activation(d, y);
          };
    }
  }
}
