package shinso.cpu.kernel;

import java.util.List;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.element.HalfKernels;

/** Rounds a value to bfloat16, which takes half of its memory. */
final class RoundingKernel implements Kernel {
  /** Elements that a task rounds at the least. */
  private static final int LEAST = 8192;

  /** Elements at a time: kernels on small tiles are compiled early. */
  private static final int TILE = 4096;

  private static final int MOST_TASKS = 16;

  private final Operand a;
  private final Operand result;
  private final List<Blocks.Range> ranges;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  RoundingKernel(Operand a, Operand result) {
    this.a = a;
    this.result = result;
    int n = result.size();
    this.ranges = Blocks.ranges(n, Math.clamp(n / LEAST, 1, MOST_TASKS), 32);
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    long from = a.address(frame) + 4L * r.from();
    long to = result.address(frame) + 2L * r.from();
    for (int t = 0; t < r.count(); t += TILE) {
      HalfKernels.round(to + 2L * t, from + 4L * t, Math.min(TILE, r.count() - t));
    }
  }

  @Override
  public String label() {
    return "round " + result.size();
  }
}
