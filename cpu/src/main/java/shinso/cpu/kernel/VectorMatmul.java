package shinso.cpu.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Warmer;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.MoveKernels;
import shinso.cpu.simd.product.DotKernels;
import shinso.cpu.simd.product.Gemm;

/**
 * A vector times a matrix, or a matrix times a vector, as fast as the matrix can be read: each task
 * computes some elements of the result, or reads some rows of a large matrix whose rows lie
 * together, and what comes of them is added in order. So a worker reads the rows that it writes
 * when weights are updated; half of every row would come from the other core each time.
 */
final class VectorMatmul implements Kernel {
  /** Reading an element takes the time of so many multiplications in a product of matrices. */
  private static final double READ = 16;

  /** Bytes of a matrix whose rows are shared out. */
  private static final long LARGE = 256 << 10;

  /** Rows that a task has at least. */
  private static final int FEWEST_ROWS = 32;

  private static final int MOST_SLICES = 8;

  /** Nanoseconds that no small product takes once it is compiled. */
  private static final double FAST = 2_000;

  private final Operand vector;
  private final int step;
  private final Operand matrix;
  private final MatrixView view;
  private final Epilogue epilogue;
  private final Operand result;
  private final boolean streams;
  private final List<Blocks.Range> ranges;

  /** Ranges of rows, if there are several. */
  private final List<Blocks.Range> slices;

  private final int partials;
  private final String label;
  private final Workers.Task task = this::part;
  private final Workers.Task slice = this::slice;
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
      Epilogue epilogue,
      Operand result,
      Workspace workspace,
      String label) {
    this.vector = vector;
    this.step = step;
    this.matrix = matrix;
    this.view = view;
    this.epilogue = epilogue;
    this.result = result;
    this.streams = streams(view);
    this.label = label;
    int tasks = MatrixCut.tasks(READ * 2 * view.rows() * view.columns());
    int most = Math.min(Math.min(tasks, MOST_SLICES), view.rows() / FEWEST_ROWS);
    boolean sliced = streams && most > 1 && 4L * view.rows() * view.columns() >= LARGE;
    this.slices = Blocks.ranges(view.rows(), sliced ? most : 1, 1);
    this.ranges = Blocks.ranges(view.columns(), sliced ? 1 : tasks, streams ? 64 : 4);
    this.partials = sliced ? workspace.allocate(4L * slices.size() * view.columns()) : -1;
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

  /**
   * Returns the kernel of a product, or null if none of the operands is a vector or the product is
   * to be added to what there is.
   */
  static @Nullable Kernel of(
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      Epilogue epilogue,
      Operand result,
      Workspace workspace) {
    MatrixView left = MatrixView.of(a.layout(), op.transposeA());
    MatrixView right = MatrixView.of(b.layout(), op.transposeB());
    if (left.batch() > 1 || a.half() || epilogue.adds()) {
      return null;
    }
    String label = "matmul %dx%dx%d".formatted(left.rows(), left.columns(), right.columns());
    if (left.rows() == 1 && accepts(left.columnStride(), right)) {
      return new VectorMatmul(a, left.columnStride(), b, right, epilogue, result, workspace, label);
    }
    MatrixView turned = left.turned();
    if (right.columns() == 1 && epilogue.bias() == null && accepts(right.rowStride(), turned)) {
      return new VectorMatmul(b, right.rowStride(), a, turned, epilogue, result, workspace, label);
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
    if (partials < 0) {
      f.workers().run(ranges.size(), task);
      return;
    }
    f.workers().run(slices.size(), slice);
    int n = view.columns();
    long out = result.address(f);
    long first = f.address(partials);
    MoveKernels.copy(out, first, n);
    for (int i = 1; i < slices.size(); i++) {
      BinaryKernels.apply(BinaryOp.Kind.ADD, out, out, first + 4L * n * i, n);
    }
    epilogue.finish(f, out, n, n);
  }

  /** Some rows' part of all elements. */
  private void slice(int i, int worker) {
    Blocks.Range r = slices.get(i);
    int n = view.columns();
    stream(
        frame.address(partials) + 4L * n * i,
        vector.address(frame) + 4L * step * r.from(),
        matrix.address(frame) + 4 * view.offset(0, r.from(), 0),
        r.count(),
        n,
        0);
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    int n = r.count();
    long x = vector.address(frame);
    long m = matrix.address(frame) + 4 * view.offset(0, 0, r.from());
    long start = epilogue.bias(frame, r.from());
    long out = result.address(frame) + 4L * r.from();
    if (streams) {
      stream(out, x, m, view.rows(), n, start);
    } else {
      DotKernels.rows(out, x, m, view.columnStride(), n, view.rows(), start);
    }
    epilogue.rectify(out, 1, n, n);
  }

  private void stream(long out, long x, long m, int rows, int columns, long start) {
    Gemm.multiply(
        out, columns, x, 0, step, m, view.rowStride(), 1, 1, columns, rows, start, false, 0);
  }

  @Override
  public String label() {
    return label;
  }
}
