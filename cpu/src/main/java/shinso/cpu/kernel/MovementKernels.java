package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import shinso.core.op.MovementOp;
import shinso.core.tensor.DType;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.simd.MoveKernels;

/** Movements that make a new value: padding and joining. */
final class MovementKernels {
  private MovementKernels() {}

  /** Surrounds and spreads an operand with a value. */
  static Kernel pad(MovementOp.Pad op, Operand x, Operand result) {
    int[] strides = new int[result.layout().rank()];
    int corner = 0;
    for (int i = 0; i < strides.length; i++) {
      corner += op.before().get(i) * result.layout().stride(i);
      strides[i] = (op.interior().get(i) + 1) * result.layout().stride(i);
    }
    long offset = 4L * corner;
    StridedCopy copy = new StridedCopy(x.layout(), strides);
    boolean integer = result.dtype() == DType.I32;
    int value = integer ? (int) op.value() : Float.floatToRawIntBits((float) op.value());
    return new Simple("pad") {
      @Override
      public void run(Frame f) {
        long target = result.address(f);
        MoveKernels.fill(target, value, result.size());
        if (x.size() > 0) {
          copy.run(target + offset, x.address(f));
        }
      }
    };
  }

  /** Joins operands along an axis. */
  static Kernel concat(MovementOp.Concat op, List<Operand> parts, Operand result) {
    int[] strides = new int[result.layout().rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = result.layout().stride(i);
    }
    List<StridedCopy> copies = new ArrayList<>();
    long[] offsets = new long[parts.size()];
    int position = 0;
    for (int i = 0; i < offsets.length; i++) {
      copies.add(new StridedCopy(parts.get(i).layout(), strides));
      offsets[i] = 4L * position * strides[op.axis()];
      position += parts.get(i).layout().dim(op.axis());
    }
    return new Simple("concat") {
      @Override
      public void run(Frame f) {
        for (int i = 0; i < offsets.length; i++) {
          if (parts.get(i).size() > 0) {
            copies.get(i).run(result.address(f) + offsets[i], parts.get(i).address(f));
          }
        }
      }
    };
  }
}
