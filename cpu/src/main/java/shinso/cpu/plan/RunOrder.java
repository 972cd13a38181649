package shinso.cpu.plan;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;

/**
 * Which nodes are computed together, and an order in which these groups can run. Every decision
 * that ties nodes together or makes one group wait for another goes through here, and is refused if
 * groups would then need each other in a circle.
 *
 * <p>The order is kept from decision to decision: whatever leads from one group to another lies
 * between the two, so that only what lies there is looked at, and only that moves (D. J. Pearce, P.
 * H. J. Kelly, <i>A dynamic topological sort algorithm for directed acyclic graphs</i>, 2007,
 * section 3, where an edge is inserted; a merger is an edge in both directions).
 */
final class RunOrder {
  /**
   * Edges that are followed before a decision is refused. Unrolled recurrences have paths as long
   * as the program; following them for each pair would take time quadratic in the number of steps.
   */
  private static final int MOST_EDGES = 2048;

  /** For each node the values it reads and the nodes that read it, leaves left out. */
  private final int[][] operands;

  private final int[][] readers;

  /** The group of each node, named by one of its members. */
  private final int[] group;

  /**
   * The members of a group as a chain: the next member of each node, and the last of each group.
   */
  private final int[] next;

  private final int[] last;
  private final int[] size;

  /** The place of each group in the order. */
  private final int[] position;

  /** Groups that a group must follow without reading anything of them, and the other way round. */
  private final Map<Integer, int[]> waitsFor = new HashMap<>();

  private final Map<Integer, int[]> waitedFor = new HashMap<>();

  /** The groups that a search has seen, those after the one group and those before the other. */
  private final int[] seen;

  private int search;
  private int[] after = new int[16];
  private int[] before = new int[16];
  private int found;
  private int edges;

  RunOrder(Graph graph, Views views) {
    int n = graph.nodes().size();
    this.operands = new int[n][];
    this.group = new int[n];
    this.next = new int[n];
    this.last = new int[n];
    this.size = new int[n];
    this.position = new int[n];
    this.seen = new int[n];
    int[] uses = new int[n];
    for (int i = 0; i < n; i++) {
      group[i] = i;
      next[i] = -1;
      last[i] = i;
      size[i] = 1;
      position[i] = i;
      operands[i] =
          views.isValue(i)
              ? graph.node(i).operands().stream()
                  .mapToInt(views::root)
                  .filter(o -> !(graph.node(o).op() instanceof Leaf))
                  .distinct()
                  .toArray()
              : new int[0];
      for (int o : operands[i]) {
        uses[o]++;
      }
    }
    this.readers = new int[n][];
    for (int i = 0; i < n; i++) {
      readers[i] = new int[uses[i]];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int o : operands[i]) {
        readers[o][--uses[o]] = i;
      }
    }
  }

  /**
   * Demands that two nodes are computed together, whatever they read of each other; returns false,
   * and changes nothing, if something else must run between them, if one waits for the other, or if
   * finding out takes too long.
   */
  boolean join(int a, int b) {
    return join(a, b, MOST_EDGES);
  }

  /**
   * Demands that a node is computed together with the only reader of its value, which is always
   * possible.
   */
  void joinOnlyReader(int node, int reader) {
    if (!join(node, reader, Integer.MAX_VALUE)) {
      throw new IllegalStateException(
          "node " + node + " and its only reader " + reader + " can't be computed together");
    }
  }

  private boolean join(int a, int b, int most) {
    int first = position[group[a]] < position[group[b]] ? group[a] : group[b];
    int second = first == group[a] ? group[b] : group[a];
    if (first == second) {
      return true;
    }
    int low = position[first];
    int high = position[second];
    edges = most;
    // A small group has few neighbours. Often there is nothing between the two on its side, and
    // then
    // it can move next to the other one.
    boolean forward = size[first] <= size[second];
    start();
    if (!follow(forward ? first : second, forward, low, high, forward ? second : first)) {
      return false;
    }
    if (found == 0) {
      position[unite(first, second)] = forward ? high : low;
      return true;
    }
    int between = found;
    start();
    if (!follow(forward ? second : first, !forward, low, high, forward ? first : second)) {
      return false;
    }
    int leaders = forward ? found : between;
    int followers = forward ? between : found;
    arrange(before, leaders, unite(first, second), after, followers, low, high);
    return true;
  }

  /**
   * Demands that one group runs after others, though it reads nothing of them; returns false, and
   * changes nothing, if one of them needs it to run before, or if finding out takes too long.
   *
   * @param node of the group that waits
   * @param others nodes of the groups it waits for
   */
  boolean delay(int node, List<Integer> others) {
    int waiting = group[node];
    int[] awaited =
        others.stream().mapToInt(o -> group[o]).filter(g -> g != waiting).distinct().toArray();
    int high = Arrays.stream(awaited).map(g -> position[g]).max().orElse(-1);
    edges = MOST_EDGES;
    if (high > position[waiting]) {
      start();
      if (!follow(waiting, true, position[waiting], high + 1, -1)) {
        return false;
      }
      for (int g : awaited) {
        if (seen[g] == search) {
          return false;
        }
      }
      int followers = found;
      // What leads to one of those awaited is no follower, or it would have been found.
      start();
      for (int g : awaited) {
        if (position[g] > position[waiting] && seen[g] != search) {
          seen[g] = search;
          int begin = found;
          before = add(before, found++, g);
          if (!continueFrom(begin, false, position[waiting], Integer.MAX_VALUE, -1)) {
            return false;
          }
        }
      }
      arrange(before, found, waiting, after, followers, position[waiting]);
    }
    for (int g : awaited) {
      waitsFor.merge(waiting, new int[] {g}, RunOrder::concat);
      waitedFor.merge(g, new int[] {waiting}, RunOrder::concat);
    }
    return true;
  }

  /** Returns the nodes of a group, in the order of the graph, by one of them. */
  List<Integer> members(int node) {
    int[] all = new int[size[group[node]]];
    int k = 0;
    for (int m = group[node]; m >= 0; m = next[m]) {
      all[k++] = m;
    }
    return Arrays.stream(all).sorted().boxed().toList();
  }

  /** Returns the place of a node's group in the order. */
  int position(int node) {
    return position[group[node]];
  }

  private void start() {
    search++;
    found = 0;
  }

  /**
   * Finds the groups that come after (or before) a group, between two places of the order; returns
   * false if they lead to a target, other than directly, or if there are too many edges.
   */
  private boolean follow(int from, boolean forward, int low, int high, int target) {
    return expand(from, forward, low, high, target, true)
        && continueFrom(0, forward, low, high, target);
  }

  private boolean continueFrom(int begin, boolean forward, int low, int high, int target) {
    for (int i = begin; i < found; i++) {
      if (!expand((forward ? after : before)[i], forward, low, high, target, false)) {
        return false;
      }
    }
    return true;
  }

  private boolean expand(
      int from, boolean forward, int low, int high, int target, boolean mayReach) {
    for (int m = from; m >= 0; m = next[m]) {
      for (int n : forward ? readers[m] : operands[m]) {
        if (group[n] != from && !visit(group[n], forward, low, high, target, mayReach)) {
          return false;
        }
      }
    }
    int[] waits = (forward ? waitedFor : waitsFor).get(from);
    if (waits != null) {
      for (int g : waits) {
        if (!visit(group[g], forward, low, high, target, false)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean visit(int g, boolean forward, int low, int high, int target, boolean mayReach) {
    if (--edges < 0) {
      return false;
    }
    if (g == target) {
      return mayReach;
    }
    if (seen[g] != search && position[g] > low && position[g] < high) {
      seen[g] = search;
      if (forward) {
        after = add(after, found++, g);
      } else {
        before = add(before, found++, g);
      }
    }
    return true;
  }

  /**
   * Puts one group behind some and in front of others, in the places that all of them have.
   *
   * @param own the places of the group itself; two where two have become one
   */
  private void arrange(
      int[] early, int leaders, int middle, int[] late, int followers, int... own) {
    int[] places = Arrays.copyOf(own, own.length + leaders + followers);
    for (int i = 0; i < leaders; i++) {
      places[own.length + i] = position[early[i]];
    }
    for (int i = 0; i < followers; i++) {
      places[own.length + leaders + i] = position[late[i]];
    }
    Arrays.sort(places);
    int place = assign(early, leaders, places, 0);
    position[middle] = places[place++];
    assign(late, followers, places, place);
  }

  /** Gives groups the next places, in the order that they have; returns the place after them. */
  private int assign(int[] groups, int count, int[] places, int from) {
    int[] sorted =
        Arrays.stream(groups, 0, count)
            .boxed()
            .sorted((a, b) -> Integer.compare(position[a], position[b]))
            .mapToInt(g -> g)
            .toArray();
    int place = from;
    for (int g : sorted) {
      position[g] = places[place++];
    }
    return place;
  }

  private int unite(int a, int b) {
    int large = size[a] >= size[b] ? a : b;
    int small = large == a ? b : a;
    for (int m = small; m >= 0; m = next[m]) {
      group[m] = large;
    }
    next[last[large]] = small;
    last[large] = last[small];
    size[large] += size[small];
    for (Map<Integer, int[]> waits : List.of(waitsFor, waitedFor)) {
      int[] moved = waits.remove(small);
      if (moved != null) {
        waits.merge(large, moved, RunOrder::concat);
      }
    }
    return large;
  }

  private static int[] add(int[] list, int at, int value) {
    int[] room = at < list.length ? list : Arrays.copyOf(list, 2 * list.length);
    room[at] = value;
    return room;
  }

  private static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
