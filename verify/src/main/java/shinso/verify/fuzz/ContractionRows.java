package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.TensorAccess;

/** Matrix products, convolutions and pooling. */
final class ContractionRows {
  private ContractionRows() {}

  static List<Operation> rows() {
    List<Operation> rows = new ArrayList<>();
    rows.add(
        Operation.of(
                "matmul",
                "%0.matmul(%1)",
                (in, p) -> in.get(0).matmul(in.get(1)),
                ContractionRows::matmul)
            .exactly()
            .contraction()
            .weighing(16));
    rows.add(
        Operation.of(
                "product",
                "TensorAccess.apply(new ContractionOp.MatMul(?0, ?1), %0, %1)",
                (in, p) ->
                    TensorAccess.apply(
                        new ContractionOp.MatMul(p.b(0), p.b(1)), in.get(0), in.get(1)),
                ContractionRows::product)
            .exactly()
            .contraction()
            .weighing(5));
    rows.add(
        Operation.of(
                "conv2d",
                "%0.conv2d(%1, new ConvSpec(#*))",
                (in, p) -> in.get(0).conv2d(in.get(1), spec(p, 0)),
                ContractionRows::convolution)
            .exactly()
            .contraction()
            .weighing(8));
    rows.add(
        Operation.of(
                "convTranspose2d",
                "%0.convTranspose2d(%1, new ConvSpec(#2*), #0, #1)",
                (in, p) -> in.get(0).convTranspose2d(in.get(1), spec(p, 2), p.i(0), p.i(1)),
                ContractionRows::transposed)
            .exactly()
            .contraction()
            .weighing(3));
    rows.add(
        Operation.of(
                "convWeights",
                "TensorAccess.apply(new ContractionOp.Conv2dBackwardWeights(new ConvSpec(#2*), #0, #1), %0, %1)",
                (in, p) ->
                    TensorAccess.apply(
                        new ContractionOp.Conv2dBackwardWeights(spec(p, 2), p.i(0), p.i(1)),
                        in.get(0),
                        in.get(1)),
                ContractionRows::weights)
            .exactly()
            .contraction()
            .weighing(2));
    rows.add(
        Operation.of(
                "maxPool",
                "%0.maxPool(new PoolSpec(#*))",
                (in, p) -> in.get(0).maxPool(pool(p, 0)),
                (op, d) -> {
                  int x = images(d);
                  List<Number> spec = poolSpec(d, d.shape(x));
                  return spec == null ? null : new FuzzProgram.Call(op, List.of(x), spec);
                })
            .exactly()
            .weighing(3));
    rows.add(
        Operation.of(
                "averagePool",
                "%0.averagePool(new PoolSpec(#1*), ?0)",
                (in, p) -> in.get(0).averagePool(pool(p, 1), p.b(0)),
                (op, d) -> {
                  int x = images(d);
                  List<Number> spec = poolSpec(d, d.shape(x));
                  if (spec == null) {
                    return null;
                  }
                  spec.addFirst(d.below(2));
                  return new FuzzProgram.Call(op, List.of(x), spec);
                })
            .weighing(3));
    rows.add(
        Operation.of(
                "maxUnpool",
                "%0.maxUnpool(%1, new PoolSpec(#*))",
                (in, p) -> in.get(0).maxUnpool(in.get(1), pool(p, 0)),
                (op, d) -> {
                  int x = images(d);
                  List<Number> spec = poolSpec(d, d.shape(x));
                  if (spec == null) {
                    return null;
                  }
                  Shape y =
                      new WindowOp.MaxPool(pool(new Args(spec), 0)).shape(List.of(d.shape(x)));
                  int g = d.like(y, DType.F32);
                  return new FuzzProgram.Call(op, List.of(x, g), spec);
                })
            .exactly());
    rows.add(
        Operation.of(
                "maxPoolGather",
                "TensorAccess.apply(new WindowOp.MaxPoolGather(new PoolSpec(#*)), %0, %1)",
                (in, p) ->
                    TensorAccess.apply(
                        new WindowOp.MaxPoolGather(pool(p, 0)), in.get(0), in.get(1)),
                (op, d) -> {
                  int x = images(d);
                  List<Number> spec = poolSpec(d, d.shape(x));
                  return spec == null
                      ? null
                      : new FuzzProgram.Call(op, List.of(x, d.like(d.shape(x), DType.F32)), spec);
                })
            .exactly()
            .weighing(1));
    return rows;
  }

  static ConvSpec spec(Args p, int at) {
    int[] n = p.from(at);
    return new ConvSpec(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
  }

  static PoolSpec pool(Args p, int at) {
    int[] n = p.from(at);
    return new PoolSpec(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }

  private static FuzzProgram.@Nullable Call matmul(Operation op, Draft d) {
    int a = d.anyFloat(v -> d.rank(v) > 0);
    if (a < 0) {
      return null;
    }
    Shape s = d.shape(a);
    boolean left = d.chance(0.6) || s.rank() == 1;
    int inner = left ? s.dim(-1) : s.dim(-2);
    int b =
        d.anyFloat(v -> {
          Shape t = d.shape(v);
          return (t.rank() == 2 && t.dim(left ? 0 : 1) == inner)
              || (t.rank() == s.rank()
                  && t.rank() > 2
                  && t.dim(left ? -2 : -1) == inner
                  && t.slice(0, t.rank() - 2).equals(s.slice(0, s.rank() - 2)));
        });
    if (b < 0 || d.chance(0.3)) {
      int outer = d.dim();
      int[] matrix = left ? new int[] {inner, outer} : new int[] {outer, inner};
      if (left && d.chance(0.08)) {
        matrix = new int[] {inner};
      }
      if (s.rank() > 2 && matrix.length == 2 && d.chance(0.5)) {
        // A batch of matrices, of which some axes broadcast.
        int[] dims = s.dims();
        for (int i = 0; i < s.rank() - 2; i++) {
          dims[i] = d.chance(0.4) ? 1 : dims[i];
        }
        dims[s.rank() - 2] = matrix[0];
        dims[s.rank() - 1] = matrix[1];
        matrix = dims;
      }
      b = d.leaf(matrix);
    }
    return left ? ElementwiseRows.call(op, a, b) : ElementwiseRows.call(op, b, a);
  }

  /** A product whose operands may be stored transposed. */
  private static FuzzProgram.@Nullable Call product(Operation op, Draft d) {
    int a = d.anyFloat(v -> d.rank(v) > 1);
    if (a < 0) {
      return null;
    }
    boolean transposeA = d.chance(0.5);
    boolean transposeB = d.chance(0.5);
    Shape s = d.shape(a);
    int inner = s.dim(transposeA ? -2 : -1);
    Shape batch = s.slice(0, s.rank() - 2);
    int b =
        d.anyFloat(v ->
            d.rank(v) == s.rank()
                && d.shape(v).dim(transposeB ? -1 : -2) == inner
                && d.shape(v).slice(0, s.rank() - 2).equals(batch));
    if (b < 0) {
      int outer = d.dim();
      Shape matrix = transposeB ? Shape.of(outer, inner) : Shape.of(inner, outer);
      b = d.leaf(batch.concat(matrix).dims());
    }
    return new FuzzProgram.Call(op, List.of(a, b), List.of(transposeA ? 1 : 0, transposeB ? 1 : 0));
  }

  /** A value of four axes, or a leaf of that form. */
  static int images(Draft d) {
    int x = d.anyFloat(v -> d.rank(v) == 4 && d.shape(v).dim(1) > 0 && d.shape(v).dim(2) > 0);
    if (x >= 0 && d.chance(0.8)) {
      return x;
    }
    int channels = d.chance(0.1) ? d.oneOf(16, 17, 32) : d.chance(0.3) ? 1 : d.between(1, 6);
    int largest = d.chance(0.3) ? 2 : 9;
    return d.leaf(d.between(1, 3), d.between(1, largest), d.between(1, largest), channels);
  }

  /** Strides, padding, dilations and groups. */
  static List<Number> convSpec(Draft d, int groups) {
    boolean plain = d.chance(0.35);
    int padding = d.chance(0.5) ? 0 : 1;
    List<Number> n = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      n.add(plain ? 1 : d.between(1, 3));
    }
    for (int i = 0; i < 4; i++) {
      n.add(plain ? padding : d.below(3));
    }
    for (int i = 0; i < 2; i++) {
      n.add(plain || d.chance(0.7) ? 1 : 2);
    }
    n.add(groups);
    return n;
  }

  private static int groups(Draft d, int channels) {
    if (d.chance(0.65) || channels == 0) {
      return 1;
    }
    int[] divisors = IntStream.rangeClosed(1, channels).filter(g -> channels % g == 0).toArray();
    return d.chance(0.5) ? channels : divisors[d.below(divisors.length)];
  }

  private static @Nullable Shape filters(Draft d, Shape x, List<Number> n) {
    ConvSpec spec = spec(new Args(n), 0);
    int groups = spec.groups();
    int kh = d.chance(0.4) ? 3 : d.between(1, 4);
    int kw = d.chance(0.4) ? 3 : d.between(1, 4);
    if (spec.outHeight(x.dim(1), kh) < 1 || spec.outWidth(x.dim(2), kw) < 1) {
      return null;
    }
    int each = d.chance(0.1) ? d.oneOf(8, 16, 17) : d.between(1, 4);
    return Shape.of(kh, kw, x.dim(3) / groups, each * groups);
  }

  private static FuzzProgram.@Nullable Call convolution(Operation op, Draft d) {
    int x = images(d);
    Shape s = d.shape(x);
    List<Number> n = convSpec(d, groups(d, s.dim(3)));
    Shape w = filters(d, s, n);
    if (w == null) {
      return null;
    }
    return new FuzzProgram.Call(op, List.of(x, d.like(w, DType.F32)), n);
  }

  private static FuzzProgram.@Nullable Call transposed(Operation op, Draft d) {
    Shape x = Shape.of(d.between(1, 3), d.between(1, 7), d.between(1, 7), d.between(1, 6));
    List<Number> n = convSpec(d, groups(d, x.dim(3)));
    Shape w = filters(d, x, n);
    if (w == null) {
      return null;
    }
    Shape y = new ContractionOp.Conv2d(spec(new Args(n), 0)).shape(List.of(x, w));
    n.addAll(0, List.of(x.dim(1), x.dim(2)));
    return new FuzzProgram.Call(op, List.of(d.like(y, DType.F32), d.leaf(w.dims())), n);
  }

  private static FuzzProgram.@Nullable Call weights(Operation op, Draft d) {
    int x = images(d);
    Shape s = d.shape(x);
    List<Number> n = convSpec(d, groups(d, s.dim(3)));
    Shape w = filters(d, s, n);
    if (w == null) {
      return null;
    }
    Shape y = new ContractionOp.Conv2d(spec(new Args(n), 0)).shape(List.of(s, w));
    n.addAll(0, List.of(w.dim(0), w.dim(1)));
    return new FuzzProgram.Call(op, List.of(x, d.like(y, DType.F32)), n);
  }

  static @Nullable List<Number> poolSpec(Draft d, Shape x) {
    int h = d.between(1, 3);
    int w = d.between(1, 3);
    int[] n = {
      h, w, d.between(1, 3), d.between(1, 3), d.below(h), d.below(h), d.below(w), d.below(w)
    };
    if (d.chance(0.5)) {
      Arrays.fill(n, 4, 8, 0);
    }
    List<Number> numbers = new ArrayList<>(Arrays.stream(n).boxed().toList());
    PoolSpec spec = pool(new Args(numbers), 0);
    return spec.outHeight(x.dim(1)) < 1 || spec.outWidth(x.dim(2)) < 1 ? null : numbers;
  }
}
