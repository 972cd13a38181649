package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;

/** How the result of a contraction is cut into tasks, by its size alone. */
final class Blocks {
  private Blocks() {}

  /** A rectangle of the result. */
  record Block(int row, int rows, int column, int columns) {}

  /** A range of images or matrices. */
  record Range(int from, int count) {}

  private static final double FLOPS_PER_TASK = 8e6;
  private static final int MOST_TASKS = 16;

  /** Bytes that the tasks' gradients of filters may take, where that leaves four. */
  private static final long GRADIENT_BYTES = 16 << 20;

  /**
   * Returns how many of some tasks may have a gradient of filters of their own, of so many bytes: a
   * power of two.
   */
  static int gradients(int tasks, long bytes) {
    return Math.min(
        tasks, Integer.highestOneBit(Math.clamp(GRADIENT_BYTES / bytes, 4, MOST_TASKS)));
  }

  /** Returns the number of tasks for this many floating-point operations: a power of two. */
  static int tasks(double flops) {
    int tasks = 1;
    while (tasks < MOST_TASKS && flops >= 2 * FLOPS_PER_TASK * tasks) {
      tasks *= 2;
    }
    return flops >= FLOPS_PER_TASK / 4 ? Math.max(tasks, 2) : 1;
  }

  /**
   * Cuts a matrix of m rows and n columns; the longer side is cut, at multiples of what the kernels
   * compute at a time.
   */
  static List<Block> matrix(int m, int n, int k) {
    int tasks = tasks(2.0 * m * n * k);
    List<Block> blocks = new ArrayList<>();
    if (m >= n) {
      for (Range r : ranges(m, tasks, 16)) {
        blocks.add(new Block(r.from, r.count, 0, n));
      }
    } else {
      for (Range r : ranges(n, tasks, 64)) {
        blocks.add(new Block(0, m, r.from, r.count));
      }
    }
    return blocks;
  }

  /** Cuts a length into at most this many ranges of about equal length, at multiples of a grain. */
  static List<Range> ranges(int length, int count, int grain) {
    List<Range> ranges = new ArrayList<>();
    int grains = Math.ceilDiv(length, grain);
    int parts = Math.clamp(grains, 1, count);
    for (int i = 0; i < parts; i++) {
      int from = Math.min(length, (int) ((long) grains * i / parts) * grain);
      int to = Math.min(length, (int) ((long) grains * (i + 1) / parts) * grain);
      ranges.add(new Range(from, to - from));
    }
    return ranges;
  }
}
