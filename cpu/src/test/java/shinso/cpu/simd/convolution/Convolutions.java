package shinso.cpu.simd.convolution;

import shinso.cpu.simd.Memory;
import shinso.cpu.simd.element.MoveKernels;

/** The convolution kernels of this package behind one signature. */
public final class Convolutions {
  private Convolutions() {}

  public static void forward(ConvShape s, long y, long x, long w, long bias, int from, int to) {
    if (s.isDepthwise()) {
      DepthwiseKernels.forward(s, y, x, w, bias, from, to);
    } else {
      run(DirectConvolution.forward(s), y, x, w, bias, false, from, to);
    }
  }

  public static void backwardData(ConvShape s, long dx, long dy, long w, int from, int to) {
    if (s.isDepthwise()) {
      int image = s.height() * s.width() * s.channels();
      MoveKernels.fill(dx + 4L * image * from, 0, image * (to - from));
      DepthwiseKernels.backwardData(s, dx, dy, w, from, to);
    } else {
      run(DirectConvolution.gradient(s), dx, dy, w, 0, false, from, to);
    }
  }

  public static void backwardWeights(ConvShape s, long dw, long x, long dy, int from, int to) {
    if (s.isDepthwise()) {
      MoveKernels.fill(dw, 0, s.patch() * s.filters());
      DepthwiseKernels.backwardWeights(s, dw, x, dy, from, to);
    } else {
      DirectFilterGradient g = new DirectFilterGradient(s);
      Memory scratch = Memory.room((int) (g.scratchBytes() / 4));
      g.run(dw, x, dy, from, to, 0, g.tiles(), scratch.address);
      scratch.floats();
    }
  }

  public static void run(
      DirectConvolution c, long y, long x, long w, long bias, boolean relu, int from, int to) {
    Memory packed = Memory.room((int) (c.packedBytes() / 4));
    for (int p = 0; p < c.panels(); p++) {
      c.pack(packed.address, w, p);
    }
    c.run(y, x, packed.address, bias, relu, from, to, 0, c.rows());
    packed.floats();
  }
}
