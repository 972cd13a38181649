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
  private record Interval(int value, long bytes, int first, int last) {
    boolean overlaps(Interval o) {
      return first <= o.last && o.first <= last;
    }
  }

  private record Placed(Interval interval, long offset) {
    long end() {
      return offset + interval.bytes;
    }
  }

  private final List<Interval> intervals = new ArrayList<>();
  private final List<Placed> placed = new ArrayList<>();
  private long bytes;

  /** Adds a value. */
  void add(int value, long size, int first, int last) {
    long rounded = Math.max(1, Math.ceilDiv(size, ALIGNMENT)) * ALIGNMENT;
    intervals.add(new Interval(value, rounded, first, last));
  }

  /** Places everything. */
  void place() {
    List<Interval> bySize = new ArrayList<>(intervals);
    bySize.sort(
        Comparator.comparingLong(Interval::bytes).reversed().thenComparingInt(Interval::value));
    for (Interval i : bySize) {
      List<Placed> conflicts =
          placed.stream()
              .filter(p -> p.interval.overlaps(i))
              .sorted(Comparator.comparingLong(Placed::offset))
              .toList();
      long offset = 0;
      for (Placed p : conflicts) {
        if (p.offset >= offset + i.bytes) {
          break;
        }
        offset = Math.max(offset, p.end());
      }
      placed.add(new Placed(i, offset));
      bytes = Math.max(bytes, offset + i.bytes);
    }
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
  void copyTo(long[] offsets) {
    placed.forEach(p -> offsets[p.interval.value] = p.offset);
  }
}
