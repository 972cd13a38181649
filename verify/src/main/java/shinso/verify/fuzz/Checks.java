package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backend;
import shinso.core.backend.Backends;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Runs a program in several ways and compares. */
public final class Checks {
  /** Another number than any program gives, to see what isn't written. */
  private static final double UNWRITTEN = 12345.6789;

  private static final int KEPT_STEPS = 4000;

  private final Systems systems;
  private final Set<Finding.Check> wanted;
  private final Map<Graph, Executable> steps =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Graph, Executable> eldest) {
          return size() > KEPT_STEPS;
        }
      };

  /**
   * The backend in its variants.
   *
   * @param one with one thread
   * @param two with two threads
   * @param portable without native libraries
   */
  public record Systems(Backend one, Backend two, Backend portable) {}

  public Checks(Systems systems, Set<Finding.Check> wanted) {
    this.systems = systems;
    this.wanted = wanted;
  }

  /** Returns the first thing that is wrong with a program, or null. */
  public @Nullable Finding check(FuzzProgram program) {
    List<Tensor> values;
    try {
      values = program.values();
    } catch (RuntimeException e) {
      return Finding.thrown(Finding.Check.WRITING, e);
    }
    return new Run(program, values).check();
  }

  private final class Run {
    final FuzzProgram program;
    final Graph graph;
    final int[] donated;
    final Buffer[] inputs;
    final boolean contracts;
    final boolean scatters;
    List<Oracle.Value> expected = List.of();
    Buffer[] whole = {};

    Run(FuzzProgram program, List<Tensor> values) {
      this.program = program;
      GraphBuilder builder = new GraphBuilder();
      List<Tensor> wanted = new ArrayList<>();
      program.updates().forEach(u -> wanted.add(values.get(u.value())));
      program.outputs().forEach(o -> wanted.add(values.get(o)));
      int[] outputs = wanted.stream().mapToInt(builder::add).toArray();
      graph = builder.build(outputs);
      inputs =
          builder.leaves().stream()
              .map(t -> Objects.requireNonNull(t.buffer()))
              .toArray(Buffer[]::new);
      donated = new int[outputs.length];
      Arrays.fill(donated, -1);
      for (int i = 0; i < program.updates().size(); i++) {
        donated[i] = builder.leaves().indexOf(values.get(program.updates().get(i).leaf()));
      }
      contracts = graph.nodes().stream().anyMatch(n -> n.op() instanceof ContractionOp);
      scatters = graph.nodes().stream().anyMatch(n -> n.op() instanceof WindowOp.MaxPoolScatter);
    }

    @Nullable Finding check() {
      try {
        expected = Oracle.outputs(graph, Oracle.doubles(List.of(inputs)));
      } catch (RuntimeException e) {
        // Shrinking leads to programs that are none.
        return null;
      }
      for (Finding.Check c : Finding.Check.values()) {
        if (wanted.contains(c)) {
          Finding f;
          try {
            f = check(c);
          } catch (RuntimeException | LinkageError | AssertionError e) {
            f = Finding.thrown(c, e);
          }
          if (f != null) {
            return f;
          }
        }
      }
      return null;
    }

    private @Nullable Finding check(Finding.Check c) {
      return switch (c) {
        case WRITING -> null;
        case WHOLE -> {
          Executable e = compile(systems.one, graph);
          whole = outputs(graph);
          e.run(inputs, whole);
          Finding f = compare(c, expected, whole);
          if (f == null && wanted.contains(Finding.Check.AGAIN)) {
            Buffer[] again = outputs(graph);
            e.run(inputs, again);
            f = same(Finding.Check.AGAIN, whole, again);
          }
          yield f;
        }
        case AGAIN -> null;
        case STEP -> null;
        case STEPS -> steps();
        case THREADS -> same(c, whole, run(systems.two));
        case PORTABLE -> {
          if (!contracts) {
            yield same(c, whole, run(systems.portable));
          }
          yield compare(c, expected, run(systems.portable));
        }
        case IN_PLACE -> inPlace();
        case PROGRAM -> null;
      };
    }

    private Buffer[] run(Backend backend) {
      Buffer[] out = outputs(graph);
      compile(backend, graph).run(inputs, out);
      return out;
    }

    // ---- step by step

    private @Nullable Finding steps() {
      Buffer[] values = new Buffer[graph.nodes().size()];
      int[] inputNodes = graph.inputs();
      for (int i = 0; i < inputNodes.length; i++) {
        values[inputNodes[i]] = inputs[i];
      }
      for (int i = 0; i < values.length; i++) {
        Graph.Node n = graph.node(i);
        if (n.op() instanceof Leaf.Data) {
          continue;
        }
        Graph single = single(n);
        Buffer[] operands =
            n.operands().stream().distinct().map(o -> values[o]).toArray(Buffer[]::new);
        Buffer[] out = outputs(single);
        try {
          steps.computeIfAbsent(single, g -> compile(systems.one, g)).run(operands, out);
        } catch (RuntimeException e) {
          return Finding.thrown(Finding.Check.STEP, e);
        }
        values[i] = out[0];
        if (wanted.contains(Finding.Check.STEP)) {
          List<Oracle.Value> right =
              Oracle.outputs(single, Oracle.doubles(List.of(operands)));
          Finding f = compare(Finding.Check.STEP, right, out);
          if (f != null) {
            return new Finding(
                f.check(), f.kind() + " " + n.op().label(), n.op() + " " + f.message());
          }
        }
      }
      Buffer[] stepwise = Arrays.stream(graph.outputs()).mapToObj(o -> values[o]).toArray(Buffer[]::new);
      return contracts || scatters
          ? compare(Finding.Check.STEPS, expected, stepwise)
          : same(Finding.Check.STEPS, stepwise, whole);
    }

    /** The graph of one node, whose operands are data. */
    private Graph single(Graph.Node n) {
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

    // ---- in place

    private @Nullable Finding inPlace() {
      if (program.updates().isEmpty()) {
        return null;
      }
      List<Graph.Node> nodes = graph.nodes();
      Graph giving = new Graph(nodes, graph.outputs(), donated);
      Executable plain = compile(systems.one, graph);
      Executable sharing = compile(systems.one, giving);
      Buffer[] state = Arrays.stream(inputs).map(Checks::copy).toArray(Buffer[]::new);
      for (int round = 0; round < 3; round++) {
        Buffer[] fresh = outputs(graph);
        plain.run(state, fresh);
        Buffer[] shared = outputs(graph);
        for (int i = 0; i < shared.length; i++) {
          int input = sharing.inPlaceInput(i);
          if (input >= 0 && input != donated[i]) {
            return Finding.wrong(
                Finding.Check.IN_PLACE, "output " + i + " may take input " + input);
          }
          shared[i] = input < 0 ? shared[i] : state[input];
        }
        sharing.run(state, shared);
        Finding f = same(Finding.Check.IN_PLACE, fresh, shared);
        if (f != null) {
          return new Finding(f.check(), f.kind(), "round " + round + ", " + f.message());
        }
        for (int i = 0; i < donated.length; i++) {
          if (donated[i] >= 0) {
            state[donated[i]] = copy(shared[i]);
          }
        }
      }
      return null;
    }

    // ---- comparisons

    private @Nullable Finding compare(
        Finding.Check check, List<Oracle.Value> right, Buffer[] actual) {
      for (int i = 0; i < actual.length; i++) {
        Oracle.Value e = right.get(i);
        for (int j = 0; j < actual[i].count(); j++) {
          double a = actual[i].get(j);
          if (!e.accepts(j, a)) {
            return Finding.wrong(
                check,
                "output %d, element %d is %s instead of %s ± %.2g"
                    .formatted(i, j, a, (float) e.exact(j), e.error(j)));
          }
        }
      }
      return null;
    }

    private @Nullable Finding same(Finding.Check check, Buffer[] expected, Buffer[] actual) {
      for (int i = 0; i < actual.length; i++) {
        for (int j = 0; j < actual[i].count(); j++) {
          double e = expected[i].get(j);
          double a = actual[i].get(j);
          if (Double.doubleToLongBits(e) != Double.doubleToLongBits(a)) {
            return Finding.wrong(
                check, "output %d, element %d is %s instead of %s".formatted(i, j, a, e));
          }
        }
      }
      return null;
    }
  }

  private static Executable compile(Backend backend, Graph graph) {
    boolean doubles = graph.nodes().stream().anyMatch(n -> n.dtype() == DType.F64);
    return (doubles ? Backends.of(graph) : backend).compile(graph);
  }

  private static Buffer copy(Buffer b) {
    Buffer copy = Buffer.allocateNative(b.dtype(), b.count(), "fuzz");
    copy.copyFrom(b);
    return copy;
  }

  private static Buffer[] outputs(Graph graph) {
    return Arrays.stream(graph.outputs())
        .mapToObj(n -> {
          Graph.Node node = graph.node(n);
          Buffer b = Buffer.allocate(node.dtype(), node.shape().size(), "fuzz output");
          for (int i = 0; i < b.count(); i++) {
            b.set(i, UNWRITTEN);
          }
          return b;
        })
        .toArray(Buffer[]::new);
  }

  /** Returns the names of checks. */
  static String names(Set<Finding.Check> checks) {
    return checks.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
