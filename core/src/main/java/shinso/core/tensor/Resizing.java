package shinso.core.tensor;

/**
 * Images of another size. The centre of pixel i of n lies at (i + ½) / n of an axis, so that the
 * corners of images of all sizes coincide.
 */
final class Resizing {
  private Resizing() {}

  static Tensor nearest(Tensor x, int height, int width) {
    check("resizeNearest", x, height, width);
    return nearestOfAxis(nearestOfAxis(x, 1, height), 2, width);
  }

  private static Tensor nearestOfAxis(Tensor x, int axis, int to) {
    int from = x.shape().dim(axis);
    if (to == from) {
      return x;
    }
    if (to % from == 0) {
      // Each element several times, which needs no positions.
      Shape shape = x.shape();
      return x.unsqueeze(axis + 1)
          .broadcastTo(shape.insert(axis + 1, to / from))
          .reshape(shape.with(axis, to));
    }
    int[] positions = new int[to];
    for (int i = 0; i < to; i++) {
      positions[i] = (int) ((2L * i + 1) * from / (2L * to));
    }
    return x.gather(axis, Tensor.of(positions));
  }

  static Tensor bilinear(Tensor x, int height, int width) {
    check("resizeBilinear", x, height, width);
    Check.floating("resizeBilinear", x.dtype());
    Shape s = x.shape();
    int n = s.dim(0);
    int c = s.dim(3);
    Tensor rows = x;
    if (height != s.dim(1)) {
      rows = weights(s.dim(1), height, x.dtype()).matmul(x.reshape(n, s.dim(1), s.dim(2) * c));
    }
    if (width == s.dim(2)) {
      return rows.reshape(n, height, width, c);
    }
    Tensor lines = rows.reshape(n * height, s.dim(2), c);
    return weights(s.dim(2), width, x.dtype()).matmul(lines).reshape(n, height, width, c);
  }

  /** The matrix {@code [to, from]} of linear interpolation, at most two numbers a row. */
  private static Tensor weights(int from, int to, DType dtype) {
    double[] w = new double[to * from];
    for (int i = 0; i < to; i++) {
      double place = Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
      int left = (int) place;
      w[i * from + left] = 1 - (place - left);
      if (left + 1 < from) {
        w[i * from + left + 1] = place - left;
      }
    }
    if (dtype == DType.F64) {
      return Tensor.of(w, to, from);
    }
    float[] singles = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      singles[i] = (float) w[i];
    }
    return Tensor.of(singles, to, from);
  }

  private static void check(String op, Tensor x, int height, int width) {
    Shape s = x.shape();
    Check.rank(op, s, 4, "[batch, height, width, channels]");
    if (height < 1 || width < 1 || s.dim(1) < 1 || s.dim(2) < 1) {
      throw new IllegalArgumentException(
          "%s: images have at least one pixel: %s to %dx%d".formatted(op, s, height, width));
    }
  }
}
