package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.ConvShape;
import shinso.cpu.simd.convolution.DepthwiseKernels;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.MoveKernels;

/**
 * A convolution with one filter a channel, or one of its gradients, by the Vector API, each task
 * taking some of the images.
 */
final class DepthwiseConvolution extends Simple {
  private final Direction direction;
  private final ConvShape shape;
  private final Operand first;
  private final Operand second;
  private final Operand result;
  private final Epilogue epilogue;
  private final List<Blocks.Range> ranges;

  /** Gradients of the filters by all tasks; −1 if this isn't the gradient of filters. */
  private final int partials;

  private final Workers.Task task = this::part;
  private final double flops;
  private Frame frame = Frame.NONE;

  DepthwiseConvolution(ConvolutionOperands operands, Epilogue epilogue, Workspace workspace) {
    super("depthwise " + operands.direction() + " " + operands.geometry());
    this.direction = operands.direction();
    this.first = operands.first();
    this.second = operands.second();
    this.result = operands.result();
    this.epilogue = epilogue;
    this.shape = operands.shape();
    Geometry g = operands.geometry();
    this.flops = g.flops();
    this.ranges = Blocks.ranges(g.batch(), Blocks.tasks(g.flops()), 1);
    this.partials =
        direction == Direction.BACKWARD_WEIGHTS
            ? workspace.allocate(4L * result.size() * ranges.size())
            : -1;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
    if (partials >= 0) {
      long sum = f.address(partials);
      for (int i = 1; i < ranges.size(); i++) {
        BinaryKernels.apply(BinaryOp.Kind.ADD, sum, sum, partial(i), result.size());
      }
      MoveKernels.copy(result.address(f), sum, result.size());
    }
  }

  private long partial(int i) {
    return frame.address(partials) + 4L * i * result.size();
  }

  private void part(int i, int worker) {
    int from = ranges.get(i).from();
    int count = ranges.get(i).count();
    long x = first.address(frame);
    long w = second.address(frame);
    long y = result.address(frame);
    switch (direction) {
      case FORWARD -> {
        DepthwiseKernels.forward(shape, y, x, w, epilogue.bias(frame, 0), from, from + count);
        int map = shape.outHeight() * shape.outWidth() * shape.filters();
        epilogue.rectify(y + 4L * from * map, 1, count * map, count * map);
      }
      case BACKWARD_DATA -> {
        int image = shape.height() * shape.width() * shape.channels();
        MoveKernels.fill(y + 4L * from * image, 0, count * image);
        DepthwiseKernels.backwardData(shape, y, x, w, from, from + count);
      }
      case BACKWARD_WEIGHTS -> {
        MoveKernels.fill(partial(i), 0, result.size());
        DepthwiseKernels.backwardWeights(shape, partial(i), x, w, from, from + count);
      }
    }
  }

  @Override
  public double flops() {
    return flops;
  }
}
