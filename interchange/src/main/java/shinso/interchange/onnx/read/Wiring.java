package shinso.interchange.onnx.read;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Graph;
import shinso.interchange.onnx.format.ModelData;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.format.TensorData;
import shinso.interchange.onnx.format.ValueInfo;
import shinso.nn.layer.BatchNorm;
import shinso.nn.layer.Pass;
import shinso.train.UserException;
import shinso.train.file.FileException;

/** A graph that was checked, without its parameters. */
public final class Wiring {
  private static final int STATISTICS = 3;

  private final Graph graph;
  private final long opset;
  private final List<ValueInfo> inputs;
  private final SequencedMap<String, TensorData> constants = new LinkedHashMap<>();

  private Wiring(ModelData model) {
    this.graph = model.graph();
    this.opset = model.opsets().getOrDefault("", 1L);
    this.inputs =
        graph.inputs().stream().filter(in -> !graph.initializers().containsKey(in.name())).toList();
  }

  /** What a file holds: the wiring, parameters, and parameters that are running statistics. */
  public record Parts(
      Wiring wiring,
      SequencedMap<String, Param> parameters,
      SequencedMap<String, Param> statistics) {}

  /**
   * Takes a file apart.
   *
   * @throws FileException if the graph is damaged
   * @throws OnnxException if it has something that isn't supported
   */
  public static Parts of(ModelData model, Path file) {
    Wiring wiring = new Wiring(model);
    wiring.check(file);
    Set<String> statistics = new HashSet<>();
    for (Node node : wiring.graph.nodes()) {
      if (node.op().equals(Operators.BATCH_NORMALIZATION)) {
        node.inputs().stream().skip(STATISTICS).forEach(statistics::add);
      }
    }
    Parts parts = new Parts(wiring, new LinkedHashMap<>(), new LinkedHashMap<>());
    wiring
        .graph
        .initializers()
        .forEach((name, data) -> {
          if (data.type().isFloating()) {
            (statistics.contains(name) ? parts.statistics : parts.parameters)
                .put(name, Param.of(data.toTensor()));
          } else {
            wiring.constants.put(name, data);
          }
        });
    return parts;
  }

  private void check(Path file) {
    Set<String> known = new HashSet<>(graph.initializers().keySet());
    inputs.forEach(in -> known.add(in.name()));
    known.add("");
    for (Node node : graph.nodes()) {
      if (!node.domain().isEmpty() || Operators.named(node.op()) == null) {
        String op = node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op();
        throw new OnnxException(
            "%s: the node '%s' is of the operator %s, which isn't supported; supported are %s"
                .formatted(file, node.label(), op, String.join(", ", Operators.names())));
      }
      for (String input : node.inputs()) {
        if (!known.contains(input)) {
          throw new FileException(
              "%s is damaged: the node '%s' uses '%s', which nothing before it makes"
                  .formatted(file, node.label(), input));
        }
      }
      known.addAll(node.outputs());
    }
    for (ValueInfo output : graph.outputs()) {
      if (!known.contains(output.name())) {
        throw new FileException(
            "%s is damaged: nothing makes the output '%s'".formatted(file, output.name()));
      }
    }
    if (graph.outputs().isEmpty()) {
      throw new FileException(file + " is damaged: it has no output");
    }
  }

  /** Returns the inputs, without those that have a value in the file. */
  public List<ValueInfo> inputs() {
    return inputs;
  }

  /** Returns the outputs. */
  public List<ValueInfo> outputs() {
    return graph.outputs();
  }

  /** Returns the operator of the node that makes a value; empty for an input. */
  public String operator(String value) {
    return graph.nodes().stream()
        .filter(node -> node.outputs().contains(value))
        .map(Node::op)
        .findFirst()
        .orElse("");
  }

  /**
   * Computes the outputs.
   *
   * @param given the inputs by name
   * @throws OnnxException if a node can't do what it is told
   * @throws IllegalArgumentException if an input is missing or too much
   */
  public SequencedMap<String, Tensor> run(
      Map<String, Tensor> given,
      Map<String, Param> parameters,
      Map<String, Param> statistics,
      Pass pass) {
    Map<String, Operand> values = new HashMap<>();
    for (ValueInfo in : inputs) {
      Tensor x = given.get(in.name());
      if (x == null) {
        throw new IllegalArgumentException(
            "the input '%s' is missing: %s".formatted(in.name(), in.text()));
      }
      values.put(in.name(), Operand.of(x));
    }
    parameters.forEach((name, p) -> values.put(name, Operand.of(p.value())));
    statistics.forEach((name, p) -> values.put(name, Operand.of(p.value())));
    constants.forEach((name, data) -> values.put(name, ShapeOperators.value(data)));
    for (Node node : graph.nodes()) {
      List<@Nullable Operand> in = new ArrayList<>();
      for (String name : node.inputs()) {
        in.add(values.get(name));
      }
      Call call = new Call(node, opset, in, pass);
      List<Operand> out = compute(call, parameters, statistics);
      for (int i = 0; i < node.outputs().size(); i++) {
        if (i < out.size()) {
          values.put(node.outputs().get(i), out.get(i));
        }
      }
    }
    SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
    for (ValueInfo out : graph.outputs()) {
      Operand value = values.get(out.name());
      if (value == null) {
        throw new OnnxException(
            "the output '%s' is one that its node doesn't give here".formatted(out.name()));
      }
      outputs.put(out.name(), value.tensor());
    }
    return outputs;
  }

  private static List<Operand> compute(
      Call call, Map<String, Param> parameters, Map<String, Param> statistics) {
    try {
      if (call.node().op().equals(Operators.BATCH_NORMALIZATION)) {
        return List.of(NormalizationOperators.batch(call, batchNorm(call, parameters, statistics)));
      }
      return Objects.requireNonNull(Operators.named(call.node().op())).apply(call);
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      // What a file asks for may be wrong in any way: it is the file's fault, and its node is
      // named.
      throw call.bad("can't be computed: " + e.getMessage());
    }
  }

  private static @Nullable BatchNorm batchNorm(
      Call call, Map<String, Param> parameters, Map<String, Param> statistics) {
    List<String> in = call.node().inputs();
    if (in.size() < 5) {
      return null;
    }
    Param gain = parameters.get(in.get(1));
    Param bias = parameters.get(in.get(2));
    Param mean = statistics.get(in.get(3));
    Param variance = statistics.get(in.get(4));
    return gain == null || bias == null || mean == null || variance == null
        ? null
        : NormalizationOperators.layer(call, gain, bias, mean, variance);
  }
}
