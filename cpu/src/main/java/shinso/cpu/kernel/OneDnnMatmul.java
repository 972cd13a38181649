package shinso.cpu.kernel;

import java.util.ArrayList;
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
import shinso.cpu.simd.Binary;
import shinso.cpu.simd.BinaryKernels;

/**
 * A matrix product by oneDNN, each task computing a rectangle of the result or some matrices of a
 * batch.
 *
 * <p>Where the inner dimension is cut, a second pass adds the results of its slices.
 */
final class OneDnnMatmul implements Kernel {
  private final OneDnn oneDnn;
  private final Operand a;
  private final Operand b;
  private final @Nullable Operand bias;
  private final Operand result;
  private final boolean relu;

  /** Whether the product is added to what the result holds. */
  private final boolean adds;

  private final MatrixView left;
  private final MatrixView right;
  private final DataType type;

  /** Bytes of an element of the operands. */
  private final int element;

  private final String label;
  private final double flops;
  private final List<Part> parts = new ArrayList<>();
  private int slices = 1;
  private int partials = -1;
  private long scratchBytes;
  private final Workers.Task task = this::part;
  private final Workers.Task sum = this::sum;
  private Frame frame = Frame.NONE;

  /**
   * One task.
   *
   * @param left where its part of the operand begins, in bytes; so for the others
   * @param slice of the inner dimension
   */
  private record Part(
      Call call, long left, long right, long bias, long result, int slice, int rows, int columns) {}

  OneDnnMatmul(
      OneDnn oneDnn,
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      @Nullable Operand bias,
      boolean relu,
      boolean adds,
      Operand result,
      Workspace workspace) {
    this.oneDnn = oneDnn;
    this.a = a;
    this.b = b;
    this.bias = bias;
    this.result = result;
    this.relu = relu;
    this.adds = adds;
    this.type = a.half() ? DataType.BF16 : DataType.F32;
    this.element = a.bytes();
    MatrixView l = MatrixView.of(a.layout(), op.transposeA());
    MatrixView r = MatrixView.of(b.layout(), op.transposeB());
    boolean tall = r.batchStride() == 0 && l.isTall();
    left = tall ? l.tall() : l;
    right = tall ? r.single() : r;
    int batch = left.batch();
    label =
        "matmul %s%s%dx%dx%d"
            .formatted(
                a.half() ? "bf16 " : "",
                batch > 1 ? batch + "x" : "",
                left.rows(),
                left.columns(),
                right.columns());
    int m = left.rows();
    int n = right.columns();
    int k = left.columns();
    this.flops = 2.0 * left.batch() * m * n * k;
    int tasks = MatrixCut.tasks(2.0 * batch * m * n * k);
    boolean changes = left.batchStride() != 0 || right.batchStride() != 0;
    if (batch > 1 && 2 * batch >= tasks && changes) {
      // oneDNN wants one operand of a batch to change.
      Blocks.ranges(batch, tasks, 1).forEach(this::matrices);
    } else {
      MatrixCut cut = MatrixCut.of(m, n, k, isCopied(left), isCopied(right), adds);
      slices = cut.slices().size();
      partials = slices > 1 ? workspace.allocate(4L * (slices - 1) * result.size()) : -1;
      for (int i = 0; i < batch; i++) {
        rectangles(cut, i);
      }
    }
  }

  /** Whether oneDNN copies a matrix to read it by rows. */
  private static boolean isCopied(MatrixView matrix) {
    return matrix.columnStride() != 1 && matrix.columns() > 1 && matrix.rows() > 1;
  }

  private void matrices(Blocks.Range range) {
    int m = left.rows();
    int n = right.columns();
    Primitive p =
        primitive(
            spec(m, n, left.columns(), bias != null)
                .batch(range.count(), left.batchStride(), right.batchStride(), (long) m * n));
    parts.add(
        new Part(
            p.bind(),
            (long) element * range.from() * left.batchStride(),
            (long) element * range.from() * right.batchStride(),
            0,
            4L * range.from() * m * n,
            0,
            range.count() * m,
            n));
  }

  /** Adds a task for each rectangle and slice of one matrix of the batch. */
  private void rectangles(MatrixCut cut, int matrix) {
    long pitch = right.columns();
    for (int slice = 0; slice < cut.slices().size(); slice++) {
      Blocks.Range s = cut.slices().get(slice);
      for (Blocks.Range r : cut.rows()) {
        for (Blocks.Range c : cut.columns()) {
          boolean biased = bias != null && slice == 0;
          MatmulSpec part = spec(r.count(), c.count(), s.count(), biased);
          part = adds && slice == 0 ? part.accumulate() : part;
          parts.add(
              new Part(
                  primitive(part).bind(),
                  element * left.offset(matrix, r.from(), s.from()),
                  element * right.offset(matrix, s.from(), c.from()),
                  4L * c.from(),
                  4L * (((long) matrix * left.rows() + r.from()) * pitch + c.from()),
                  slice,
                  r.count(),
                  c.count()));
        }
      }
    }
  }

  private MatmulSpec spec(int m, int n, int k, boolean biased) {
    MatmulSpec spec =
        MatmulSpec.of(m, n, k)
            .a(type, left.rowStride(), left.columnStride())
            .b(type, right.rowStride(), right.columnStride())
            .c(DataType.F32, right.columns(), 1);
    return biased ? spec.bias(DataType.F32) : spec;
  }

  private Primitive primitive(MatmulSpec spec) {
    Primitive p = oneDnn.primitive(spec);
    scratchBytes = Math.max(scratchBytes, p.scratchBytes());
    return p;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(parts.size(), task);
    if (slices > 1) {
      f.workers().run(slices, sum);
    }
  }

  private void part(int i, int worker) {
    Part p = parts.get(i);
    long from = a.address(frame) + p.left;
    long with = b.address(frame) + p.right;
    long out =
        p.result
            + (p.slice == 0
                ? result.address(frame)
                : frame.address(partials) + 4L * (p.slice - 1) * result.size());
    if (bias == null || p.slice > 0) {
      p.call.execute(frame.scratch(worker), from, with, out);
    } else {
      p.call.execute(frame.scratch(worker), from, with, out, bias.address(frame) + p.bias);
    }
    if (relu && slices == 1) {
      Rows.rectify(out, p.rows, p.columns, right.columns());
    }
  }

  /** Adds the slices' results over a part of the elements. */
  private void sum(int i, int worker) {
    int size = result.size();
    int from = (int) ((long) size * i / slices);
    int count = (int) ((long) size * (i + 1) / slices) - from;
    long out = result.address(frame) + 4L * from;
    for (int s = 1; s < slices; s++) {
      long slice = frame.address(partials) + 4L * ((long) (s - 1) * size + from);
      BinaryKernels.apply(Binary.ADD, out, out, slice, count);
    }
    if (relu) {
      Rows.rectify(out, 1, count, count);
    }
  }

  @Override
  public List<Primitive> primitives() {
    return parts.stream().map(p -> p.call.primitive()).toList();
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
