package shinso.cpu.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.product.OuterProducts;

/**
 * A product of a transposed matrix of few rows, that is, a sum of a few outer products, as the
 * gradient of weights for a small batch is. It reads the left matrix as it lies, where oneDNN
 * transposes it first. Each task computes some rows of the result.
 */
final class OuterProductMatmul implements Kernel {
  // Where this is as fast as oneDNN or faster, as measured on AVX-512.

  /** Fewest and most outer products, for results of up to so many elements. */
  private static final int FEWEST = 8;

  private static final int MOST = 48;
  private static final int SMALL_RESULT = 1 << 17;

  /** So many products oneDNN adds half as fast as others, whatever the size of the result. */
  private static final int SLOW = 32;

  private static final int LARGE_RESULT = 1 << 20;

  /** Fewest rows, so that all tasks have whole tiles, and most rows for a column. */
  private static final int FEWEST_ROWS = 64;

  private static final int TALL = 64;

  /** Ranges of rows begin at multiples of this. */
  private static final int GRAIN = 8;

  private final Operand a;
  private final Operand b;
  private final Operand result;
  private final int products;
  private final OuterProducts sums;
  private final List<Blocks.Range> ranges;
  private final String label;
  private final double flops;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  private OuterProductMatmul(Operand a, Operand b, Operand result) {
    this.a = a;
    this.b = b;
    this.result = result;
    this.products = a.layout().dim(0);
    int rows = a.layout().dim(1);
    int columns = b.layout().dim(1);
    this.sums = new OuterProducts(columns);
    this.flops = 2.0 * products * rows * columns;
    this.ranges = Blocks.ranges(rows, MatrixCut.tasks(flops), GRAIN);
    this.label = "outer products %dx%dx%d".formatted(rows, products, columns);
  }

  /** Returns the kernel of a product, or null if it isn't such a sum, or too large. */
  static @Nullable Kernel of(ContractionOp.MatMul op, Operand a, Operand b, Operand result) {
    boolean fits =
        op.transposeA()
            && !op.transposeB()
            // The code's tiles are made for the 32 registers of this width.
            && Lanes.bits() == 512
            && hasRows(a)
            && hasRows(b)
            && isGood(a.layout().dim(1), a.layout().dim(0), b.layout().dim(1));
    return fits ? new OuterProductMatmul(a, b, result) : null;
  }

  /** Whether an operand is a matrix of floats whose rows are without gaps. */
  private static boolean hasRows(Operand matrix) {
    Layout l = matrix.layout();
    return l.rank() == 2 && !matrix.half() && l.stride(1) == 1;
  }

  private static boolean isGood(int rows, int products, int columns) {
    return products >= FEWEST
        && products <= MOST
        && rows >= FEWEST_ROWS
        && rows <= TALL * columns
        && columns >= OuterProducts.fewestColumns()
        && (long) rows * columns <= (products == SLOW ? LARGE_RESULT : SMALL_RESULT);
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(ranges.size(), task);
  }

  private void part(int i, int worker) {
    Blocks.Range r = ranges.get(i);
    long pitch = 4L * b.layout().dim(1);
    sums.run(
        result.address(frame) + pitch * r.from(),
        pitch,
        a.address(frame) + 4L * r.from(),
        4L * a.layout().stride(0),
        b.address(frame),
        4L * b.layout().stride(0),
        r.count(),
        products,
        frame.scratch(worker));
  }

  @Override
  public long scratchBytes() {
    return sums.scratchBytes(products);
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
