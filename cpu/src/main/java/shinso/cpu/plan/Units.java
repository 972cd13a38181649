package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;

/** The units of a program, what they read of each other, and an order in which they can run. */
final class Units {
  private final List<Unit> units = new ArrayList<>();
  private final RunOrder order;
  private final int[] unitOf;

  /** Nodes whose value is needed in memory. */
  private final BitSet stored = new BitSet();

  /** The units that read a node, by node. */
  private final Map<Integer, List<Unit>> readers = new HashMap<>();

  Units(Graph graph, Views views, Clusters clusters) {
    int n = graph.nodes().size();
    order = clusters.order();
    unitOf = new int[n];
    Arrays.fill(unitOf, -1);
    for (int i = 0; i < n; i++) {
      if (!views.isValue(i) || graph.node(i).op() instanceof Leaf || unitOf[i] >= 0) {
        continue;
      }
      Unit u = new Unit(units.size(), order.members(i), clusters.of(i));
      u.members.forEach(m -> unitOf[m] = u.number);
      units.add(u);
    }
    for (Unit u : units) {
      for (int m : u.members) {
        for (int o : clusters.operandsOf(m)) {
          if (unitOf[o] != u.number && u.reads.add(o)) {
            readers.computeIfAbsent(o, k -> new ArrayList<>()).add(u);
            stored.set(o);
            if (unitOf[o] >= 0) {
              u.after.add(unitOf[o]);
            }
          }
        }
      }
    }
    for (int o : graph.outputs()) {
      stored.set(o);
    }
  }

  List<Unit> all() {
    return units;
  }

  BitSet stored() {
    return stored;
  }

  /** The unit that computes a node, or null for a leaf. */
  @Nullable Unit of(int node) {
    return unitOf[node] < 0 ? null : units.get(unitOf[node]);
  }

  /** The units that read a value. */
  List<Unit> readers(int node) {
    return readers.getOrDefault(node, List.of());
  }

  /**
   * Demands that a unit runs after some others; returns false, and changes nothing, if one of these
   * needs it to run before.
   */
  boolean delay(Unit unit, Collection<Unit> others) {
    if (!order.delay(unit.head(), others.stream().map(Unit::head).toList())) {
      return false;
    }
    others.stream().filter(o -> o != unit).forEach(o -> unit.after.add(o.number));
    return true;
  }

  /** Returns the units in an order that respects what each needs, otherwise that of the graph. */
  List<Unit> schedule() {
    int[] missing = new int[units.size()];
    List<List<Unit>> followers = new ArrayList<>();
    units.forEach(u -> followers.add(new ArrayList<>()));
    for (Unit u : units) {
      missing[u.number] = u.after.size();
      u.after.forEach(a -> followers.get(a).add(u));
    }
    PriorityQueue<Unit> ready =
        new PriorityQueue<>(Comparator.comparingInt((Unit u) -> u.members.getLast()));
    units.stream().filter(u -> missing[u.number] == 0).forEach(ready::add);
    List<Unit> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Unit u = ready.poll();
      order.add(u);
      for (Unit f : followers.get(u.number)) {
        if (--missing[f.number] == 0) {
          ready.add(f);
        }
      }
    }
    if (order.size() != units.size()) {
      throw new IllegalStateException("the units of a program need each other in a circle");
    }
    return order;
  }
}
