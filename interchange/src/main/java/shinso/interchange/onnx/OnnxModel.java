package shinso.interchange.onnx;

import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.State;

/**
 * A model from an ONNX file, as a layer: used for inference, and trained on. Tensors have the
 * shapes that they have in the file, so images are {@code [batch, channels, height, width]} where
 * the file has them so.
 *
 * @param graph what is computed
 * @param parameters the weights by their names in the file: training changes them
 * @param statistics running means and variances by their names in the file
 */
public record OnnxModel(
    OnnxGraph graph,
    SequencedMap<String, Param> parameters,
    @State SequencedMap<String, Param> statistics)
    implements Layer {

  /**
   * Returns the first output of a model with one input.
   *
   * @throws OnnxException if the model has several inputs, or a node can't do what it is told with
   *     such an input
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Set<String> inputs = graph.inputs().keySet();
    if (inputs.size() != 1) {
      throw new OnnxException(
          "the model has the inputs %s; give all of them by name: run(inputs, pass)"
              .formatted(graph.inputs()));
    }
    return run(Map.of(inputs.iterator().next(), x), pass).firstEntry().getValue();
  }

  /**
   * Returns all outputs by name.
   *
   * @param inputs by name
   * @throws IllegalArgumentException if one is missing
   * @throws OnnxException if a node can't do what it is told with such inputs
   */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Pass pass) {
    return graph.wiring().run(inputs, parameters, statistics, pass);
  }

  /** Returns inputs and outputs. */
  @Override
  public String toString() {
    return "OnnxModel(" + graph + ")";
  }
}
