package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places values in one slab so that values which are needed at the same time don't overlap: the
 * largest first, each at the lowest address that is free for as long as the value lives.
 */
final class MemoryPlan {
  private static final long ALIGNMENT = 64;

  /** A value that is needed from one step to another, both included. */
  private record Interval(int value, long bytes, int first, int last) {}

  private final List<Interval> intervals = new ArrayList<>();

  // What has been placed, in the order of the offsets. Plain arrays: a program of many steps has
  // tens of thousands of values, each compared with those before it.
  private Interval[] placed = new Interval[0];
  private long[] offsets = new long[0];
  private int[] firsts = new int[0];
  private int[] lasts = new int[0];
  private int count;
  private long bytes;

  /** Adds a value. */
  void add(int value, long size, int first, int last) {
    long rounded = Math.max(1, Math.ceilDiv(size, ALIGNMENT)) * ALIGNMENT;
    intervals.add(new Interval(value, rounded, first, last));
  }

  /** Places everything. */
  void place() {
    int n = intervals.size();
    placed = new Interval[n];
    offsets = new long[n];
    firsts = new int[n];
    lasts = new int[n];
    count = 0;
    bytes = 0;
    List<Interval> bySize = new ArrayList<>(intervals);
    bySize.sort(
        Comparator.comparingLong(Interval::bytes).reversed().thenComparingInt(Interval::value));
    for (Interval i : bySize) {
      long offset = lowestFree(i);
      insert(i, offset);
      bytes = Math.max(bytes, offset + i.bytes);
    }
  }

  private long lowestFree(Interval i) {
    int first = i.first;
    int last = i.last;
    long offset = 0;
    for (int k = 0; k < count; k++) {
      if (firsts[k] <= last && first <= lasts[k]) {
        if (offsets[k] >= offset + i.bytes) {
          break;
        }
        offset = Math.max(offset, offsets[k] + placed[k].bytes);
      }
    }
    return offset;
  }

  private void insert(Interval i, long offset) {
    int at = count;
    while (at > 0 && offsets[at - 1] > offset) {
      at--;
    }
    System.arraycopy(placed, at, placed, at + 1, count - at);
    System.arraycopy(offsets, at, offsets, at + 1, count - at);
    System.arraycopy(firsts, at, firsts, at + 1, count - at);
    System.arraycopy(lasts, at, lasts, at + 1, count - at);
    placed[at] = i;
    offsets[at] = offset;
    firsts[at] = i.first;
    lasts[at] = i.last;
    count++;
  }

  /** Returns the size of the slab. */
  long bytes() {
    return bytes;
  }

  /** Returns the bytes that the values would take without sharing memory. */
  long bytesWithoutSharing() {
    return intervals.stream().mapToLong(Interval::bytes).sum();
  }

  /** Gives each value's offset to a table. */
  void copyTo(long[] table) {
    for (int k = 0; k < count; k++) {
      table[placed[k].value] = offsets[k];
    }
  }
}
