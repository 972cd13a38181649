package shinso.core.op;

import static shinso.core.op.Operand.floats;
import static shinso.core.op.Tolerance.largest;
import static shinso.core.op.Tolerance.terms;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Matrix products and convolutions. */
final class ContractionSpecs {
  private static final Tolerance TOLERANCE = terms(1e-6);

  /** Rows, inner length and columns. */
  private static final int[][] PRODUCTS = {
    {5, 7, 3},
    {1, 1, 1},
    {13, 1, 17},
    {1, 64, 1},
    {0, 3, 4},
    {3, 0, 4},
    {33, 65, 47},
    {1, 207, 13},
    {70, 3, 1}
  };

  private ContractionSpecs() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows = new ArrayList<>();
    rows.addAll(products());
    rows.addAll(matmul());
    rows.addAll(throughTime());
    convolutions().forEach((name, c) -> rows.addAll(c.rows(name)));
    rows.addAll(sequencesAndVolumes());
    return rows;
  }

  private static List<OpSpec> sequencesAndVolumes() {
    ConvSpec all = new ConvSpec(2, 3, 1, 2, 3, 0, 2, 2, 2);
    return List.of(
        OpSpec.of("conv1d", in -> in.get(0).conv1d(in.get(1), ConvSpec.VALID))
            .within(TOLERANCE)
            .on(any(2, 9, 3), any(3, 3, 4))
            .on(any(1, 4, 2), any(4, 2, 1)),
        OpSpec.of("conv1d everything", in -> in.get(0).conv1d(in.get(1), all))
            .within(TOLERANCE)
            .on(any(2, 9, 4), any(3, 2, 6)),
        OpSpec.of("conv3d", in -> in.get(0).conv3d(in.get(1), DepthSpec.VALID, ConvSpec.VALID))
            .within(TOLERANCE)
            .on(any(2, 4, 5, 4, 3), any(3, 2, 3, 3, 2))
            .on(any(1, 2, 2, 2, 1), any(1, 1, 1, 1, 2))
            .on(any(0, 3, 3, 3, 1), any(2, 2, 2, 1, 2)),
        OpSpec.of(
                "conv3d everything",
                in -> in.get(0).conv3d(in.get(1), new DepthSpec(2, 1, 2, 2), all))
            .within(TOLERANCE)
            .on(any(1, 5, 7, 6, 4), any(3, 3, 2, 2, 4)));
  }

  private static List<OpSpec> products() {
    List<OpSpec> rows = new ArrayList<>();
    for (int variant = 0; variant < 4; variant++) {
      boolean a = (variant & 1) != 0;
      boolean b = (variant & 2) != 0;
      OpSpec row =
          OpSpec.of(
                  "matmul" + (a ? " aT" : "") + (b ? " bT" : "") + " operation",
                  in -> TensorAccess.apply(new ContractionOp.MatMul(a, b), in.get(0), in.get(1)))
              .within(TOLERANCE)
              .special(OpSpec.NOT_FINITE);
      for (int[] p : PRODUCTS) {
        row = row.on(matrix(a, p[0], p[1]), matrix(b, p[1], p[2]));
      }
      rows.add(
          row.on(matrix(a, 5, 7, 2, 3), matrix(b, 7, 4, 2, 3))
              .on(matrix(a, 2, 3, 0), matrix(b, 3, 2, 0)));
    }
    return rows;
  }

  /** Gates of a recurrence {@code [time, batch, 3 n]} with weights {@code [n, 3 n]}. */
  private static Tensor recurrence(Tensor x, Tensor u) {
    int n = u.shape().dim(0);
    int batch = x.shape().dim(1);
    Tensor all = x.reshape(-1, 3 * n);
    Tensor h = all.slice(0, 0, batch).slice(1, 0, n).tanh();
    List<Tensor> states = new ArrayList<>(List.of(h));
    for (int t = 1; t < x.shape().dim(0); t++) {
      Tensor sum = all.slice(0, t * batch, (t + 1) * batch).add(h.matmul(u));
      List<Tensor> gates = sum.split(1, n, n, n);
      h = gates.get(0).sigmoid().mul(h).add(gates.get(1).tanh().mul(gates.get(2).sigmoid()));
      states.add(h);
    }
    return Tensor.stack(0, states);
  }

  private static List<OpSpec> throughTime() {
    List<OpSpec> rows = new ArrayList<>();
    rows.add(OpSpec.of("matmul through time", in -> recurrence(in.get(0), in.get(1))));
    for (int i = 0; i < 2; i++) {
      int by = i;
      rows.add(
          OpSpec.of(
              "matmul through time, gradient " + by,
              in ->
                  Autodiff.gradient(recurrence(in.get(0), in.get(1)).square().sum(), in.get(by))));
    }
    return rows.stream()
        .map(r -> r.within(largest(1e-5)).on(any(4, 2, 9), any(3, 9)).on(any(3, 1, 6), any(2, 6)))
        .toList();
  }

  private static Operand matrix(boolean transposed, int rows, int columns, int... batch) {
    Shape s =
        Shape.of(batch).concat(transposed ? Shape.of(columns, rows) : Shape.of(rows, columns));
    return floats(-1, 1, s.dims());
  }

  private static List<OpSpec> matmul() {
    OpSpec row = OpSpec.of("matmul", in -> in.get(0).matmul(in.get(1))).within(TOLERANCE);
    return List.of(
        row.on(any(5, 7), any(7, 3)).on(any(7), any(7)).on(any(7), any(7, 3)).on(any(5, 7), any(7)),
        named(row, "matmul of a batch and a matrix")
            .on(any(4, 5, 7), any(7, 3))
            .on(any(2, 3, 5, 7), any(7, 3))
            .on(any(2, 3, 0), any(0, 4))
            .on(any(0, 3, 2), any(2, 4)),
        named(row, "matmul of batches")
            .on(any(4, 5, 7), any(4, 7, 3))
            .on(any(2, 1, 5, 7), any(3, 7, 3))
            .on(any(5, 7), any(4, 7, 3))
            .on(any(7), any(4, 7, 3)),
        OpSpec.of(
                "matmul of a transpose", in -> in.get(0).transpose().matmul(in.get(1).transpose()))
            .within(TOLERANCE)
            .on(any(7, 5), any(3, 7)),
        OpSpec.of("matmul of a matrix with itself", in -> in.get(0).matmul(in.get(0).transpose()))
            .within(TOLERANCE)
            .on(any(9, 5)));
  }

  private static OpSpec named(OpSpec row, String name) {
    return new OpSpec(
        name, row.expression(), List.of(), row.derivative(), row.tolerance(), row.specials());
  }

  /** Images, filters and how they meet. */
  private record Convolution(Shape x, Shape w, ConvSpec spec) {
    List<OpSpec> rows(String name) {
      int oh = spec.outHeight(x.dim(1), w.dim(0));
      int ow = spec.outWidth(x.dim(2), w.dim(1));
      Operand y = any(x.dim(0), oh, ow, w.dim(3));
      return List.of(
          OpSpec.of("conv2d " + name, in -> in.get(0).conv2d(in.get(1), spec))
              .within(TOLERANCE)
              .on(any(x.dims()), any(w.dims())),
          OpSpec.of(
                  "convTranspose2d " + name,
                  in -> in.get(0).convTranspose2d(in.get(1), spec, x.dim(1), x.dim(2)))
              .within(TOLERANCE)
              .on(y, any(w.dims())),
          OpSpec.of(
                  "conv2d weights " + name,
                  in ->
                      TensorAccess.apply(
                          new ContractionOp.Conv2dBackwardWeights(spec, w.dim(0), w.dim(1)),
                          in.get(0),
                          in.get(1)))
              .within(TOLERANCE)
              .on(any(x.dims()), y));
    }
  }

  private static Map<String, Convolution> convolutions() {
    ConvSpec v = ConvSpec.VALID;
    Map<String, Convolution> c = new LinkedHashMap<>();
    c.put("3x3", new Convolution(Shape.of(2, 6, 5, 3), Shape.of(3, 3, 3, 4), v));
    c.put("1x1", new Convolution(Shape.of(2, 4, 3, 5), Shape.of(1, 1, 5, 7), v));
    c.put(
        "1x1 stride 2",
        new Convolution(Shape.of(1, 5, 4, 3), Shape.of(1, 1, 3, 2), v.withStride(2)));
    c.put("whole image", new Convolution(Shape.of(3, 4, 5, 2), Shape.of(4, 5, 2, 3), v));
    c.put("one pixel", new Convolution(Shape.of(1, 1, 1, 1), Shape.of(1, 1, 1, 1), v));
    c.put(
        "stride", new Convolution(Shape.of(2, 8, 7, 3), Shape.of(3, 2, 3, 4), v.withStride(3, 2)));
    c.put("padding", new Convolution(Shape.of(2, 4, 4, 2), Shape.of(3, 3, 2, 3), v.withPadding(1)));
    c.put(
        "wide padding",
        new Convolution(Shape.of(1, 2, 2, 2), Shape.of(3, 3, 2, 3), v.withPadding(4)));
    c.put(
        "uneven padding",
        new Convolution(Shape.of(1, 5, 6, 2), Shape.of(4, 3, 2, 3), v.withPadding(2, 1, 0, 2)));
    c.put(
        "dilation", new Convolution(Shape.of(1, 9, 8, 2), Shape.of(3, 3, 2, 3), v.withDilation(2)));
    c.put(
        "groups",
        new Convolution(
            Shape.of(2, 5, 5, 6), Shape.of(3, 3, 2, 9), v.withGroups(3).withPadding(1)));
    c.put(
        "depthwise", new Convolution(Shape.of(2, 5, 6, 4), Shape.of(3, 3, 1, 4), v.withGroups(4)));
    c.put(
        "depthwise times 2",
        new Convolution(Shape.of(2, 5, 6, 3), Shape.of(2, 3, 1, 6), v.withGroups(3)));
    c.put(
        "everything",
        new Convolution(
            Shape.of(2, 9, 8, 4), Shape.of(3, 2, 2, 6), new ConvSpec(2, 3, 1, 2, 3, 0, 2, 3, 2)));
    c.put(
        "stride that leaves a rest",
        new Convolution(Shape.of(1, 8, 8, 1), Shape.of(3, 3, 1, 2), v.withStride(2)));
    c.put("no images", new Convolution(Shape.of(0, 5, 5, 2), Shape.of(3, 3, 2, 3), v));
    c.put(
        "many channels",
        new Convolution(Shape.of(2, 7, 7, 17), Shape.of(3, 3, 17, 33), v.withPadding(1)));
    c.put(
        "same",
        new Convolution(
            Shape.of(2, 7, 6, 3), Shape.of(5, 4, 3, 8), v.withStride(2).same(7, 6, 5, 4)));
    return c;
  }

  private static Operand any(int... dims) {
    return floats(-1, 1, dims);
  }
}
