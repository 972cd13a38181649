package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.DirectFilterGradient;
import shinso.cpu.simd.element.BinaryKernels;

/**
 * Gradient of the filters of a convolution by the Vector API. Each task takes some of the images
 * and has a gradient of its own, all of which are added in order at the end; where there are few
 * images, tasks share the filters' elements instead.
 */
final class PortableFilterGradient implements Kernel {
  /** Tasks that there are at least, if the work is worth it. */
  private static final int FEW = 8;

  /** Elements that a task adds up. */
  private static final int SUM = 4096;

  private final DirectFilterGradient gradient;
  private final Operand images;
  private final Operand maps;
  private final Operand result;
  private final String label;
  private final List<Blocks.Range> ranges;
  private final List<Blocks.Range> tiles;
  private final int partials;
  private final Workers.Task task = this::part;
  private final Workers.Task sum = this::sum;
  private final double flops;
  private Frame frame = Frame.NONE;

  PortableFilterGradient(ConvolutionOperands operands, Workspace workspace) {
    this.gradient = new DirectFilterGradient(operands.shape());
    this.images = operands.images();
    this.maps = operands.maps();
    this.result = operands.filters();
    Geometry g = operands.geometry();
    this.flops = g.flops();
    this.label = "direct conv2dBackwardWeights " + g;
    int tasks = Blocks.tasks(g.flops());
    this.ranges = Blocks.ranges(g.batch(), Blocks.gradients(tasks, 4L * result.size()), 1);
    int cuts = ranges.size() < FEW ? Math.min(FEW, tasks) / ranges.size() : 1;
    this.tiles = Blocks.ranges(gradient.tiles(), Math.max(1, cuts), 1);
    this.partials =
        ranges.size() == 1 ? -1 : workspace.allocate(4L * result.size() * ranges.size());
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size() * tiles.size(), task);
    if (partials >= 0) {
      f.workers().run(Math.ceilDiv(result.size(), SUM), sum);
    }
  }

  private long partial(int i) {
    return partials < 0 ? result.address(frame) : frame.address(partials) + 4L * i * result.size();
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i / tiles.size());
    Blocks.Range t = tiles.get(i % tiles.size());
    gradient.run(
        partial(i / tiles.size()),
        images.address(frame),
        maps.address(frame),
        r.from(),
        r.from() + r.count(),
        t.from(),
        t.from() + t.count(),
        frame.scratch(worker));
  }

  /** Adds up some elements of all tasks' gradients. */
  private void sum(int i, int worker) {
    long at = 4L * SUM * i;
    long to = result.address(frame) + at;
    int count = Math.min(SUM, result.size() - SUM * i);
    for (int p = 1; p < ranges.size(); p++) {
      BinaryKernels.apply(
          BinaryOp.Kind.ADD, to, p == 1 ? partial(0) + at : to, partial(p) + at, count);
    }
  }

  @Override
  public long scratchBytes() {
    return gradient.scratchBytes();
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
