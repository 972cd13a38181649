package shinso.cpu.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.DataType;
import shinso.cpu.onednn.MatmulSpec;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;

/**
 * A matrix product by oneDNN, each task computing a rectangle of the result or some matrices of a
 * batch.
 */
final class OneDnnMatmul implements Kernel {
  private final Operand a;
  private final Operand b;
  private final @Nullable Operand bias;
  private final Operand result;
  private final boolean relu;
  private final int pitch;
  private final String label;
  private final double flops;
  private final Part[] parts;
  private final long scratchBytes;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  /**
   * One task: what it calls, where its corner of each operand lies, in bytes, and the size of its
   * rectangle.
   */
  private record Part(Call call, long a, long b, long bias, long result, int rows, int columns) {}

  OneDnnMatmul(
      OneDnn oneDnn,
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      @Nullable Operand bias,
      boolean relu,
      Operand result) {
    this.a = a;
    this.b = b;
    this.bias = bias;
    this.result = result;
    this.relu = relu;
    MatrixView left = MatrixView.of(a.layout(), op.transposeA());
    MatrixView right = MatrixView.of(b.layout(), op.transposeB());
    int m = left.rows();
    int n = right.columns();
    int k = left.columns();
    this.pitch = n;
    this.label = "matmul " + (left.batch() > 1 ? left.batch() + "x" : "") + m + "x" + k + "x" + n;
    this.flops = 2.0 * left.batch() * m * n * k;
    long scratch = 0;
    if (left.batch() > 1 && left.batchStride() == 0 && right.batchStride() == 0) {
      // oneDNN wants one operand of a batch to change.
      parts = new Part[left.batch()];
      Primitive p = oneDnn.primitive(spec(left, right, m, n, k, n));
      scratch = p.scratchBytes();
      for (int i = 0; i < parts.length; i++) {
        parts[i] = new Part(p.bind(), 0, 0, 0, 4L * i * m * n, m, n);
      }
    } else if (left.batch() > 1) {
      int tasks = Blocks.tasks(2.0 * m * n * k * left.batch());
      List<Blocks.Range> ranges = Blocks.ranges(left.batch(), tasks, 1);
      parts = new Part[ranges.size()];
      for (int i = 0; i < parts.length; i++) {
        Blocks.Range r = ranges.get(i);
        MatmulSpec spec =
            spec(left, right, m, n, k, n)
                .batch(r.count(), left.batchStride(), right.batchStride(), (long) m * n);
        Primitive p = oneDnn.primitive(spec);
        scratch = Math.max(scratch, p.scratchBytes());
        parts[i] =
            new Part(
                p.bind(),
                4L * r.from() * left.batchStride(),
                4L * r.from() * right.batchStride(),
                0,
                4L * r.from() * m * n,
                r.count() * m,
                n);
      }
    } else {
      List<Blocks.Block> blocks = Blocks.matrix(m, n, k);
      parts = new Part[blocks.size()];
      for (int i = 0; i < parts.length; i++) {
        Blocks.Block c = blocks.get(i);
        Primitive p = oneDnn.primitive(spec(left, right, c.rows(), c.columns(), k, n));
        scratch = Math.max(scratch, p.scratchBytes());
        parts[i] =
            new Part(
                p.bind(),
                4L * c.row() * left.rowStride(),
                4L * c.column() * right.columnStride(),
                4L * c.column(),
                4L * ((long) c.row() * n + c.column()),
                c.rows(),
                c.columns());
      }
    }
    scratchBytes = scratch;
  }

  private MatmulSpec spec(MatrixView l, MatrixView r, int m, int n, int k, int pitch) {
    MatmulSpec s =
        MatmulSpec.of(m, n, k)
            .a(DataType.F32, l.rowStride(), l.columnStride())
            .b(DataType.F32, r.rowStride(), r.columnStride())
            .c(DataType.F32, pitch, 1);
    return bias == null ? s : s.bias(DataType.F32);
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(parts.length, task);
  }

  private void part(int i, int worker) {
    Part p = parts[i];
    long left = a.address(frame) + p.a;
    long right = b.address(frame) + p.b;
    long out = result.address(frame) + p.result;
    if (bias == null) {
      p.call.execute(frame.scratch(worker), left, right, out);
    } else {
      p.call.execute(frame.scratch(worker), left, right, out, bias.address(frame) + p.bias);
    }
    if (relu) {
      Rows.rectify(out, p.rows, p.columns, pitch);
    }
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public double flops() {
    return flops;
  }

  @Override
  public String label() {
    return label;
  }
}
