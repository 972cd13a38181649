package shinso.train.data;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Shares a number of seats out in proportion, by largest remainders. */
final class Quota {
  private Quota() {}

  /**
   * Returns how many of {@code seats} each group gets; they add up to {@code seats}, and no group
   * gets more than its size. Among equal remainders the first group wins.
   */
  static int[] of(int[] sizes, int seats) {
    long total = IntStream.of(sizes).asLongStream().sum();
    int[] quota = new int[sizes.length];
    if (total == 0) {
      return quota;
    }
    long left = seats;
    for (int i = 0; i < sizes.length; i++) {
      quota[i] = (int) ((long) sizes[i] * seats / total);
      left -= quota[i];
    }
    List<Integer> order =
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> -((long) sizes[i] * seats % total)))
            .toList();
    for (int i = 0; i < left; i++) {
      quota[order.get(i)]++;
    }
    return quota;
  }
}
