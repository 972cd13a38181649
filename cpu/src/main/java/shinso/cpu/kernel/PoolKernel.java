package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.PoolKernels;
import shinso.cpu.simd.convolution.PoolShape;

/** Pooling and its gradients, each task taking some of the images. */
final class PoolKernel extends Simple {
  /** What is done to some images, given the addresses of the result and of one or two operands. */
  private interface Body {
    void run(PoolShape shape, long result, long a, long b, int from, int to);
  }

  private final PoolShape shape;
  private final Body body;
  private final Operand a;
  private final Operand b;
  private final Operand result;
  private final List<Blocks.Range> ranges;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  private PoolKernel(
      String label, PoolSpec spec, Layout image, List<Operand> in, Operand result, Body body) {
    super(label + " " + image.size());
    this.shape = new PoolShape(spec, image.dim(1), image.dim(2), image.dim(3));
    this.body = body;
    this.a = in.getFirst();
    this.b = in.getLast();
    this.result = result;
    this.ranges = Blocks.ranges(image.dim(0), image.size() < 1 << 15 ? 1 : 16, 1);
  }

  static PoolKernel of(WindowOp op, List<Operand> in, Operand result) {
    Layout x = in.getFirst().layout();
    String label = op.label();
    return switch (op) {
      case WindowOp.MaxPool m ->
          new PoolKernel(
              label,
              m.spec(),
              x,
              in,
              result,
              (s, y, a, b, from, to) -> PoolKernels.max(s, y, a, from, to));
      case WindowOp.MaxPoolScatter m ->
          new PoolKernel(label, m.spec(), x, in, result, PoolKernels::maxScatter);
      case WindowOp.MaxPoolGather m ->
          new PoolKernel(label, m.spec(), x, in, result, PoolKernels::maxGather);
      case WindowOp.AveragePool m ->
          new PoolKernel(
              label,
              m.spec(),
              x,
              in,
              result,
              (s, y, a, b, from, to) -> PoolKernels.average(s, m.countPadding(), y, a, from, to));
      case WindowOp.AveragePoolBackward m ->
          new PoolKernel(
              label,
              m.spec(),
              result.layout(),
              in,
              result,
              (s, y, a, b, from, to) ->
                  PoolKernels.averageBackward(s, m.countPadding(), y, a, from, to));
    };
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    long to = result.address(frame);
    body.run(shape, to, a.address(frame), b.address(frame), r.from(), r.from() + r.count());
  }
}
