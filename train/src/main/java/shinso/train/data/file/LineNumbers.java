package shinso.train.data.file;

import java.util.Arrays;

/**
 * The lines that rows begin on. Where each row is one line, as almost everywhere, nothing is kept
 * for it.
 */
final class LineNumbers {
  private int[] rows = new int[4];
  private long[] shifts = new long[4];
  private int count;
  private int size;

  /** Adds the line of the next row. */
  void add(long line) {
    long shift = line - size;
    if (count == 0 || shifts[count - 1] != shift) {
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, 2 * count);
        shifts = Arrays.copyOf(shifts, 2 * count);
      }
      rows[count] = size;
      shifts[count++] = shift;
    }
    size++;
  }

  long line(int row) {
    int found = Arrays.binarySearch(rows, 0, count, row);
    return row + shifts[found >= 0 ? found : -found - 2];
  }

  int size() {
    return size;
  }
}
