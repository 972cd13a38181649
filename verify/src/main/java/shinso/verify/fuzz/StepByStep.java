package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backend;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;

/** A program's operations one at a time: what nothing is fused with, and nothing shares memory. */
final class StepByStep {
  private static final int KEPT = 4000;

  private final Backend backend;
  private final Map<Graph, Executable> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Graph, Executable> eldest) {
          return size() > KEPT;
        }
      };

  StepByStep(Backend backend) {
    this.backend = backend;
  }

  /**
   * What was computed.
   *
   * @param finding the operation that is wrong on its own, if there is one
   * @param subnormal whether some value is, which a backend may take for zero or not
   */
  record Result(Buffer[] outputs, @Nullable Finding finding, boolean subnormal) {}

  /** Computes a program's outputs and, if wanted, compares each operation with the reference. */
  Result run(Subject s, boolean compares) {
    Graph graph = s.graph();
    Buffer[] values = new Buffer[graph.nodes().size()];
    int[] inputs = graph.inputs();
    for (int i = 0; i < inputs.length; i++) {
      values[inputs[i]] = s.inputs()[i];
    }
    for (int i = 0; i < values.length; i++) {
      Graph.Node n = graph.node(i);
      if (n.op() instanceof Leaf.Data) {
        continue;
      }
      Graph single = single(graph, n);
      Buffer[] in = n.operands().stream().distinct().map(o -> values[o]).toArray(Buffer[]::new);
      Buffer[] out = Subject.outputs(single);
      Finding f = null;
      try {
        known.computeIfAbsent(single, g -> backend.compile(g)).run(in, out);
        if (compares) {
          List<Oracle.Value> right = Oracle.outputs(single, Oracle.doubles(in));
          f = Closeness.close(Finding.Check.STEP, right, out);
        }
      } catch (RuntimeException e) {
        f = Finding.thrown(Finding.Check.STEP, e);
      }
      if (f != null) {
        String op = n.op().label();
        return new Result(
            out, new Finding(f.check(), f.kind() + " " + op, n.op() + " " + f.message()), false);
      }
      values[i] = out[0];
    }
    Buffer[] outputs =
        Arrays.stream(graph.outputs()).mapToObj(o -> values[o]).toArray(Buffer[]::new);
    boolean subnormal = Arrays.stream(values).anyMatch(StepByStep::hasSubnormals);
    return new Result(outputs, null, subnormal);
  }

  private static boolean hasSubnormals(Buffer b) {
    for (int i = 0; i < b.count(); i++) {
      double v = Math.abs(b.get(i));
      if (v > 0 && v < Float.MIN_NORMAL) {
        return true;
      }
    }
    return false;
  }

  /** The graph of one node, whose operands are data. */
  private static Graph single(Graph graph, Graph.Node n) {
    List<Integer> operands = n.operands().stream().distinct().toList();
    List<Graph.Node> nodes = new ArrayList<>();
    for (int o : operands) {
      Graph.Node x = graph.node(o);
      nodes.add(
          new Graph.Node(new Leaf.Data(x.shape(), x.dtype()), List.of(), x.shape(), x.dtype()));
    }
    List<Integer> renamed = n.operands().stream().map(operands::indexOf).toList();
    nodes.add(new Graph.Node(n.op(), renamed, n.shape(), n.dtype()));
    return new Graph(nodes, new int[] {operands.size()}, new int[] {-1});
  }
}
