package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.DirectConvolution;

/**
 * A convolution, or its gradient for the images, by the Vector API. Each task takes some of the
 * images, or some rows of one where there are few.
 */
final class PortableConvolution implements Kernel {
  /** With fewer images than this rows are cut, too. */
  private static final int FEW = 8;

  private final DirectConvolution convolution;
  private final Operand source;
  private final Operand filters;
  private final Epilogue epilogue;
  private final Operand result;
  private final String label;
  private final List<Part> parts = new ArrayList<>();
  private final int packed;
  private final Workers.Task pack = this::pack;
  private final Workers.Task task = this::part;
  private final double flops;
  private Frame frame = Frame.NONE;

  /** What a task computes: images and rows, the ends not included. */
  private record Part(int from, int to, int rowFrom, int rowTo) {}

  PortableConvolution(ConvolutionOperands operands, Epilogue epilogue, Workspace workspace) {
    boolean forward = operands.direction() == Direction.FORWARD;
    this.convolution =
        forward
            ? DirectConvolution.forward(operands.shape())
            : DirectConvolution.gradient(operands.shape());
    this.source = operands.first();
    this.filters = operands.filters();
    this.epilogue = epilogue;
    this.result = operands.result();
    Geometry g = operands.geometry();
    this.flops = g.flops();
    this.label = "direct " + (forward ? "conv2d " : "conv2dBackwardData ") + g;
    int tasks = Blocks.tasks(g.flops());
    int cuts = g.batch() < FEW ? Math.min(FEW, Math.ceilDiv(tasks, g.batch())) : 1;
    for (Blocks.Range r : Blocks.ranges(g.batch(), tasks, 1)) {
      for (Blocks.Range rows : Blocks.ranges(convolution.rows(), cuts, 1)) {
        parts.add(
            new Part(r.from(), r.from() + r.count(), rows.from(), rows.from() + rows.count()));
      }
    }
    this.packed = workspace.allocate(convolution.packedBytes());
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(convolution.panels(), pack);
    f.workers().run(parts.size(), task);
  }

  private void pack(int panel, int worker) {
    convolution.pack(frame.address(packed), filters.address(frame), panel);
  }

  private void part(int i, int worker) {
    Part p = parts.get(i);
    convolution.run(
        result.address(frame),
        source.address(frame),
        frame.address(packed),
        epilogue.bias(frame, 0),
        epilogue.relu(),
        p.from,
        p.to,
        p.rowFrom,
        p.rowTo);
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public double flops() {
    return flops;
  }
}
