package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.cpu.layout.Layout;

/**
 * Carries a finished plan out with marks instead of numbers. Every cell of memory remembers which
 * element of which value was written to it last, and
 *
 * <ol>
 *   <li>whatever a kernel reads is there: the cell holds that element of that value, or an element
 *       that was joined with others to become it;
 *   <li>where a kernel writes over what it reads, it is a pass that reads the element of the same
 *       number, or a product that is added to it: tasks of a kernel run in any order;
 *   <li>no two results of a kernel, nor a result and its work space, share a cell;
 *   <li>in the end the outputs are there.
 * </ol>
 *
 * <p>That a pass reads an element before it writes over it is left to {@link
 * LoopBuilder#readsBefore}. The check is an assertion of {@link Planner}; it takes as long as a few
 * runs of the program, so plans of more than {@value #MOST_CELLS} cells go without.
 */
final class PlanCheck {
  private static final int MOST_CELLS = 1 << 23;

  /** What no value has written. */
  private static final long NOTHING = -1;

  private final Graph graph;
  private final Views views;
  private final Placements placements;
  private final Epilogues epilogues;
  private final long[] offsets;
  private final int cellBytes;

  /** The memory of the slab, and of each input and output that has memory of its own. */
  private final Memory slab;

  private final Map<Integer, Memory> outside = new HashMap<>();

  /** The marks of each value's elements. */
  private final Map<Integer, long[]> marks = new HashMap<>();

  /** Cells: the mark of what they hold, and the step and element that was last written to them. */
  private record Memory(long[] mark, int[] step, int[] element) {
    static Memory of(int cells) {
      long[] mark = new long[cells];
      Arrays.fill(mark, NOTHING);
      return new Memory(mark, new int[cells], new int[cells]);
    }
  }

  private PlanCheck(
      Graph graph,
      Views views,
      Placements placements,
      Epilogues epilogues,
      long[] offsets,
      long slabBytes) {
    this.graph = graph;
    this.views = views;
    this.placements = placements;
    this.epilogues = epilogues;
    this.offsets = offsets;
    boolean halves = graph.nodes().stream().anyMatch(MixedPrecision::isRounding);
    this.cellBytes = halves ? 2 : 4;
    this.slab = Memory.of((int) (slabBytes / cellBytes));
  }

  /**
   * Checks a plan.
   *
   * @param order the units in the order in which they run
   * @param donors for each output the number of the input in whose memory it lies, or −1
   * @param offsets the place of each value, and behind these of each work space, in the slab in
   *     bytes, or −1
   * @param workspaces size in bytes and step of each work space
   * @return true
   * @throws AssertionError if a rule is broken, naming the values
   */
  static boolean verify(
      Graph graph,
      Views views,
      Placements placements,
      Epilogues epilogues,
      List<Unit> order,
      int[] donors,
      long[] offsets,
      List<long[]> workspaces,
      long slabBytes) {
    long read = 0;
    for (Unit u : order) {
      for (int m : u.members) {
        for (int o : graph.node(m).operands()) {
          read += graph.node(o).shape().size();
        }
      }
    }
    if (slabBytes / 4 + read > MOST_CELLS) {
      return true;
    }
    new PlanCheck(graph, views, placements, epilogues, offsets, slabBytes)
        .run(order, donors, workspaces);
    return true;
  }

  private void run(List<Unit> order, int[] donors, List<long[]> workspaces) {
    for (int i : graph.inputs()) {
      outside.put(i, Memory.of(cellsOf(i)));
      put(i, 0);
    }
    for (int i = 0; i < donors.length; i++) {
      int output = graph.outputs()[i];
      outside.put(
          output, donors[i] < 0 ? Memory.of(cellsOf(output)) : memory(graph.inputs()[donors[i]]));
    }
    for (int step = 0; step < order.size(); step++) {
      Unit unit = order.get(step);
      for (int m : written(unit)) {
        claim(m, step + 1);
      }
      for (int w = 0; w < workspaces.size(); w++) {
        if (workspaces.get(w)[1] == step) {
          claimWorkspace(w, workspaces.get(w)[0], step + 1);
        }
      }
      for (int m : unit.members) {
        for (int o : graph.node(m).operands()) {
          read(unit, m, o, step + 1);
        }
      }
      written(unit).forEach(m -> put(m, m));
    }
    for (int o : graph.outputs()) {
      expect(o, placements.layout(o), views.layout(o), "the caller");
    }
  }

  /** The members of a unit that are needed in memory. */
  private List<Integer> written(Unit unit) {
    return unit.members.stream().filter(m -> outside.containsKey(m) || offsets[m] >= 0).toList();
  }

  /** Notes which cells a kernel writes; no two of its results may share one. */
  private void claim(int value, int step) {
    Memory memory = memory(value);
    boolean[] isThere = isThere(value);
    int[] cells = cells(value, placements.layout(value));
    int per = cellsPerElement(value);
    for (int i = 0; i < cells.length; i++) {
      int element = i / per;
      if (!isThere[element]) {
        if (memory.step[cells[i]] == step) {
          fail("two results of a kernel share memory", value);
        }
        memory.step[cells[i]] = step;
        memory.element[cells[i]] = element;
      }
    }
  }

  private void claimWorkspace(int workspace, long bytes, int step) {
    int first = (int) (offsets[graph.nodes().size() + workspace] / cellBytes);
    for (int cell = first; cell < first + bytes / cellBytes; cell++) {
      if (slab.step[cell] == step) {
        throw new AssertionError("a work space lies in a result of step " + step);
      }
      slab.mark[cell] = NOTHING;
      slab.step[cell] = step;
      slab.element[cell] = -1;
    }
  }

  private void read(Unit unit, int reader, int operand, int step) {
    int root = views.root(operand);
    if (unit.members.contains(root) || isConstant(root)) {
      return;
    }
    Layout lies = placements.read(reader, operand);
    expect(root, lies, views.read(reader, operand), "node " + describe(reader));
    Epilogues.Absorbed e = epilogues.of(unit.head());
    boolean added = e != null && e.sum() == root;
    boolean passes = unit.cluster != null && lies.size() == unit.cluster.size;
    Memory memory = memory(root);
    int per = cellsPerElement(root);
    int i = 0;
    for (int cell : cells(root, lies)) {
      int element = i++ / per;
      if (memory.step[cell] == step && (!(added || passes) || memory.element[cell] != element)) {
        fail("node " + describe(reader) + " writes over elements that other tasks read", root);
      }
    }
  }

  /** Demands that memory holds what a reader wants to see. */
  private void expect(int value, Layout lies, Layout shows, String who) {
    long[] mark = memory(value).mark;
    long[] wanted = marks(value);
    int[] cells = cells(value, lies);
    int[] elements = positions(shows);
    int per = cellsPerElement(value);
    for (int i = 0; i < cells.length; i++) {
      if (mark[cells[i]] != wanted[elements[i / per]]) {
        long found = mark[cells[i]];
        String instead =
            found == NOTHING
                ? "nothing"
                : "element " + (int) found + " of " + describe((int) (found >> 32));
        fail(who + " finds " + instead + " at element " + elements[i / per], value);
      }
    }
  }

  /** Writes a value, except parts of a concatenation that must be there already. */
  private void put(int value, int who) {
    long[] mark = memory(value).mark;
    long[] elements = marks(value);
    int[] cells = cells(value, placements.layout(value));
    int per = cellsPerElement(value);
    boolean[] isThere = isThere(value);
    for (int i = 0; i < cells.length; i++) {
      if (!isThere[i / per]) {
        mark[cells[i]] = elements[i / per];
      } else if (mark[cells[i]] != elements[i / per]) {
        fail("a part isn't where it should be joined, in node " + describe(who), value);
      }
    }
  }

  /** The elements of a concatenation that its parts have written. */
  private boolean[] isThere(int value) {
    boolean[] isThere = new boolean[graph.node(value).shape().size()];
    if (graph.node(value).op() instanceof MovementOp.Concat) {
      List<int[]> parts = parts(value);
      for (int k = 0; k < parts.size(); k++) {
        if (placements.isInPlace(value, k)) {
          IntStream.of(parts.get(k)).forEach(e -> isThere[e] = true);
        }
      }
    }
    return isThere;
  }

  /** The marks of a value: of its own, or for a concatenation those of what it joins. */
  private long[] marks(int value) {
    long[] known = marks.get(value);
    if (known != null) {
      return known;
    }
    long[] own = new long[graph.node(value).shape().size()];
    if (graph.node(value).op() instanceof MovementOp.Concat) {
      List<int[]> parts = parts(value);
      for (int k = 0; k < parts.size(); k++) {
        int operand = graph.node(value).operand(k);
        long[] from = marks(views.root(operand));
        int[] shown = positions(views.layout(operand));
        for (int i = 0; i < shown.length; i++) {
          own[parts.get(k)[i]] = from[shown[i]];
        }
      }
    } else {
      Arrays.setAll(own, i -> ((long) value << 32) | i);
    }
    marks.put(value, own);
    return own;
  }

  /** For each operand of a concatenation the numbers of its elements in the joined value. */
  private List<int[]> parts(int concat) {
    Graph.Node n = graph.node(concat);
    int axis = ((MovementOp.Concat) n.op()).axis();
    Layout whole = Layout.dense(n.shape());
    List<int[]> parts = new ArrayList<>();
    int at = 0;
    for (int o : n.operands()) {
      int length = graph.node(o).shape().dim(axis);
      int first = at * whole.stride(axis);
      parts.add(IntStream.of(positions(whole.within(axis, length))).map(p -> p + first).toArray());
      at += length;
    }
    return parts;
  }

  private boolean isConstant(int value) {
    return graph.node(value).op() instanceof Leaf && !outside.containsKey(value);
  }

  private Memory memory(int value) {
    return outside.getOrDefault(value, slab);
  }

  private int cellsPerElement(int value) {
    boolean half = MixedPrecision.isRounding(graph.node(value));
    return half ? 1 : graph.node(value).dtype().bytes() / cellBytes;
  }

  private int cellsOf(int value) {
    return graph.node(value).shape().size() * cellsPerElement(value);
  }

  /** The cells of the elements that a layout shows of a value. */
  private int[] cells(int value, Layout layout) {
    int per = cellsPerElement(value);
    long base = outside.containsKey(value) ? 0 : offsets[value] / cellBytes;
    int[] positions = positions(layout);
    if (per == 1) {
      return base == 0 ? positions : IntStream.of(positions).map(p -> (int) (base + p)).toArray();
    }
    int[] cells = new int[positions.length * per];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (int) (base + (long) positions[i / per] * per + i % per);
    }
    return cells;
  }

  /** Where the elements of a layout lie, in row-major order. */
  private static int[] positions(Layout layout) {
    int[] positions = new int[layout.size()];
    int[] index = new int[layout.rank()];
    int at = layout.offset();
    for (int i = 0; i < positions.length; i++) {
      positions[i] = at;
      for (int axis = index.length - 1; axis >= 0; axis--) {
        at += layout.stride(axis);
        if (++index[axis] < layout.dim(axis)) {
          break;
        }
        at -= layout.dim(axis) * layout.stride(axis);
        index[axis] = 0;
      }
    }
    return positions;
  }

  private void fail(String what, int value) {
    throw new AssertionError(
        what
            + " of "
            + describe(value)
            + (placements.home(value) < 0
                ? ""
                : ", which lies in " + describe(placements.home(value)))
            + "\n"
            + graph);
  }

  private String describe(int node) {
    return node + " (" + graph.node(node).op().label() + graph.node(node).shape() + ")";
  }
}
