package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.DataType;
import shinso.cpu.onednn.MatmulSpec;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.element.BinaryKernels;

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
  private final Epilogue epilogue;
  private final Operand result;

  private final MatrixView left;
  private final MatrixView right;
  private final DataType type;

  /** Bytes of an element of the operands. */
  private final int element;

  private final String label;
  private final double flops;
  private final List<Part> parts = new ArrayList<>();
  private int slices = 1;

  /** Rows of the result whose slices a task adds. */
  private List<Blocks.Range> sums = List.of();

  private int partials = -1;
  private long scratchBytes;
  private final Workers.Task task = this::part;
  private final Workers.Task sum = this::sum;
  private Frame frame = Frame.NONE;

  /**
   * Elements of a row of bfloat16 that are multiplied at a time; what is lacking is read behind.
   */
  private static final int HALF_STEP = 32;

  /**
   * One task.
   *
   * @param left where its part of the operand begins, in bytes; so for the right one and the result
   * @param column its first in the result
   * @param slice of the inner dimension
   * @param matrices how many products of a batch are computed one by one
   */
  private record Part(
      Call call,
      long left,
      long right,
      int column,
      long result,
      int slice,
      int rows,
      int columns,
      int matrices) {}

  OneDnnMatmul(
      OneDnn oneDnn,
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      Epilogue epilogue,
      Operand result,
      Workspace workspace) {
    this.oneDnn = oneDnn;
    this.a = a;
    this.b = b;
    this.epilogue = epilogue;
    this.result = result;
    this.type = a.half() ? DataType.BF16 : DataType.F32;
    this.element = a.bytes();
    MatrixView l = MatrixView.of(a.layout(), op.transposeA());
    MatrixView r = MatrixView.of(b.layout(), op.transposeB());
    MatrixView all = r.batchStride() == 0 ? l.tall() : null;
    if (all != null && (!a.half() || readsRounded(all))) {
      left = all;
      right = r.single();
    } else {
      left = l;
      right = r;
    }
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
    if (batch > 1 && 2 * batch >= tasks) {
      boolean together = isStack();
      for (Blocks.Range range : Blocks.ranges(batch, tasks, 1)) {
        matrices(range, together);
      }
    } else {
      MatrixCut cut = MatrixCut.of(m, n, k, isCopied(left), isCopied(right), epilogue.adds());
      cut = a.half() ? cut.withSlices(k % HALF_STEP == 0 ? HALF_STEP : k) : cut;
      slices = cut.slices().size();
      sums = Blocks.ranges(batch * m, slices, 1);
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

  /** Whether rows of bfloat16 are read up to their ends only. */
  static boolean readsRounded(MatrixView left) {
    return left.columns() % HALF_STEP == 0 || !left.hasGaps();
  }

  /** Whether oneDNN computes the whole batch, or some of it, at a time; and rightly. */
  private boolean isStack() {
    // It wants one operand of a batch to change.
    boolean changes = left.batchStride() != 0 || right.batchStride() != 0;
    return changes && left.isStack() && right.isStack() && oneDnn.isRight(stack(left.batch()));
  }

  private MatmulSpec stack(int count) {
    int m = left.rows();
    int n = right.columns();
    return spec(m, n, left.columns(), epilogue.bias() != null)
        .batch(count, left.batchStride(), right.batchStride(), (long) m * n);
  }

  /** Adds a task for some matrices of the batch. */
  private void matrices(Blocks.Range range, boolean together) {
    int m = left.rows();
    int n = right.columns();
    Primitive p =
        primitive(
            together ? stack(range.count()) : spec(m, n, left.columns(), epilogue.bias() != null));
    parts.add(
        new Part(
            p.bind(),
            (long) element * range.from() * left.batchStride(),
            (long) element * range.from() * right.batchStride(),
            0,
            4L * range.from() * m * n,
            0,
            range.count() * m,
            n,
            together ? 1 : range.count()));
  }

  /** Adds a task for each rectangle and slice of one matrix of the batch. */
  private void rectangles(MatrixCut cut, int matrix) {
    long pitch = right.columns();
    for (int slice = 0; slice < cut.slices().size(); slice++) {
      Blocks.Range s = cut.slices().get(slice);
      for (Blocks.Range r : cut.rows()) {
        for (Blocks.Range c : cut.columns()) {
          MatmulSpec part = spec(r.count(), c.count(), s.count(), isBiased());
          part = epilogue.adds() && slice == 0 ? part.accumulate() : part;
          parts.add(
              new Part(
                  primitive(part).bind(),
                  element * left.offset(matrix, r.from(), s.from()),
                  element * right.offset(matrix, s.from(), c.from()),
                  c.from(),
                  4L * (((long) matrix * left.rows() + r.from()) * pitch + c.from()),
                  slice,
                  r.count(),
                  c.count(),
                  1));
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

  /** Whether oneDNN adds the bias, which comes behind all slices. */
  private boolean isBiased() {
    return epilogue.bias() != null && slices == 1;
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
      f.workers().run(sums.size(), sum);
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
    long scratch = frame.scratch(worker);
    for (int j = 0; j < p.matrices; j++) {
      long x = from + (long) element * j * left.batchStride();
      long y = with + (long) element * j * right.batchStride();
      long z = out + 4L * j * left.rows() * right.columns();
      if (isBiased()) {
        p.call.execute(scratch, x, y, z, epilogue.bias(frame, p.column));
      } else {
        p.call.execute(scratch, x, y, z);
      }
    }
    if (slices == 1) {
      epilogue.rectify(out, p.rows, p.columns, right.columns());
    }
  }

  /** Adds the slices' results over some rows. */
  private void sum(int i, int worker) {
    int size = result.size();
    int columns = right.columns();
    Blocks.Range rows = sums.get(i);
    int from = rows.from() * columns;
    int count = rows.count() * columns;
    long out = result.address(frame) + 4L * from;
    for (int s = 1; s < slices; s++) {
      long slice = frame.address(partials) + 4L * ((long) (s - 1) * size + from);
      BinaryKernels.apply(BinaryOp.Kind.ADD, out, out, slice, count);
    }
    epilogue.finish(frame, out, count, columns);
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
