package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.core.op.ScanOp;
import shinso.core.tensor.DType;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.element.IntKernels;
import shinso.cpu.simd.element.MoveKernels;
import shinso.cpu.simd.element.ScanKernels;

/**
 * Cumulative sums along an axis. Where many elements lie behind the axis, a task sums some columns
 * of a matrix, row by row; otherwise it sums some chains of elements one by one.
 */
final class ScanKernel implements Kernel {
  /** Columns that are worth being summed together. */
  private static final int FEWEST_COLUMNS = 16;

  /** Columns of a task: their sums, in double, leave room in the first-level cache. */
  private static final int MOST_COLUMNS = 1024;

  /** Elements that are worth a task. */
  private static final int PIECE = 1 << 14;

  private final ScanOp op;
  private final Operand x;
  private final Operand result;
  private final boolean integer;
  private final int outer;
  private final int length;
  private final int inner;

  /** Ranges of columns, or of the axes before the one that is summed along. */
  private final List<Blocks.Range> ranges;

  private final Workers.Task task;
  private Frame frame = Frame.NONE;

  ScanKernel(ScanOp op, Operand x, Operand result) {
    this.op = op;
    this.x = x;
    this.result = result;
    this.integer = x.dtype() == DType.I32;
    int before = 1;
    int behind = 1;
    for (int i = 0; i < x.layout().rank(); i++) {
      before *= i < op.axis() ? x.layout().dim(i) : 1;
      behind *= i > op.axis() ? x.layout().dim(i) : 1;
    }
    this.outer = before;
    this.length = x.layout().dim(op.axis());
    this.inner = behind;
    int pieces = Math.clamp(x.size() / PIECE, 1, 1 << 10);
    if (inner >= FEWEST_COLUMNS) {
      int strips = Math.max(Math.ceilDiv(inner, MOST_COLUMNS), Math.min(pieces / outer, 16));
      this.ranges = Blocks.ranges(inner, strips, FEWEST_COLUMNS);
      this.task = this::columns;
    } else {
      this.ranges = Blocks.ranges(outer, pieces, 4);
      this.task = this::chains;
    }
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(inner >= FEWEST_COLUMNS ? outer * ranges.size() : ranges.size(), task);
  }

  private void columns(int i, int worker) {
    Blocks.Range columns = ranges.get(i % ranges.size());
    long matrix = 4L * ((long) (i / ranges.size()) * length * inner + columns.from());
    long pitch = 4L * inner;
    long first = matrix + (op.reverse() ? pitch * (length - 1) : 0);
    long step = op.reverse() ? -pitch : pitch;
    long from = x.address(frame) + first;
    long to = result.address(frame) + first;
    if (integer) {
      ints(to, from, step, columns.count());
      return;
    }
    long sums = frame.scratch(worker);
    MoveKernels.fill(sums, 0, 2 * columns.count());
    for (int k = 0; k < length; k++) {
      ScanKernels.row(op.exclusive(), to + step * k, from + step * k, sums, columns.count());
    }
  }

  /** Integers are added to the row before, where no digit is lost. */
  private void ints(long to, long from, long step, int n) {
    if (op.exclusive()) {
      MoveKernels.fill(to, 0, n);
    } else {
      MoveKernels.copy(to, from, n);
    }
    for (int k = 1; k < length; k++) {
      long added = from + step * (op.exclusive() ? k - 1 : k);
      IntKernels.apply(BinaryOp.Kind.ADD, to + step * k, to + step * (k - 1), added, n);
    }
  }

  private void chains(int i, int worker) {
    Blocks.Range range = ranges.get(i);
    long row = 4L * length * inner;
    long last = op.reverse() ? 4L * inner * (length - 1) : 0;
    long step = op.reverse() ? -4L * inner : 4L * inner;
    long first = row * range.from() + last;
    for (int c = 0; c < inner; c++) {
      long from = x.address(frame) + first + 4L * c;
      long to = result.address(frame) + first + 4L * c;
      if (integer) {
        for (int o = 0; o < range.count(); o++) {
          ScanKernels.ints(op.exclusive(), to + row * o, from + row * o, length, step);
        }
      } else {
        ScanKernels.chains(op.exclusive(), to, from, range.count(), row, length, step);
      }
    }
  }

  @Override
  public long scratchBytes() {
    return integer || inner < FEWEST_COLUMNS
        ? 0
        : 8L * ranges.getFirst().count() + 8 * FEWEST_COLUMNS;
  }

  @Override
  public String label() {
    return op.label();
  }
}
