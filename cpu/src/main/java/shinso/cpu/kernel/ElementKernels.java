package shinso.cpu.kernel;

import java.util.Arrays;
import shinso.core.op.BinaryOp;
import shinso.core.op.IndexOp;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.random.Threefry;
import shinso.core.tensor.DType;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.GammaDraws;
import shinso.cpu.simd.element.IntKernels;
import shinso.cpu.simd.element.MoveKernels;
import shinso.cpu.simd.element.ReduceKernels;

/** Operations on indices, and what else goes element by element. */
final class ElementKernels {
  private ElementKernels() {}

  /** An axis between the ones before it, taken as one, and the ones behind it. */
  private record Axes(int outer, int length, int inner) {
    static Axes of(Operand x, int axis) {
      int outer = 1;
      int inner = 1;
      for (int i = 0; i < x.layout().rank(); i++) {
        outer *= i < axis ? x.layout().dim(i) : 1;
        inner *= i > axis ? x.layout().dim(i) : 1;
      }
      return new Axes(outer, x.layout().dim(axis), inner);
    }
  }

  /** Requires all positions to be inside of an axis, before anything is done. */
  private static void check(String op, long indices, int count, int least, int length) {
    for (int position = 0; position < count; position++) {
      int i = Native.getInt(indices + 4L * position);
      if (i < least || i >= length) {
        String allowed = length == 0 ? "an empty axis" : least + " to " + (length - 1);
        throw new IndexOutOfBoundsException(
            "%s: index %d at position %d is outside %s".formatted(op, i, position, allowed));
      }
    }
  }

  /** A position on an axis, counted from the start, of one that may be counted from the end. */
  private static int position(long indices, int i, int length) {
    int k = Native.getInt(indices + 4L * i);
    return k < 0 ? k + length : k;
  }

  static Kernel gather(IndexOp.Gather op, Operand x, Operand indices, Operand result) {
    Axes a = Axes.of(x, op.axis());
    int count = indices.size();
    return new Simple("gather") {
      @Override
      public void run(Frame f) {
        long at = indices.address(f);
        check("gather", at, count, -a.length, a.length);
        for (int o = 0; o < a.outer; o++) {
          for (int i = 0; i < count; i++) {
            int k = position(at, i, a.length);
            long from = x.address(f) + 4L * ((long) o * a.length + k) * a.inner;
            long to = result.address(f) + 4L * ((long) o * count + i) * a.inner;
            if (a.inner == 1) {
              Native.putInt(to, Native.getInt(from)); // a vector for each would cost far more
            } else {
              MoveKernels.copy(to, from, a.inner);
            }
          }
        }
      }
    };
  }

  static Kernel scatterAdd(IndexOp.ScatterAdd op, Operand x, Operand indices, Operand result) {
    Axes a = Axes.of(result, op.axis());
    int count = indices.size();
    boolean integer = result.dtype() == DType.I32;
    return new Simple("scatterAdd") {
      @Override
      public void run(Frame f) {
        long at = indices.address(f);
        check("scatterAdd", at, count, -a.length, a.length);
        MoveKernels.fill(result.address(f), 0, result.size());
        for (int o = 0; o < a.outer; o++) {
          for (int i = 0; i < count; i++) {
            int k = position(at, i, a.length);
            long to = result.address(f) + 4L * ((long) o * a.length + k) * a.inner;
            long from = x.address(f) + 4L * ((long) o * count + i) * a.inner;
            if (a.inner == 1 && integer) {
              Native.putInt(to, Native.getInt(to) + Native.getInt(from));
            } else if (a.inner == 1) {
              Native.putFloat(to, Native.getFloat(to) + Native.getFloat(from));
            } else if (integer) {
              IntKernels.apply(BinaryOp.Kind.ADD, to, to, from, a.inner);
            } else {
              BinaryKernels.apply(BinaryOp.Kind.ADD, to, to, from, a.inner);
            }
          }
        }
      }
    };
  }

  static Kernel oneHot(IndexOp.OneHot op, Operand indices, Operand result) {
    int count = indices.size();
    return new Simple("oneHot") {
      @Override
      public void run(Frame f) {
        long to = result.address(f);
        check("oneHot", indices.address(f), count, 0, op.depth());
        MoveKernels.fill(to, 0, result.size());
        for (int i = 0; i < count; i++) {
          int k = Native.getInt(indices.address(f) + 4L * i);
          Native.putFloat(to + 4L * ((long) i * op.depth() + k), 1);
        }
      }
    };
  }

  static Kernel argSort(IndexOp.ArgSort op, Operand x, Operand result) {
    int columns = x.layout().dim(x.layout().rank() - 1);
    int rows = x.size() / Math.max(1, columns);
    boolean integer = x.dtype() == DType.I32;
    return new Simple("argSort") {
      @Override
      public void run(Frame f) {
        f.workers().run(rows, (row, worker) -> sort(f, row));
      }

      private void sort(Frame f, int row) {
        long from = x.address(f) + 4L * row * columns;
        long to = result.address(f) + 4L * row * columns;
        long[] keys = new long[columns];
        for (int i = 0; i < columns; i++) {
          int bits = Native.getInt(from + 4L * i);
          int key = integer ? bits : order(Float.intBitsToFloat(bits));
          // The position in the lower half keeps equal elements in their order.
          keys[i] = (long) (op.descending() ? ~key : key) << 32 | i;
        }
        Arrays.sort(keys);
        for (int i = 0; i < columns; i++) {
          Native.putInt(to + 4L * i, (int) keys[i]);
        }
      }
    };
  }

  /** An int that compares as the float does, with both zeros equal and NaN the largest. */
  private static int order(float x) {
    int bits = x == 0 ? 0 : Float.floatToIntBits(x);
    return bits >= 0 ? bits : bits ^ 0x7FFFFFFF;
  }

  static Kernel argmax(Operand x, Operand result) {
    int columns = x.layout().dim(x.layout().rank() - 1);
    int rows = result.size();
    boolean integer = x.dtype() == DType.I32;
    return new Simple("argmax") {
      @Override
      public void run(Frame f) {
        if (integer) {
          largest(f);
        } else {
          ReduceKernels.argMax(result.address(f), x.address(f), rows, columns);
        }
      }

      private void largest(Frame f) {
        for (int r = 0; r < rows; r++) {
          long from = x.address(f) + 4L * r * columns;
          int best = 0;
          for (int i = 1; i < columns; i++) {
            if (Native.getInt(from + 4L * i) > Native.getInt(from + 4L * best)) {
              best = i;
            }
          }
          Native.putInt(result.address(f) + 4L * r, best);
        }
      }
    };
  }

  /** A reduction that no fused pass does: over a middle axis, of integers, of nothing. */
  static Kernel reduce(ReduceOp op, Operand x, Operand result) {
    int first = op.axes().isEmpty() ? 0 : op.axes().getFirst();
    int last = op.axes().isEmpty() ? -1 : op.axes().getLast();
    int before = 1;
    int length = 1;
    int after = 1;
    for (int i = 0; i < x.layout().rank(); i++) {
      int d = x.layout().dim(i);
      before *= i < first ? d : 1;
      length *= i >= first && i <= last ? d : 1;
      after *= i > last ? d : 1;
    }
    Reduce3 r = new Reduce3(op.kind(), before, length, after, result.dtype() == DType.I32);
    return new Simple(op.label()) {
      @Override
      public void run(Frame f) {
        f.workers().run(r.before(), (i, worker) -> r.run(result.address(f), x.address(f), i));
      }
    };
  }

  /** The middle one of three axes reduced. */
  private record Reduce3(ReduceOp.Kind kind, int before, int length, int after, boolean integer) {
    void run(long result, long x, int i) {
      long to = result + 4L * i * after;
      long from = x + 4L * i * length * after;
      if (length == 0) {
        MoveKernels.fill(to, 0, after);
        return;
      }
      BinaryOp.Kind combine =
          switch (kind) {
            case SUM -> BinaryOp.Kind.ADD;
            case MAX -> BinaryOp.Kind.MAXIMUM;
            case MIN -> BinaryOp.Kind.MINIMUM;
            case ARGMAX -> throw new IllegalArgumentException("argmax has a kernel of its own");
          };
      MoveKernels.copy(to, from, after);
      for (int k = 1; k < length; k++) {
        if (integer) {
          IntKernels.apply(combine, to, to, from + 4L * k * after, after);
        } else {
          BinaryKernels.apply(combine, to, to, from + 4L * k * after, after);
        }
      }
    }
  }

  static Kernel split(RandomOp.Split op, Operand key, Operand result) {
    return new Simple("split") {
      @Override
      public void run(Frame f) {
        long from = key.address(f);
        long child = Threefry.child(Native.getInt(from), Native.getInt(from + 4), op.index());
        Native.putInt(result.address(f), (int) child);
        Native.putInt(result.address(f) + 4, (int) (child >>> 32));
      }
    };
  }

  static Kernel gamma(Operand key, Operand alpha, Operand result) {
    int block = GammaDraws.BLOCK;
    GammaDraws.warm();
    return new Simple("gamma") {
      @Override
      public void run(Frame f) {
        long from = key.address(f);
        int key0 = Native.getInt(from);
        int key1 = Native.getInt(from + 4);
        f.workers()
            .run(
                Math.ceilDiv(result.size(), block),
                (part, worker) -> draw(f, key0, key1, block * part, f.scratch(worker)));
      }

      private void draw(Frame f, int key0, int key1, int first, long scratch) {
        int n = Math.min(block, result.size() - first);
        long to = result.address(f) + 4L * first;
        GammaDraws.draw(to, alpha.address(f) + 4L * first, key0, key1, first, n, scratch);
      }

      @Override
      public long scratchBytes() {
        return GammaDraws.SCRATCH_BYTES;
      }
    };
  }
}
