package shinso.cpu.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.cpu.kernel.OneDnnConvolution.Geometry;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Binary;
import shinso.cpu.simd.BinaryKernels;
import shinso.cpu.simd.ConvKernels;
import shinso.cpu.simd.ConvShape;
import shinso.cpu.simd.MoveKernels;

/** A convolution or one of its gradients by the Vector API, each task taking some of the images. */
final class PortableConvolution extends Simple {
  private final Direction direction;
  private final ConvShape shape;
  private final Operand first;
  private final Operand second;
  private final @Nullable Operand bias;
  private final boolean relu;
  private final Operand result;
  private final double flops;
  private final List<Blocks.Range> ranges;

  /**
   * Gradients of the filters by all tasks but the first; −1 if this isn't the gradient of filters.
   */
  private final int partials;

  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  PortableConvolution(
      Direction direction,
      ConvSpec spec,
      Geometry g,
      Operand first,
      Operand second,
      @Nullable Operand bias,
      boolean relu,
      Operand result,
      Workspace workspace) {
    super("portable convolution " + direction + " " + g);
    this.direction = direction;
    this.shape =
        new ConvShape(
            spec, g.height(), g.width(), g.channels(), g.kernelH(), g.kernelW(), g.filters());
    this.first = first;
    this.second = second;
    this.bias = bias;
    this.relu = relu;
    this.result = result;
    boolean gradient = direction == Direction.BACKWARD_WEIGHTS;
    this.flops = g.flops();
    int tasks = Blocks.tasks(flops);
    this.ranges =
        Blocks.ranges(g.batch(), gradient ? Math.min(tasks, Blocks.GRADIENT_TASKS) : tasks, 1);
    this.partials = gradient ? workspace.allocate(4L * result.size() * ranges.size()) : -1;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
    if (partials >= 0) {
      long sum = f.address(partials);
      for (int i = 1; i < ranges.size(); i++) {
        BinaryKernels.apply(Binary.ADD, sum, sum, partial(i), result.size());
      }
      MoveKernels.copy(result.address(f), sum, result.size());
    }
  }

  private long partial(int i) {
    return frame.address(partials) + 4L * i * result.size();
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    int from = r.from();
    int to = from + r.count();
    long x = first.address(frame);
    long w = second.address(frame);
    long y = result.address(frame);
    long scratch = frame.scratch(worker);
    switch (direction) {
      case FORWARD -> {
        ConvKernels.forward(
            shape, y, x, w, bias == null ? 0 : bias.address(frame), from, to, scratch);
        if (relu) {
          int map = shape.outHeight() * shape.outWidth() * shape.filters();
          Rows.rectify(y + 4L * from * map, 1, r.count() * map, r.count() * map);
        }
      }
      case BACKWARD_DATA -> ConvKernels.backwardData(shape, y, x, w, from, to, scratch);
      case BACKWARD_WEIGHTS -> {
        MoveKernels.fill(partial(i), 0, result.size());
        ConvKernels.backwardWeights(shape, partial(i), x, w, from, to, scratch);
      }
    }
  }

  @Override
  public double flops() {
    return flops;
  }

  @Override
  public long scratchBytes() {
    return ConvKernels.scratchBytes(shape);
  }
}
