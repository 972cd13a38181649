package shinso.cpu.plan;

import java.util.BitSet;
import shinso.core.graph.Graph;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.tensor.DType;
import shinso.cpu.kernel.KernelFactory;
import shinso.cpu.layout.Layout;

/**
 * For every node the value whose memory it reads and the layout in which it does. Movements are
 * views of another value; a reshape that strides can't express, and a view that a kernel can't
 * read, become values of their own that a pass copies.
 */
final class Views {
  private final Graph graph;
  private final int[] roots;
  private final Layout[] layouts;
  private final BitSet copies = new BitSet();

  Views(Graph graph) {
    this.graph = graph;
    this.roots = new int[graph.nodes().size()];
    this.layouts = new Layout[roots.length];
    BitSet needed;
    // Copying one view changes how views of it lie, so look again until all are readable.
    do {
      resolve();
      needed = unreadable();
      copies.or(needed);
    } while (!needed.isEmpty());
  }

  private BitSet unreadable() {
    BitSet found = new BitSet();
    for (int n = 0; n < roots.length; n++) {
      for (int o : graph.node(n).operands()) {
        if (!accepts(n, layouts[o])) {
          found.set(o);
        }
      }
    }
    return found;
  }

  private void resolve() {
    for (int i = 0; i < roots.length; i++) {
      Graph.Node n = graph.node(i);
      roots[i] = i;
      layouts[i] = Layout.dense(n.shape());
      if (isView(n.op()) && !copies.get(i)) {
        Layout view = layouts[n.operand(0)].apply((MovementOp) n.op());
        if (view != null) {
          roots[i] = roots[n.operand(0)];
          layouts[i] = view;
        } else {
          copies.set(i);
        }
      }
    }
  }

  /** Whether a kernel can read a layout; fused passes and plain copies read all of them. */
  boolean accepts(int reader, Layout layout) {
    Op op = graph.node(reader).op();
    if (op instanceof ContractionOp) {
      return KernelFactory.reads(op, layout);
    }
    if (hasDoubles(graph, reader)) {
      return true;
    }
    if (MixedPrecision.isRounding(graph.node(reader))) {
      return layout.isContiguous();
    }
    boolean any = op instanceof MovementOp || Clusters.isFused(graph, reader);
    return (any && !(op instanceof RandomOp)) || layout.isDense();
  }

  /** Whether a node has F64 operands or results; the reference interpreter computes it. */
  static boolean hasDoubles(Graph graph, int node) {
    Graph.Node n = graph.node(node);
    return n.dtype() == DType.F64
        || n.operands().stream().anyMatch(o -> graph.node(o).dtype() == DType.F64);
  }

  /** Whether an operation only changes the way of looking at its operand. */
  static boolean isView(Op op) {
    return op instanceof MovementOp
        && !(op instanceof MovementOp.Pad)
        && !(op instanceof MovementOp.Concat);
  }

  /** The node whose memory a node reads; itself, if it is computed. */
  int root(int node) {
    return roots[node];
  }

  /** How a node lies in the memory of its root. */
  Layout layout(int node) {
    return layouts[node];
  }

  /** How a node reads an operand: a copied view reads what the view would have shown. */
  Layout read(int reader, int operand) {
    Layout layout = layouts[operand];
    if (copies.get(reader)) {
      Layout view = layout.apply((MovementOp) graph.node(reader).op());
      // Where strides can't express a reshape, its elements still come in the same order.
      return view == null ? layout : view;
    }
    return layout;
  }

  /** Whether a movement is carried out as a copy. */
  boolean isCopy(int node) {
    return copies.get(node);
  }

  /** Whether a node has a value of its own, as opposed to a way of looking at another's. */
  boolean isValue(int node) {
    return roots[node] == node;
  }

  /** Whether a node is a constant scalar looked at in some way. */
  boolean isConstant(int node) {
    return graph.node(roots[node]).op() instanceof Leaf.Constant;
  }
}
