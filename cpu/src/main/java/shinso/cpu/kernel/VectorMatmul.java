package shinso.cpu.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.DotKernels;
import shinso.cpu.simd.Gemm;
import shinso.cpu.simd.Warmer;

/**
 * A vector times a matrix, or a matrix times a vector, as fast as the matrix can be read: each task
 * computes some elements of the result.
 */
final class VectorMatmul implements Kernel {
  /** Reading an element takes the time of so many multiplications in a product of matrices. */
  private static final double READ = 16;

  /** Nanoseconds that no small product takes once it is compiled. */
  private static final double FAST = 2_000;

  private final Operand vector;
  private final int step;
  private final Operand matrix;
  private final MatrixView view;
  private final @Nullable Operand bias;
  private final boolean relu;
  private final Operand result;
  private final boolean streams;
  private final List<Blocks.Range> ranges;
  private final String label;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  /**
   * Creates a kernel.
   *
   * @param step distance of the vector's elements
   * @param view how the matrix is read: a row for each element of the vector, a column for each
   *     element of the result
   */
  private VectorMatmul(
      Operand vector,
      int step,
      Operand matrix,
      MatrixView view,
      @Nullable Operand bias,
      boolean relu,
      Operand result,
      String label) {
    this.vector = vector;
    this.step = step;
    this.matrix = matrix;
    this.view = view;
    this.bias = bias;
    this.relu = relu;
    this.result = result;
    this.streams = streams(view);
    this.label = label;
    int tasks = MatrixCut.tasks(READ * 2 * view.rows() * view.columns());
    this.ranges = Blocks.ranges(view.columns(), tasks, streams ? 64 : 4);
    // A few long calls a step: the compiler would replace their loops while these run, which leaves
    // vectors on the heap.
    if (streams) {
      Warmer.once("vector by matrix", Warmup::streams, FAST);
    } else {
      Warmer.once("scalar products", Warmup::products, FAST);
    }
  }

  /** Small products on memory of their own. */
  private static final class Warmup {
    private static final int COLUMNS = 280;
    private static final int ROWS = 5;

    // Never freed: the background thread may be at work until the JVM ends.
    private static final MemorySegment MEMORY =
        Arena.ofAuto().allocate(4L * COLUMNS * (ROWS + 2), 64);

    private static final long MATRIX = MEMORY.address();
    private static final long VECTOR = MATRIX + 4L * COLUMNS * ROWS;
    private static final long RESULT = VECTOR + 4L * COLUMNS;

    static void streams() {
      Gemm.multiply(
          RESULT, COLUMNS, VECTOR, 0, 1, MATRIX, COLUMNS, 1, 1, COLUMNS, ROWS, 0, false, 0);
    }

    static void products() {
      DotKernels.rows(RESULT, VECTOR, MATRIX, COLUMNS, ROWS, COLUMNS, 0);
    }
  }

  /** Returns the kernel of a product, or null if none of the operands is a vector. */
  static @Nullable Kernel of(
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      @Nullable Operand bias,
      boolean relu,
      Operand result) {
    MatrixView left = MatrixView.of(a.layout(), op.transposeA());
    MatrixView right = MatrixView.of(b.layout(), op.transposeB());
    if (left.batch() > 1 || a.half()) {
      return null;
    }
    String label = "matmul %dx%dx%d".formatted(left.rows(), left.columns(), right.columns());
    if (left.rows() == 1 && accepts(left.columnStride(), right)) {
      return new VectorMatmul(a, left.columnStride(), b, right, bias, relu, result, label);
    }
    MatrixView turned = left.turned();
    if (right.columns() == 1 && bias == null && accepts(right.rowStride(), turned)) {
      return new VectorMatmul(b, right.rowStride(), a, turned, null, relu, result, label);
    }
    return null;
  }

  /** Scalar products need the elements of both operands side by side. */
  private static boolean accepts(int step, MatrixView matrix) {
    return streams(matrix) || (matrix.rowStride() == 1 && step == 1);
  }

  /** Whether all elements of the result are computed at once, row by row of the matrix. */
  private static boolean streams(MatrixView matrix) {
    return matrix.columnStride() == 1 && matrix.columns() > 1;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    long x = vector.address(frame);
    long m = matrix.address(frame) + 4 * view.offset(0, 0, r.from());
    long start = bias == null ? 0 : bias.address(frame) + 4L * r.from();
    long out = result.address(frame) + 4L * r.from();
    if (streams) {
      int n = r.count();
      Gemm.multiply(out, n, x, 0, step, m, view.rowStride(), 1, 1, n, view.rows(), start, false, 0);
    } else {
      DotKernels.rows(out, x, m, view.columnStride(), r.count(), view.rows(), start);
    }
    if (relu) {
      Rows.rectify(out, 1, r.count(), r.count());
    }
  }

  @Override
  public String label() {
    return label;
  }
}
