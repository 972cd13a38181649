package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/** Decisions about random graphs, each compared with what looking at all paths says. */
class RunOrderTest {
  private static final int NODES = 40;

  /** A leaf, and nodes that read one or two earlier ones. */
  private static Graph graph(Random random) {
    List<Graph.Node> nodes = new ArrayList<>();
    nodes.add(node(new Leaf.Data(Shape.of(2), DType.F32), List.of()));
    for (int i = 1; i < NODES; i++) {
      int a = random.nextInt(Math.max(0, i - 8), i);
      int b = random.nextInt(i);
      nodes.add(
          random.nextBoolean()
              ? node(new UnaryOp(UnaryOp.Kind.EXP), List.of(a))
              : node(new BinaryOp(BinaryOp.Kind.ADD), List.of(a, b)));
    }
    return new Graph(nodes, new int[] {NODES - 1}, new int[] {-1});
  }

  private static Graph.Node node(Op op, List<Integer> operands) {
    return new Graph.Node(op, operands, Shape.of(2), DType.F32);
  }

  /** Groups and waits as they should be, with all paths between groups. */
  private static final class Paths {
    final int[] group = new int[NODES];
    final List<int[]> edges = new ArrayList<>();
    final List<int[]> waits = new ArrayList<>();

    Paths(Graph graph) {
      for (int i = 0; i < NODES; i++) {
        group[i] = i;
        for (int o : graph.node(i).operands()) {
          if (o > 0) {
            edges.add(new int[] {o, i});
          }
        }
      }
    }

    /** Whether no group needs itself, if some groups were others. */
    boolean isAcyclic(int[] groups, List<int[]> all) {
      boolean[][] leads = new boolean[NODES][NODES];
      for (int[] e : all) {
        if (groups[e[0]] != groups[e[1]]) {
          leads[groups[e[0]]][groups[e[1]]] = true;
        }
      }
      for (int k = 0; k < NODES; k++) {
        for (int i = 0; i < NODES; i++) {
          for (int j = 0; j < NODES; j++) {
            leads[i][j] |= leads[i][k] && leads[k][j];
          }
        }
      }
      for (int i = 0; i < NODES; i++) {
        if (leads[i][i]) {
          return false;
        }
      }
      return true;
    }

    boolean join(int a, int b) {
      int[] joined = group.clone();
      for (int i = 0; i < NODES; i++) {
        joined[i] = group[i] == group[a] ? group[b] : group[i];
      }
      boolean waiting =
          group[a] != group[b]
              && waits.stream().anyMatch(w -> joined[w[0]] == joined[w[1]] && isBetween(w, a, b));
      boolean possible = !waiting && isAcyclic(joined, edges);
      if (possible) {
        System.arraycopy(joined, 0, group, 0, NODES);
      }
      return possible;
    }

    private boolean isBetween(int[] wait, int a, int b) {
      int from = group[wait[0]];
      int to = group[wait[1]];
      return (from == group[a] && to == group[b]) || (from == group[b] && to == group[a]);
    }

    boolean delay(int node, List<Integer> others) {
      List<int[]> more = new ArrayList<>(edges);
      others.stream()
          .filter(o -> group[o] != group[node])
          .forEach(o -> more.add(new int[] {o, node}));
      boolean possible = isAcyclic(group, more);
      if (possible) {
        waits.addAll(more.subList(edges.size(), more.size()));
        edges.clear();
        edges.addAll(more);
      }
      return possible;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whatIsPossibleIsDoneAndNothingElse(int seed) {
    Random random = new Random(seed);
    Graph graph = graph(random);
    RunOrder order = new RunOrder(graph, new Views(graph));
    Paths paths = new Paths(graph);
    for (int i = 0; i < 60; i++) {
      int a = random.nextInt(1, NODES);
      int b = random.nextInt(1, NODES);
      String what = "seed " + seed + ", decision " + i + ": " + a + ", " + b;
      if (random.nextInt(3) > 0) {
        assertEquals(paths.join(a, b), order.join(a, b), what);
      } else {
        List<Integer> others = List.of(b, random.nextInt(1, NODES));
        assertEquals(paths.delay(a, others), order.delay(a, others), what + others);
      }
      for (int[] e : paths.edges) {
        boolean same = paths.group[e[0]] == paths.group[e[1]];
        assertEquals(same, order.members(e[0]).contains(e[1]), what);
        assertTrue(same || order.position(e[0]) < order.position(e[1]), what);
      }
    }
  }

  /** A group that lies apart in the graph leads through a node with a smaller number. */
  @Test
  void numbersOfNodesDontTellTheOrderOfGroups() {
    List<Graph.Node> nodes = new ArrayList<>();
    nodes.add(node(new Leaf.Data(Shape.of(2), DType.F32), List.of()));
    for (int operand : new int[] {0, 0, 1, 2, 3}) {
      nodes.add(node(new UnaryOp(UnaryOp.Kind.EXP), List.of(operand)));
    }
    Graph graph = new Graph(nodes, new int[] {4, 5}, new int[] {-1, -1});
    RunOrder order = new RunOrder(graph, new Views(graph));
    // 1 → 3 → 5 and 2 → 4.
    assertTrue(order.join(3, 2));
    assertFalse(order.join(1, 4));
    assertTrue(order.join(5, 4));
  }
}
