package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.cpu.layout.Layout;

/**
 * Gathers element-wise operations and reductions into clusters. Every such node starts as a cluster
 * of its own; clusters merge along the values that one makes for the other as long as one pass over
 * a common space can compute them and no cycle comes about. First a node joins its readers if they
 * are all in one cluster, which saves its memory altogether; then what still can be merged is
 * merged, which saves reading.
 */
final class Clusters {
  /** Nodes between passes that are merged although neither reads the other's results. */
  private static final int MOST_APART = 256;

  private final Graph graph;
  private final Views views;
  private final RunOrder order;
  private final BitSet outputs = new BitSet();
  private final @Nullable Cluster[] of;

  /** For each node the nodes that read the value, through views or not. */
  private final List<List<Integer>> readers = new ArrayList<>();

  Clusters(Graph graph, Views views, Epilogues epilogues) {
    this.graph = graph;
    this.views = views;
    this.order = new RunOrder(graph, views);
    int n = graph.nodes().size();
    this.of = new @Nullable Cluster[n];
    BitSet absorbed = new BitSet();
    for (int i = 0; i < n; i++) {
      readers.add(new ArrayList<>());
      Epilogues.Absorbed e = epilogues.of(i);
      int result = i;
      for (int a : e == null ? List.<Integer>of() : e.nodes()) {
        order.joinOnlyReader(result, a);
        absorbed.set(a);
        result = a;
      }
    }
    for (int i = 0; i < n; i++) {
      if (views.isValue(i) && !absorbed.get(i) && isClustered(i)) {
        of[i] = start(i);
      }
      if (views.isValue(i)) {
        for (int o : graph.node(i).operands()) {
          readers.get(views.root(o)).add(i);
        }
      }
    }
    for (int o : graph.outputs()) {
      outputs.set(o);
    }
    joinReaders();
    joinProducers();
    joinSiblings();
  }

  static boolean isElementwise(Op op) {
    return op instanceof UnaryOp
        || op instanceof BinaryOp
        || op instanceof SelectOp
        || op instanceof CastOp
        || op instanceof RandomOp.Draw;
  }

  static boolean isReduction(Op op) {
    return op instanceof ReduceOp r && r.kind() != ReduceOp.Kind.ARGMAX;
  }

  private boolean isClustered(int node) {
    boolean copied = views.isCopy(node) && !Views.hasDoubles(graph, node);
    return isFused(graph, node) || (copied && graph.node(node).shape().size() > 0);
  }

  /** Whether an operation becomes part of a fused pass. */
  static boolean isFused(Graph graph, int node) {
    Graph.Node n = graph.node(node);
    if (n.shape().size() == 0 || Views.hasDoubles(graph, node) || MixedPrecision.isRounding(n)) {
      return false;
    }
    if (isReduction(n.op())) {
      boolean some = graph.node(n.operand(0)).shape().size() > 0;
      return some && n.dtype() == DType.F32 && ReducedAxes.of(graph, node).isSimple();
    }
    return isElementwise(n.op());
  }

  private Cluster start(int node) {
    if (!isReduction(graph.node(node).op())) {
      return new Cluster(node, graph.node(node).shape().size(), 0);
    }
    int size = graph.node(graph.node(node).operand(0)).shape().size();
    Cluster c = new Cluster(node, size, ReducedAxes.of(graph, node).columns());
    c.hasReductions = true;
    return c;
  }

  /** From the results backwards: a node whose readers are all in one cluster joins it. */
  private void joinReaders() {
    for (int i = of.length - 1; i >= 0; i--) {
      Cluster mine = of[i];
      if (mine == null || outputs.get(i)) {
        continue;
      }
      Cluster only = null;
      boolean single = !readers.get(i).isEmpty();
      for (int r : readers.get(i)) {
        Cluster c = of[r];
        single &= c != null && (only == null || only == c);
        only = c;
      }
      if (single && only != null && only != mine) {
        merge(mine, only);
      }
    }
  }

  private void joinProducers() {
    for (int i = 0; i < of.length; i++) {
      Cluster mine = of[i];
      if (mine == null) {
        continue;
      }
      for (int r : readers.get(i)) {
        Cluster reader = of[r];
        Cluster producer = of[i];
        if (reader != null && producer != null && reader != producer) {
          merge(producer, reader);
        }
      }
    }
  }

  /**
   * Joins passes that read the same value, element by element, if nothing that one of them reads
   * comes after it: they can run at the same time, and what both read is read once.
   */
  private void joinSiblings() {
    for (int i = 0; i < of.length; i++) {
      List<Cluster> candidates =
          readers.get(i).stream()
              .map(r -> of[r])
              .filter(c -> c != null && !c.hasReductions)
              .distinct()
              .toList();
      for (int k = 1; k < candidates.size(); k++) {
        Cluster first = of[candidates.get(0).members.first()];
        Cluster second = of[candidates.get(k).members.first()];
        if (first != null
            && second != null
            && first != second
            && of[i] != first
            && of[i] != second
            && first.size == second.size
            && first.size == graph.node(i).shape().size()
            && (lastRead(first) == i || lastRead(second) == i)) {
          mergeSiblings(first, second);
        }
      }
    }
  }

  private void mergeSiblings(Cluster a, Cluster b) {
    int before = Math.min(a.members.first(), b.members.first());
    int after = Math.max(a.members.last(), b.members.last());
    if (after - before <= MOST_APART) {
      merge(a, b);
    }
  }

  /** The last of the computed values that a cluster reads of others. */
  private int lastRead(Cluster c) {
    int last = -1;
    for (int m : c.members) {
      for (int o : operandsOf(m)) {
        boolean own = of[o] == c || graph.node(o).op() instanceof Leaf;
        last = own ? last : Math.max(last, o);
      }
    }
    return last;
  }

  /** Merges two clusters if one pass can compute both. */
  private void merge(Cluster a, Cluster b) {
    Cluster smaller = a.members.size() < b.members.size() ? a : b;
    Cluster larger = smaller == a ? b : a;
    Cluster merged = space(a, b);
    if (merged == null
        || !keepsOrder(merged, a)
        || !keepsOrder(merged, b)
        || !fits(merged, smaller, larger)
        || !order.join(smaller.members.first(), larger.members.first())) {
      return;
    }
    larger.size = merged.size;
    larger.columns = merged.columns;
    larger.hasReductions |= smaller.hasReductions;
    larger.members.addAll(smaller.members);
    smaller.members.forEach(m -> of[m] = larger);
  }

  /**
   * The space that both fit into, or null: the same one, or one has an element for each row of the
   * other.
   */
  private static @Nullable Cluster space(Cluster a, Cluster b) {
    Cluster large = a.size >= b.size ? a : b;
    Cluster small = large == a ? b : a;
    int columns;
    if (a.size == b.size) {
      if (a.columns != 0 && b.columns != 0 && a.columns != b.columns) {
        return null;
      }
      columns = Math.max(a.columns, b.columns);
    } else {
      if (small.columns != 0 || small.size == 1 || large.size % small.size != 0) {
        return null;
      }
      columns = large.size / small.size;
      if (large.columns != 0 && large.columns != columns) {
        return null;
      }
      if (columns > Cluster.TILE) {
        return null;
      }
    }
    Cluster c = new Cluster(large.members.first(), large.size, columns);
    c.members.clear();
    return c;
  }

  /**
   * Whether the order of every sum stays what it is in a pass of its own. The sum of everything is
   * taken tile by tile, so it can't be part of a pass whose tiles are rows; sums of one element a
   * row are, since these are kept for the end.
   */
  private boolean keepsOrder(Cluster merged, Cluster part) {
    return part.columns == merged.columns || part.size != merged.size || !part.hasReductions;
  }

  /** Whether every value that passes between the two keeps to its element or its row. */
  private boolean fits(Cluster merged, Cluster smaller, Cluster larger) {
    for (int m : smaller.members) {
      if (!readsWithin(merged, m, larger)) {
        return false;
      }
      for (int reader : readers.get(m)) {
        if (of[reader] == larger && !readsWithin(merged, reader, smaller)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean readsWithin(Cluster merged, int reader, Cluster producers) {
    return graph.node(reader).operands().stream()
        .noneMatch(
            o -> of[views.root(o)] == producers && relation(merged, reader, o) == Relation.NONE);
  }

  /** How a member of a cluster reads a value that the same cluster makes. */
  enum Relation {
    /** The element of the same number. */
    SAME,
    /** One element a row, repeated along the row. */
    ROW,
    /** In another way, which needs the value in memory. */
    NONE
  }

  /** Returns how a member reads an operand whose root is a member too. */
  Relation relation(Cluster c, int reader, int operand) {
    int root = views.root(operand);
    if (isSink(c, root) || graph.node(reader).op() instanceof RandomOp.Draw) {
      return Relation.NONE;
    }
    Layout layout = views.read(reader, operand);
    int rootSize = graph.node(root).shape().size();
    if (layout.isDense() && layout.size() == rootSize) {
      // The reader must stand in the same place: both whole, or both one a row.
      return placeOfOperands(reader) == rootSize ? Relation.SAME : Relation.NONE;
    }
    boolean row =
        c.hasRowValues()
            && rootSize == c.rows()
            && layout.size() == c.size
            && layout.isRowBroadcast(rootSize);
    return row ? Relation.ROW : Relation.NONE;
  }

  /** The number of elements that a member reads of each operand. */
  private int placeOfOperands(int member) {
    Graph.Node n = graph.node(member);
    return isReduction(n.op()) ? graph.node(n.operand(0)).shape().size() : n.shape().size();
  }

  /**
   * Whether a member is finished only after the whole pass: its value can't be read by the same
   * pass.
   */
  boolean isSink(Cluster c, int member) {
    if (!isReduction(graph.node(member).op())) {
      return false;
    }
    ReducedAxes r = ReducedAxes.of(graph, member);
    boolean perRow =
        r.after() == 1 && r.before() > 1 && c.hasRowValues() && r.length() == c.columns;
    return !perRow;
  }

  /** The values that a node reads. */
  List<Integer> operandsOf(int node) {
    if (!views.isValue(node)) {
      return List.of();
    }
    return graph.node(node).operands().stream().map(views::root).toList();
  }

  /** Which nodes are computed together, and in which order they can be. */
  RunOrder order() {
    return order;
  }

  /** The cluster of a node, or null if it has a kernel of its own. */
  @Nullable Cluster of(int node) {
    return of[node];
  }
}
