package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.ContractionOp;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.product.Gemm;

/**
 * A matrix product by the Vector API, each task computing a rectangle of the result or some
 * matrices of a batch.
 */
final class PortableMatmul implements Kernel {
  private final Operand a;
  private final Operand b;
  private final Epilogue epilogue;
  private final Operand result;
  private final MatrixView left;
  private final MatrixView right;
  private final List<Blocks.Block> blocks;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  PortableMatmul(ContractionOp.MatMul op, Operand a, Operand b, Epilogue epilogue, Operand result) {
    this.a = a;
    this.b = b;
    this.epilogue = epilogue;
    this.result = result;
    this.left = MatrixView.of(a.layout(), op.transposeA());
    this.right = MatrixView.of(b.layout(), op.transposeB());
    this.blocks = Blocks.matrix(left.rows(), right.columns(), left.columns());
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(left.batch() * blocks.size(), task);
  }

  private void part(int i, int worker) {
    int matrix = i / blocks.size();
    Blocks.Block block = blocks.get(i % blocks.size());
    int pitch = right.columns();
    long from = a.address(frame) + 4L * matrix * left.batchStride();
    long with = b.address(frame) + 4L * matrix * right.batchStride();
    long to = result.address(frame) + 4L * matrix * left.rows() * pitch;
    long out = to + 4L * ((long) block.row() * pitch + block.column());
    Gemm.multiply(
        out,
        pitch,
        from + 4L * block.row() * left.rowStride(),
        left.rowStride(),
        left.columnStride(),
        with + 4L * block.column() * right.columnStride(),
        right.rowStride(),
        right.columnStride(),
        block.rows(),
        block.columns(),
        left.columns(),
        epilogue.bias(frame, block.column()),
        epilogue.adds(),
        frame.scratch(worker));
    epilogue.rectify(out, block.rows(), block.columns(), pitch);
  }

  @Override
  public long scratchBytes() {
    return Gemm.scratchBytes(right.columns(), left.columns());
  }

  @Override
  public double flops() {
    return 2.0 * left.batch() * left.rows() * left.columns() * right.columns();
  }

  @Override
  public String label() {
    return "portable matmul %dx%dx%d".formatted(left.rows(), left.columns(), right.columns());
  }
}
