package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What becomes one kernel. */
final class Unit {
  final int number;

  /** The nodes computed, in their order. */
  final List<Integer> members;

  /** The cluster, if this is a fused pass. */
  final @Nullable Cluster cluster;

  /** The values read that other units or callers made. */
  final TreeSet<Integer> reads = new TreeSet<>();

  /** Units that must run before. */
  final TreeSet<Integer> after = new TreeSet<>();

  Unit(int number, List<Integer> members, @Nullable Cluster cluster) {
    this.number = number;
    this.members = new ArrayList<>(members);
    this.members.sort(null);
    this.cluster = cluster;
  }

  /** The node whose operation decides on the kernel. */
  int head() {
    return members.getFirst();
  }

  /** The last node, which for a contraction with an epilogue holds the result. */
  int result() {
    return members.getLast();
  }
}
