package shinso.cpu.plan;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.RandomOp;
import shinso.cpu.layout.Layout;
import shinso.cpu.simd.Lanes;

/**
 * Where values lie that are joined later: a part of a concatenation is written to its place in the
 * joined value from the start, so that joining copies nothing. A part whose place has gaps between
 * its rows can be written by fused passes only; what can't be written, or can't be read where it
 * would lie, is copied as ever. A value to which a product is added lies where the sum does, and a
 * result of a fused pass where the pass finds something that nobody needs any more.
 */
final class Placements {
  private final Graph graph;
  private final Views views;
  private final Clusters clusters;

  /** For each node the concatenation, the sum or the successor in whose memory it lies, or −1. */
  private final int[] home;

  /** Which operand of its home a placed node is. */
  private final int[] slot;

  /** Where a placed node begins in its home, in elements. */
  private final long[] offset;

  /** How a node's elements lie behind its first one; null for views until they are resolved. */
  private final @Nullable Layout[] physical;

  private final BitSet outputs = new BitSet();

  /** Values to which a product is added in place. */
  private final BitSet summed = new BitSet();

  /** The result of a pass that takes the place of an operand, by operand. */
  private final Map<Integer, Integer> successors = new TreeMap<>();

  Placements(Graph graph, Views views, Clusters clusters, Epilogues epilogues, Units units) {
    this.graph = graph;
    this.views = views;
    this.clusters = clusters;
    int n = graph.nodes().size();
    home = new int[n];
    Arrays.fill(home, -1);
    slot = new int[n];
    offset = new long[n];
    physical = new @Nullable Layout[n];
    for (int o : graph.outputs()) {
      outputs.set(o);
    }
    epilogues
        .sums()
        .forEach((value, sum) -> {
          home[value] = sum;
          summed.set(value);
        });
    // From the results backwards: a concatenation may itself be part of one.
    for (int i = n - 1; i >= 0; i--) {
      if (graph.node(i).op() instanceof MovementOp.Concat c && !outputs.get(i)) {
        place(i, c.axis());
      }
    }
    // Also backwards, so that what takes the place of something already has one itself.
    for (int i = n - 1; i >= 0; i--) {
      succeed(i, units);
    }
    settle();
  }

  private void settle() {
    while (!resolve()) {
      // A place was taken back; what is read through it is looked at once more.
    }
    successors.keySet().removeIf(o -> home[o] < 0);
  }

  /** Looks for an operand of a fused pass in whose memory a result of the pass can be written. */
  private void succeed(int result, Units units) {
    Cluster c = clusters.of(result);
    Unit pass = units.of(result);
    if (c == null
        || pass == null
        || outputs.get(result)
        || !units.stored().get(result)
        || clusters.isSink(c, result)
        || graph.node(result).shape().size() != c.size) {
      return;
    }
    Layout place = base(result);
    if (!place.isDense() && 32 * place.dim(place.rank() - 1) % Lanes.bits() != 0) {
      return;
    }
    for (int operand : pass.reads) {
      Layout seen = place.apply(new MovementOp.Reshape(graph.node(operand).shape()));
      if (operand < result
          && canBeSucceeded(operand, c)
          && seen != null
          && (place.isDense() || canWriteRows(operand))
          && units.delay(pass, units.readers(operand))) {
        home[operand] = result;
        physical[operand] = place.isDense() ? null : seen;
        successors.put(operand, result);
        return;
      }
    }
  }

  /** Whether a pass reads a value element by element, and the value isn't tied to its place. */
  private boolean canBeSucceeded(int value, Cluster pass) {
    Graph.Node n = graph.node(value);
    return !(n.op() instanceof Leaf)
        && !MixedPrecision.isRounding(n.op())
        && !outputs.get(value)
        && home[value] < 0
        && n.shape().size() == pass.size
        && clusters.of(value) != pass
        && pass.members.stream().allMatch(m -> readsInOrder(m, value));
  }

  private boolean readsInOrder(int reader, int value) {
    return graph.node(reader).operands().stream()
        .filter(o -> views.root(o) == value)
        .allMatch(o ->
            !(graph.node(reader).op() instanceof RandomOp)
                && views.read(reader, o).isDense()
                && graph.node(o).shape().size() == graph.node(value).shape().size());
  }

  /** The results that take the place of an operand of the same pass, by operand. */
  Map<Integer, Integer> successors() {
    return successors;
  }

  /** Gives an operand, whose successor is written too early, memory of its own. */
  void separate(int operand) {
    takeBack(operand);
    settle();
  }

  private Layout base(int node) {
    Layout placed = physical[node];
    return placed == null ? Layout.dense(graph.node(node).shape()) : placed;
  }

  private void place(int concat, int axis) {
    Layout whole = base(concat);
    int position = 0;
    List<Integer> operands = graph.node(concat).operands();
    for (int i = 0; i < operands.size(); i++) {
      int o = operands.get(i);
      int length = graph.node(o).shape().dim(axis);
      int part = views.root(o);
      if (canBePlaced(part, o)) {
        Layout place =
            whole.within(axis, length).apply(new MovementOp.Reshape(graph.node(part).shape()));
        if (place != null && (place.isDense() || canWriteRows(part))) {
          home[part] = concat;
          slot[part] = i;
          offset[part] = (long) position * whole.stride(axis);
          physical[part] = place;
        }
      }
      position += length;
    }
  }

  private boolean canBePlaced(int part, int seenAs) {
    int size = graph.node(part).shape().size();
    return !(graph.node(part).op() instanceof Leaf)
        && !outputs.get(part)
        && home[part] < 0
        && size > 0
        && views.layout(seenAs).isDense()
        && graph.node(seenAs).shape().size() == size;
  }

  /** Whether the kernel that computes a node can leave gaps between rows. */
  private boolean canWriteRows(int node) {
    Cluster c = clusters.of(node);
    if (c != null) {
      return !clusters.isSink(c, node) && graph.node(node).shape().size() == c.size;
    }
    return graph.node(node).op() instanceof MovementOp.Concat;
  }

  /**
   * Finds out how views of placed values lie; returns false, having taken a place back, if a reader
   * can't read one.
   */
  private boolean resolve() {
    for (int i = 0; i < home.length; i++) {
      if (views.root(i) != i) {
        Graph.Node n = graph.node(i);
        Layout view = layout(n.operand(0)).apply((MovementOp) n.op());
        if (view == null) {
          takeBack(views.root(i));
          return false;
        }
        physical[i] = view;
      }
    }
    for (int i = 0; i < home.length; i++) {
      if (views.root(i) == i) {
        for (int o : graph.node(i).operands()) {
          int root = views.root(o);
          if (home[root] >= 0 && !base(root).isDense() && !canRead(i, o)) {
            takeBack(root);
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean canRead(int reader, int operand) {
    // A bias is read as it lies.
    boolean absorbed =
        clusters.of(reader) == null
            && clusters.unit(reader).size() > 1
            && !(graph.node(reader).op() instanceof ContractionOp);
    return !absorbed && (views.isCopy(reader) || views.accepts(reader, layout(operand)));
  }

  /** Gives a value, and all that lies in it, memory of its own. */
  private void takeBack(int root) {
    if (home[root] < 0) {
      throw new IllegalStateException("a view of dense memory has no layout: node " + root);
    }
    BitSet taken = new BitSet();
    taken.set(root);
    for (int i = root; i >= 0; i--) {
      if (i == root || (home[i] >= 0 && taken.get(home[i]))) {
        taken.set(i);
        home[i] = summed.get(i) ? home[i] : -1;
      }
    }
    for (int i = 0; i < home.length; i++) {
      if (home[i] < 0) {
        physical[i] = null;
      }
    }
  }

  /** The concatenation, the sum or the successor in whose memory a value lies, or −1. */
  int home(int node) {
    return home[node];
  }

  /** Whether an operand of a concatenation lies where it belongs. */
  boolean isInPlace(int concat, int operand) {
    int root = views.root(graph.node(concat).operand(operand));
    return home[root] == concat && slot[root] == operand;
  }

  /** Where a placed value begins in its home, in elements. */
  long offset(int node) {
    return offset[node];
  }

  /** How a node lies in memory, counted from the first element of its root. */
  Layout layout(int node) {
    Layout known = physical[node];
    return known == null ? views.layout(node) : known;
  }

  /** How a node reads an operand, as {@link Views#read}. */
  Layout read(int reader, int operand) {
    Layout layout = layout(operand);
    if (views.isCopy(reader)) {
      Layout view = layout.apply((MovementOp) graph.node(reader).op());
      return view == null ? layout : view;
    }
    return layout;
  }
}
