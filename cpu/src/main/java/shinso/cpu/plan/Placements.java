package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.RandomOp;
import shinso.cpu.layout.Layout;
import shinso.cpu.simd.Lanes;

/**
 * Which values share memory, and how each of them lies in it. A value may have a <i>home</i>, a
 * later value in whose memory it lies, for one of three reasons:
 *
 * <ul>
 *   <li><b>Part.</b> A part of a concatenation is written to its place in the joined value from the
 *       start, so that joining copies nothing. Both exist side by side.
 *   <li><b>Term.</b> A product is added to a value in that value's memory. The sum is its only
 *       reader.
 *   <li><b>Predecessor.</b> A fused pass writes its result over an operand, element by element. The
 *       pass reads the operand, and nothing else that lies in its memory, and runs after all other
 *       readers of whatever lies there.
 * </ul>
 *
 * <p>Outputs and leaves have memory of their own, with one exception: an output may lie in the
 * memory of an input that is donated, as a result over its predecessor. {@link PlanCheck} holds
 * what follows from these rules against the finished plan.
 *
 * <p>How a value lies follows from how its home does. A place whose rows have gaps between them can
 * be written by fused passes and joins only; where a value can't be written, or can't be read as it
 * would lie, it gets memory of its own.
 */
final class Placements {
  private enum Reason {
    PART,
    TERM,
    PREDECESSOR
  }

  private final Graph graph;
  private final Views views;
  private final Clusters clusters;
  private final Units units;

  /** For each node the value in whose memory it lies, which has a larger number, or −1. */
  private final int[] home;

  private final @Nullable Reason[] reason;

  /** Which operand of its home a part is. */
  private final int[] slot;

  /** Where a part begins along the axis of its home. */
  private final int[] start;

  /** Where a value begins in its home, in elements. */
  private final long[] offset;

  /** How the elements of a value or a view lie, counted from the first one of the value. */
  private final Layout[] physical;

  /** The values that have a value for their home, by the home. */
  private final List<Set<Integer>> guests = new ArrayList<>();

  private final BitSet outputs = new BitSet();

  /** For each output the number of the input in whose memory it lies, or −1. */
  private final int[] donors;

  Placements(Graph graph, Views views, Clusters clusters, Epilogues epilogues, Units units) {
    this.graph = graph;
    this.views = views;
    this.clusters = clusters;
    this.units = units;
    int n = graph.nodes().size();
    home = new int[n];
    Arrays.fill(home, -1);
    reason = new @Nullable Reason[n];
    slot = new int[n];
    start = new int[n];
    offset = new long[n];
    physical = new Layout[n];
    for (int i = 0; i < n; i++) {
      guests.add(new LinkedHashSet<>());
      physical[i] = views.layout(i);
    }
    IntStream.of(graph.outputs()).forEach(outputs::set);
    donors = donate();
    epilogues.sums().forEach((value, sum) -> settleIn(value, sum, Reason.TERM));
    // From the results backwards: a concatenation may itself be part of one.
    for (int i = n - 1; i >= 0; i--) {
      derive(i);
      if (graph.node(i).op() instanceof MovementOp.Concat c
          && !outputs.get(i)
          && !Views.hasDoubles(graph, i)) {
        takeParts(i, c.axis());
      }
    }
    // Also backwards, so that what takes the place of something already has one itself.
    for (int i = n - 1; i >= 0; i--) {
      derive(i);
      takePredecessor(i);
    }
    settle();
  }

  private void settleIn(int value, int where, Reason why) {
    home[value] = where;
    reason[value] = why;
    guests.get(where).add(value);
  }

  /** Gives a value memory of its own; what lies in it moves with it. */
  private void leave(int value) {
    if (home[value] < 0 || reason[value] == Reason.TERM) {
      throw new IllegalStateException("a view of dense memory has no layout: node " + value);
    }
    guests.get(home[value]).remove(value);
    home[value] = -1;
    reason[value] = null;
  }

  /** Finds out how a value lies, homes having come first; it leaves a home where it can't lie. */
  private void derive(int value) {
    if (!views.isValue(value)) {
      return;
    }
    offset[value] = 0;
    physical[value] = views.layout(value);
    if (home[value] < 0) {
      return;
    }
    Layout whole = physical[home[value]];
    Layout place = whole;
    if (reason[value] == Reason.PART) {
      int axis = ((MovementOp.Concat) graph.node(home[value]).op()).axis();
      int operand = graph.node(home[value]).operand(slot[value]);
      offset[value] = (long) whole.stride(axis) * start[value];
      place = whole.within(axis, graph.node(operand).shape().dim(axis));
    }
    Layout seen = place.apply(new MovementOp.Reshape(graph.node(value).shape()));
    if (seen == null || !(seen.isDense() || canWriteRows(value))) {
      leave(value);
      offset[value] = 0;
    } else {
      physical[value] = seen;
    }
  }

  private void takeParts(int concat, int axis) {
    List<Integer> operands = graph.node(concat).operands();
    int position = 0;
    for (int i = 0; i < operands.size(); i++) {
      int part = views.root(operands.get(i));
      if (canBePart(part, operands.get(i))) {
        slot[part] = i;
        start[part] = position;
        settleIn(part, concat, Reason.PART);
        derive(part);
      }
      position += graph.node(operands.get(i)).shape().dim(axis);
    }
  }

  private boolean canBePart(int part, int seenAs) {
    int size = graph.node(part).shape().size();
    return !(graph.node(part).op() instanceof Leaf)
        && !outputs.get(part)
        && home[part] < 0
        && size > 0
        && views.layout(seenAs).isDense()
        && graph.node(seenAs).shape().size() == size;
  }

  /** Looks for an operand of a fused pass in whose memory a result of the pass can be written. */
  private void takePredecessor(int result) {
    Unit pass = units.of(result);
    if (pass == null || outputs.get(result) || !canSucceed(result, pass)) {
      return;
    }
    Layout place = physical[result];
    if (!place.isDense() && 32 * place.dim(place.rank() - 1) % Lanes.bits() != 0) {
      return;
    }
    for (int operand : pass.reads) {
      if (operand < result
          && canBeSucceeded(operand, result, pass)
          && place.apply(new MovementOp.Reshape(graph.node(operand).shape())) != null
          && (place.isDense() || canWriteRows(operand))
          && units.delay(pass, readersOfMemory(operand))) {
        settleIn(operand, result, Reason.PREDECESSOR);
        return;
      }
    }
  }

  /** Whether a result of a pass is written element by element. */
  private boolean canSucceed(int result, Unit pass) {
    return pass.cluster != null
        && units.stored().get(result)
        && !clusters.isSink(pass.cluster, result)
        && graph.node(result).shape().size() == pass.cluster.size;
  }

  /** Whether a pass reads a value element by element, and nothing else that lies in its memory. */
  private boolean canBeSucceeded(int value, int result, Unit pass) {
    return !(graph.node(value).op() instanceof Leaf)
        && !MixedPrecision.isRounding(graph.node(value))
        && !outputs.get(value)
        && home[value] < 0
        && graph.node(value).shape().size() == graph.node(result).shape().size()
        && pass.members.stream().allMatch(m -> readsInOrder(m, value))
        && allGuests(value).stream().noneMatch(pass.reads::contains);
  }

  /** Whether an element of a value is only read where the same element of the pass is computed. */
  private boolean readsInOrder(int reader, int value) {
    return graph.node(reader).operands().stream()
        .filter(o -> views.root(o) == value)
        .allMatch(o ->
            !(graph.node(reader).op() instanceof RandomOp)
                && views.read(reader, o).isDense()
                && graph.node(o).shape().size() == graph.node(value).shape().size());
  }

  /** The units that read a value or anything that lies in its memory. */
  private Collection<Unit> readersOfMemory(int value) {
    Set<Unit> readers = new LinkedHashSet<>(units.readers(value));
    allGuests(value).forEach(g -> readers.addAll(units.readers(g)));
    return readers;
  }

  private List<Integer> allGuests(int value) {
    List<Integer> all = new ArrayList<>(guests.get(value));
    for (int i = 0; i < all.size(); i++) {
      all.addAll(guests.get(all.get(i)));
    }
    return all;
  }

  /**
   * For each output the donated input whose memory it can take, having delayed the unit that writes
   * it behind all readers.
   */
  private int[] donate() {
    int[] donated = graph.donated();
    int[] inputs = graph.inputs();
    int[] result = new int[graph.outputs().length];
    Arrays.fill(result, -1);
    // Nothing is overwritten before everything that can fail has been done: a step is committed
    // whole or not at all.
    List<Unit> failing =
        units.all().stream().filter(u -> graph.node(u.head()).op() instanceof IndexOp).toList();
    for (int i = 0; i < result.length; i++) {
      int output = graph.outputs()[i];
      Unit writer = units.of(output);
      if (donated[i] >= 0 && writer != null && canSucceed(output, writer)) {
        int input = inputs[donated[i]];
        List<Unit> before = new ArrayList<>(units.readers(input));
        before.addAll(failing);
        if (!outputs.get(input)
            && graph.node(input).shape().size() == graph.node(output).shape().size()
            && writer.members.stream().allMatch(m -> readsInOrder(m, input))
            && units.delay(writer, before)) {
          result[i] = donated[i];
        }
      }
    }
    return result;
  }

  /** Whether the kernel that computes a value can leave gaps between rows. */
  private boolean canWriteRows(int value) {
    Cluster c = clusters.of(value);
    if (c != null) {
      return !clusters.isSink(c, value) && graph.node(value).shape().size() == c.size;
    }
    return graph.node(value).op() instanceof MovementOp.Concat;
  }

  /**
   * Finds out how everything lies; values that can't be written or read where they would lie get
   * memory of their own.
   */
  private void settle() {
    Set<Integer> leaving;
    do {
      for (int i = home.length - 1; i >= 0; i--) {
        derive(i);
      }
      leaving = new LinkedHashSet<>();
      for (int i = 0; i < home.length; i++) {
        for (int o : graph.node(i).operands()) {
          int root = views.root(o);
          if (home[root] >= 0 && !leaving.contains(root) && !canRead(i, o)) {
            leaving.add(root);
          }
        }
        if (!views.isValue(i) && !leaving.contains(views.root(i))) {
          Layout of = physical[graph.node(i).operand(0)];
          Layout view = of.apply((MovementOp) graph.node(i).op());
          if (view == null) {
            leaving.add(views.root(i));
          } else {
            physical[i] = view;
          }
        }
      }
      leaving.forEach(this::leave);
    } while (!leaving.isEmpty());
  }

  /** Whether a node can read an operand, whose value has a place with gaps, as it lies. */
  private boolean canRead(int reader, int operand) {
    Unit unit = units.of(reader);
    if (unit == null || physical[views.root(operand)].isDense()) {
      return true;
    }
    // What a contraction adds to its result is read without gaps.
    boolean absorbed = unit.cluster == null && unit.head() != reader;
    return !absorbed && (views.isCopy(reader) || views.accepts(reader, physical[operand]));
  }

  /** The results of passes that are written over an operand of the same pass, by operand. */
  Map<Integer, Integer> successors() {
    Map<Integer, Integer> all = new TreeMap<>();
    for (int i = 0; i < home.length; i++) {
      if (reason[i] == Reason.PREDECESSOR) {
        all.put(i, home[i]);
      }
    }
    for (int i = 0; i < donors.length; i++) {
      if (donors[i] >= 0) {
        all.put(graph.inputs()[donors[i]], graph.outputs()[i]);
      }
    }
    return all;
  }

  /** Gives a value, whose successor is written too early, memory of its own. */
  void separate(int value) {
    if (graph.node(value).op() instanceof Leaf) {
      for (int i = 0; i < donors.length; i++) {
        donors[i] = donors[i] >= 0 && graph.inputs()[donors[i]] == value ? -1 : donors[i];
      }
    } else {
      leave(value);
      settle();
    }
  }

  /** The value in whose memory a value lies, or −1. */
  int home(int value) {
    return home[value];
  }

  /** For each output the number of the input in whose memory it lies, or −1. */
  int[] donors() {
    return donors.clone();
  }

  /** Whether an operand of a concatenation lies where it belongs. */
  boolean isInPlace(int concat, int operand) {
    int root = views.root(graph.node(concat).operand(operand));
    return home[root] == concat && slot[root] == operand;
  }

  /** Where a value begins in its home, in elements. */
  long offset(int value) {
    return offset[value];
  }

  /** How a node lies in memory, counted from the first element of its value. */
  Layout layout(int node) {
    return physical[node];
  }

  /** How a node reads an operand, as {@link Views#read}. */
  Layout read(int reader, int operand) {
    Layout layout = physical[operand];
    if (views.isCopy(reader)) {
      Layout view = layout.apply((MovementOp) graph.node(reader).op());
      return view == null ? layout : view;
    }
    return layout;
  }
}
