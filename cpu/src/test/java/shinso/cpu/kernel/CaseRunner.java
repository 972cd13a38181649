package shinso.cpu.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.cpu.Guarded;
import shinso.cpu.layout.Layout;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;

/**
 * Runs kernels on operands, results, workspaces and scratch memory that end where memory ends, or
 * begin where it begins. Values are small integers, whose sums are exact in any order; around an
 * operand in a larger value there is NaN.
 */
final class CaseRunner {
  private static final int BIAS = 2;
  private static final int RESULT = 3;
  private static final int FIRST_WORKSPACE = 4;

  private final @Nullable OneDnn oneDnn;
  private final KernelFactory factory;
  private final Guarded memory = new Guarded();

  CaseRunner(@Nullable OneDnn oneDnn) {
    this.oneDnn = oneDnn;
    this.factory = new KernelFactory(oneDnn);
  }

  boolean hasHalves() {
    return oneDnn != null && oneDnn.hasBfloat16();
  }

  /**
   * Runs a case.
   *
   * @return what is wrong, or null
   */
  @Nullable String run(Case c, SplittableRandom random) {
    memory.reset();
    List<float[]> values = new ArrayList<>();
    List<Operand> operands = new ArrayList<>();
    long[] addresses = new long[64];
    for (int i = 0; i < c.in().size(); i++) {
      Layout layout = c.in().get(i).layout();
      float[] v = values(c.in().get(i).base().size(), random);
      hideGaps(v, layout);
      values.add(v);
      operands.add(new Operand(i, layout, DType.F32, c.half()));
      addresses[i] = placed(v, c.half(), random);
    }
    float[] vector = values(c.columns(), random);
    float[] start = values(c.result().size(), random);
    if (!c.adds()) {
      Arrays.fill(start, Float.NaN);
    }
    addresses[BIAS] = placed(vector, false, random);
    addresses[RESULT] = placed(start, false, random);
    int[] workspaces = {FIRST_WORKSPACE};
    Kernel kernel =
        factory.make(
            c.op(),
            operands,
            new Epilogue(
                c.bias() ? new Operand(BIAS, repeated(c), DType.F32) : null, c.relu(), c.adds()),
            new Operand(RESULT, Layout.dense(c.result()), DType.F32),
            bytes -> {
              addresses[workspaces[0]] = rounded(bytes);
              return workspaces[0]++;
            });
    Frame frame = new Frame(addresses.length, Workers.of(1), 0);
    for (int i = 0; i < addresses.length; i++) {
      frame.bind(i, addresses[i]);
    }
    frame.bindScratch(rounded(kernel.scratchBytes()));
    kernel.run(frame);
    float[] expected = c.expected(values, vector, start);
    MemorySegment found =
        MemorySegment.ofAddress(addresses[RESULT]).reinterpret(4L * expected.length);
    for (int i = 0; i < expected.length; i++) {
      float f = found.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
      if (!(Math.abs(f - expected[i]) <= tolerance(c.op()))) {
        return kernel.label() + ": element " + i + " is " + f + ", not " + expected[i];
      }
    }
    return null;
  }

  /** Means are rounded: those of up to 16 small integers, and sums of some of them. */
  private static double tolerance(Op op) {
    boolean mean = op instanceof WindowOp.AveragePool || op instanceof WindowOp.AveragePoolBackward;
    return mean ? 32 * Math.ulp(16f) : 0;
  }

  /** How the planner shows a vector that is added to every row. */
  private static Layout repeated(Case c) {
    int[] row = new int[c.result().rank()];
    Arrays.fill(row, 1);
    row[row.length - 1] = c.columns();
    Layout layout = Layout.dense(Shape.of(row)).apply(new MovementOp.Broadcast(c.result()));
    return Objects.requireNonNull(layout);
  }

  private static float[] values(int n, SplittableRandom random) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = random.nextInt(-3, 4);
    }
    return v;
  }

  /** Sets what a layout doesn't show to NaN. */
  private static void hideGaps(float[] v, Layout layout) {
    boolean[] shown = new boolean[v.length];
    show(shown, layout, 0, layout.offset());
    for (int i = 0; i < v.length; i++) {
      v[i] = shown[i] ? v[i] : Float.NaN;
    }
  }

  private static void show(boolean[] shown, Layout layout, int axis, int at) {
    if (axis == layout.rank()) {
      shown[at] = true;
      return;
    }
    for (int i = 0; i < layout.dim(axis); i++) {
      show(shown, layout, axis + 1, at + i * layout.stride(axis));
    }
  }

  private long placed(float[] v, boolean half, SplittableRandom random) {
    MemorySegment m = memory.allocate((half ? 2L : 4L) * v.length, random.nextInt(4) > 0);
    for (int i = 0; i < v.length; i++) {
      if (half) {
        short bits = (short) (Float.floatToRawIntBits(v[i]) >>> 16);
        m.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, bits);
      } else {
        m.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, v[i]);
      }
    }
    return m.address();
  }

  /** As in a slab, what is allocated has a multiple of 64 bytes; its content is anything. */
  private long rounded(long bytes) {
    MemorySegment m = memory.allocate(Math.ceilDiv(bytes, 64L) * 64, true);
    m.fill((byte) 0xff);
    return m.address();
  }
}
