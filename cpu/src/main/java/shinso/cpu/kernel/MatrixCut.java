package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import shinso.cpu.kernel.Blocks.Range;

/**
 * How a product of matrices is cut into tasks: a rectangle of the result each, and a slice of the
 * inner dimension where that is long. It depends on sizes alone, so that results don't depend on
 * the number of threads.
 *
 * <p>The number of tasks and the work of each grow with the root of the work. Of the grids with
 * that many tasks the one is taken that costs two workers least, by what each task multiplies and
 * what it reads or copies of its rows of the left and its columns of the right matrix.
 *
 * <p>Tasks come row by row, so that neighbouring rows belong to the same worker in one kernel as in
 * the next: what another core wrote last takes as long to read as many multiplications. For the
 * same reason a right matrix that is much larger than the left one, as weights are for a small
 * batch, is cut by the rows in which it lies in memory: the cut that has a worker compute their
 * gradient, and update them.
 *
 * @param rows ranges of rows of the result
 * @param columns ranges of its columns
 * @param slices ranges of the inner dimension, whose results are added in order
 */
record MatrixCut(List<Range> rows, List<Range> columns, List<Range> slices) {
  /** Products of fewer floating-point operations are one task. */
  private static final double SMALLEST = 3e5;

  /** From so many operations on there are four tasks, from four times as many on eight. */
  private static final double FOUR_TASKS = 12e6;

  private static final int MOST_TASKS = 16;

  /** An inner dimension is cut if it is this long, and more than so many times the others. */
  private static final int LONG = 512;

  private static final int LONGER = 4;
  private static final int MOST_SLICES = 4;

  /**
   * Bytes of a right matrix that main memory has to deliver; oneDNN reads such a one well only if
   * tasks have so many columns that it copies them.
   */
  private static final long LARGE = 16 << 20;

  private static final int WIDE = 512;

  /**
   * Bytes of weights whose rows may lie so far apart that narrow parts of them share cache sets.
   */
  private static final long FAR = 4 << 20;

  /** Bytes of a right matrix that a core's own cache holds beside everything else. */
  private static final long SMALL = 512 << 10;

  /**
   * How many times the rows of the left matrix the sides of weights are at least that belong to the
   * worker who updates them.
   */
  private static final int OWNED = 2;

  /** Rows from which on a product with a small matrix has two ranges of rows. */
  private static final int FEW_ROWS = 32;

  // Costs as measured on AVX-512, in elements read from the last-level cache by one core.

  /** Multiplications in the time of one such read. */
  private static final double MULTIPLICATIONS = 22;

  private static final double CALL = 3000;
  private static final double LEFT = 0.3;
  private static final double RIGHT = 1;

  // Matrices that lie across the order of computation are copied by each task.
  private static final double LEFT_COPIED = 2;
  private static final double RIGHT_COPIED = 1.3;

  /**
   * Cuts the product of [m, k] and [k, n].
   *
   * @param copyLeft whether tasks copy their part of the left matrix, since its columns are what
   *     lies together
   * @param copyRight whether they copy their part of the right one
   * @param repeated whether the right matrix is probably that of other products, too
   */
  static MatrixCut of(int m, int n, int k, boolean copyLeft, boolean copyRight, boolean repeated) {
    int tasks = tasks(2.0 * m * n * k);
    boolean owned = Math.min(k, n) >= OWNED * m && 4L * k * n > SMALL && !copyLeft;
    if (owned && tasks > 1 && copyRight) {
      return new MatrixCut(
          Blocks.ranges(m, 1, 2), Blocks.ranges(n, tasks, 16), Blocks.ranges(k, 1, 64));
    }
    if (owned && tasks > 1 && !repeated) {
      int most = 4L * k * n >= FAR ? Math.max(1, n / WIDE) : tasks;
      return new MatrixCut(
          Blocks.ranges(m, 1, 2),
          Blocks.ranges(n, Math.min(tasks / 2, most), 16),
          Blocks.ranges(k, 2, 16));
    }
    boolean isLong = k >= LONG && k / LONGER > Math.max(m, n);
    int slices = isLong ? Math.min(tasks, MOST_SLICES) : 1;
    if (slices == 1 && tasks > 1 && m >= FEW_ROWS && !copyLeft && 4L * k * n <= SMALL) {
      return new MatrixCut(
          Blocks.ranges(m, 2, 2), Blocks.ranges(n, tasks / 2, 16), Blocks.ranges(k, 1, 64));
    }
    int narrowest = 4L * k * n >= LARGE ? WIDE : 1;
    List<MatrixCut> grids = new ArrayList<>();
    for (int c = 1; c * slices <= tasks && (c == 1 || n / c >= narrowest); c *= 2) {
      grids.add(
          new MatrixCut(
              Blocks.ranges(m, tasks / slices / c, copyLeft ? 16 : 2),
              Blocks.ranges(n, c, 16),
              Blocks.ranges(k, slices, 64)));
    }
    MatrixCut best = grids.getFirst();
    double least = Double.MAX_VALUE;
    for (MatrixCut cut : grids) {
      double cost = cut.cost(copyLeft ? LEFT_COPIED : LEFT, copyRight ? RIGHT_COPIED : RIGHT);
      if (cost < least) {
        least = cost;
        best = cut;
      }
    }
    return best;
  }

  /** The same with slices at multiples of a grain. */
  MatrixCut withSlices(int grain) {
    int k = slices.getLast().from() + slices.getLast().count();
    return new MatrixCut(rows, columns, Blocks.ranges(k, slices.size(), grain));
  }

  /** Returns the number of tasks for this many floating-point operations: a power of two. */
  static int tasks(double flops) {
    if (flops < SMALLEST) {
      return 1;
    }
    int tasks = 2;
    for (double least = FOUR_TASKS; tasks < MOST_TASKS && flops >= least; least *= 4) {
      tasks *= 2;
    }
    return tasks;
  }

  /** Returns the number of tasks. */
  int count() {
    return rows.size() * columns.size() * slices.size();
  }

  /** What the slower of two workers does. */
  private double cost(double left, double right) {
    double[] half = new double[2];
    int task = 0;
    for (Range s : slices) {
      for (Range r : rows) {
        for (Range c : columns) {
          double multiplications =
              (double) r.count() * Math.ceilDiv(c.count(), 16) * 16 * s.count();
          double reads = left * r.count() * s.count() + right * s.count() * c.count();
          half[2 * task < count() ? 0 : 1] += CALL + multiplications / MULTIPLICATIONS + reads;
          task++;
        }
      }
    }
    return Math.max(half[0], half[1]);
  }
}
