package shinso.interchange.onnx.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.Op;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.interchange.OnnxException;
import shinso.nn.layer.Parameters;

/**
 * What a function computes from placeholders, as numbered nodes of which each is known as a tensor:
 * so it can be asked whether something computed anew from these tensors is a node that is there.
 */
final class Traced {
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<String> parameters = new ArrayList<>();
  private final List<Tensor> inputs;
  private final SequencedMap<String, Tensor> outputs;
  private final Map<Tensor, String> names = new IdentityHashMap<>();
  private final Graph graph;
  private final int[] users;
  private final BitSet used = new BitSet();

  Traced(List<Tensor> inputs, SequencedMap<String, Tensor> outputs, Object model) {
    this.inputs = inputs;
    this.outputs = outputs;
    // What is no record has no names for its parameters: they are constants.
    if (model instanceof Record || model instanceof List || model instanceof SequencedMap) {
      Map<String, Param> params = Parameters.all(model);
      params.forEach((name, param) -> names.put(param.value(), name));
    }
    outputs.values().forEach(this::addAll);
    graph = graph();
    users = new int[graph.nodes().size()];
    mark();
  }

  private Graph graph() {
    return builder.build(outputs.values().stream().mapToInt(builder::add).toArray());
  }

  /** Adds what a tensor depends on, and remembers the tensor of each number. */
  private void addAll(Tensor result) {
    Deque<Tensor> stack = new ArrayDeque<>(List.of(result));
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!stack.isEmpty()) {
      Tensor t = stack.peek();
      boolean ready = true;
      if (TensorAccess.buffer(t) == null) {
        for (int i = t.inputs().size() - 1; i >= 0; i--) {
          Tensor input = t.inputs().get(i);
          if (!seen.contains(input)) {
            stack.push(input);
            ready = false;
          }
        }
      }
      if (ready) {
        stack.pop();
        if (seen.add(t)) {
          remember(builder.add(t), t);
        }
      }
    }
  }

  private void remember(int number, Tensor t) {
    while (tensors.size() <= number) {
      tensors.add(t);
      parameters.add("");
    }
    parameters.set(number, names.getOrDefault(t, ""));
  }

  private void mark() {
    Deque<Integer> open = new ArrayDeque<>();
    for (int o : graph.outputs()) {
      users[o]++;
      open.push(o);
    }
    while (!open.isEmpty()) {
      int n = open.pop();
      if (!used.get(n)) {
        used.set(n);
        for (int o : graph.node(n).operands()) {
          users[o]++;
          open.push(o);
        }
      }
    }
  }

  /** Returns the number of nodes. */
  int size() {
    return users.length;
  }

  Graph.Node node(int number) {
    return graph.node(number);
  }

  Op op(int number) {
    return graph.node(number).op();
  }

  Shape shape(int number) {
    return graph.node(number).shape();
  }

  DType dtype(int number) {
    return graph.node(number).dtype();
  }

  /** Returns the number of an operand. */
  int operand(int number, int i) {
    return graph.node(number).operand(i);
  }

  /** Returns how many operands, or outputs, a node is. */
  int users(int number) {
    return users[number];
  }

  Tensor tensor(int number) {
    return tensors.get(number);
  }

  /** Returns the name of a parameter, empty for a node that is none. */
  String parameter(int number) {
    return parameters.get(number);
  }

  /** Returns the name of a parameter by its value, whether the graph needs it or not. */
  String parameter(Tensor value) {
    return names.getOrDefault(value, "");
  }

  /** Returns the position among the inputs, −1 for a node that is none. */
  int input(int number) {
    Tensor t = tensors.get(number);
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i) == t) {
        return i;
      }
    }
    return -1;
  }

  int output(String name) {
    Tensor t = outputs.get(name);
    if (t == null) {
      throw new OnnxException("there is no output '" + name + "'");
    }
    return builder.add(t);
  }

  /** Returns the number of a tensor that is computed by the graph, −1 if it isn't. */
  int find(Tensor t) {
    int number = builder.add(t);
    return number < size() ? number : -1;
  }

  /** Returns whether a node is an operation on certain operands, given as computed anew. */
  boolean is(int number, Tensor t) {
    return find(t) == number;
  }
}
