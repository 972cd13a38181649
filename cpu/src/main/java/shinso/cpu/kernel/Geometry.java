package shinso.cpu.kernel;

import shinso.core.op.ConvSpec;
import shinso.core.tensor.Shape;
import shinso.cpu.layout.Layout;
import shinso.cpu.simd.convolution.ConvShape;

/** The sizes of a convolution. */
record Geometry(
    int batch,
    int height,
    int width,
    int channels,
    int kernelH,
    int kernelW,
    int filters,
    int outHeight,
    int outWidth,
    int groups) {

  static Geometry of(Layout x, Layout w, Layout y, int groups) {
    return new Geometry(
        x.dim(0), x.dim(1), x.dim(2), x.dim(3), w.dim(0), w.dim(1), w.dim(3), y.dim(1), y.dim(2),
        groups);
  }

  static Geometry of(Shape x, Shape w, Shape y, ConvSpec spec) {
    return of(Layout.dense(x), Layout.dense(w), Layout.dense(y), spec.groups());
  }

  /** Elements of an image. */
  long imageSize() {
    return (long) height * width * channels;
  }

  /** Elements of a result of an image. */
  long mapSize() {
    return (long) outHeight * outWidth * filters;
  }

  ConvShape shape(ConvSpec spec) {
    return new ConvShape(spec, height, width, channels, kernelH, kernelW, filters);
  }

  double flops() {
    return 2.0 * batch * outHeight * outWidth * filters * kernelH * kernelW * channels / groups;
  }

  @Override
  public String toString() {
    return "%dx%dx%dx%d * %dx%dx%d"
        .formatted(batch, height, width, channels, kernelH, kernelW, filters);
  }
}
