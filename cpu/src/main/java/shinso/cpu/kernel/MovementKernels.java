package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.op.MovementOp;
import shinso.core.tensor.DType;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.simd.element.MoveKernels;

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
    List<Blocks.Range> pieces =
        Blocks.ranges(result.size(), Math.clamp(result.size() / StridedCopy.PIECE, 1, 16), 64);
    return new Simple("pad " + result.size()) {
      @Override
      public void run(Frame f) {
        long target = result.address(f);
        f.workers()
            .run(
                pieces.size(),
                (i, worker) -> {
                  Blocks.Range r = pieces.get(i);
                  MoveKernels.fill(target + 4L * r.from(), value, r.count());
                });
        if (x.size() > 0) {
          copy.run(f.workers(), target + offset, x.address(f));
        }
      }
    };
  }

  /** Copies a view whose rows are neighbours, in the order in which they lie in memory. */
  static Kernel copy(Operand view, Operand result) {
    Layout from = view.layout();
    int last = from.rank() - 1;
    List<Integer> order =
        IntStream.range(0, from.rank())
            .boxed()
            .sorted(Comparator.comparingInt((Integer axis) -> -from.stride(axis)))
            .toList();
    Layout sorted = from.apply(new MovementOp.Permute(order));
    if (sorted == null || order.getLast() != last) {
      throw new IllegalArgumentException("the rows of a view have gaps: " + from);
    }
    int[] strides = order.stream().mapToInt(result.layout()::stride).toArray();
    StridedCopy copy = new StridedCopy(sorted, strides);
    return new Simple("copy " + result.size()) {
      @Override
      public void run(Frame f) {
        copy.run(f.workers(), result.address(f), view.address(f));
      }
    };
  }

  /** Joins operands along an axis; those in {@code placed} lie in the result already. */
  static Kernel concat(MovementOp.Concat op, List<Operand> parts, BitSet placed, Operand result) {
    int[] strides = new int[result.layout().rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = result.layout().stride(i);
    }
    List<Operand> copied = new ArrayList<>();
    List<StridedCopy> copies = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    int position = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).size() > 0 && !placed.get(i)) {
        copied.add(parts.get(i));
        copies.add(new StridedCopy(parts.get(i).layout(), strides));
        offsets.add(4L * position * strides[op.axis()]);
      }
      position += parts.get(i).layout().dim(op.axis());
    }
    return new Simple("concat " + result.size()) {
      @Override
      public void run(Frame f) {
        for (int i = 0; i < copied.size(); i++) {
          copies
              .get(i)
              .run(f.workers(), result.address(f) + offsets.get(i), copied.get(i).address(f));
        }
      }
    };
  }
}
