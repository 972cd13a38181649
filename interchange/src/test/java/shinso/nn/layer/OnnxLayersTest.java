package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.interchange.onnx.OnnxRun.assertClose;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.OnnxExport;
import shinso.interchange.onnx.OnnxFile;
import shinso.interchange.onnx.OnnxModel;
import shinso.interchange.onnx.OnnxRun;

/**
 * Every layer that has a row in {@link LayerSpecs}, which is every layer, gives the same in ONNX
 * Runtime, for batches of two sizes. There are no exceptions; if there is to be one, it is a list
 * here, with reasons.
 */
final class OnnxLayersTest {
  @TempDir Path folder;

  static List<LayerSpecs.Spec> layers() {
    return LayerSpecs.all();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void givesTheSameInOnnxRuntime(LayerSpecs.Spec spec) {
    Layer layer = spec.maker().make(DType.F32, 5);
    Shape example = Network.withoutBatch(spec.input());
    DType type = spec.symbols() > 0 ? DType.I32 : DType.F32;
    Path file = folder.resolve("layer.onnx");
    OnnxExport.of(layer).input("input", type, example).write(file);
    OnnxModel read = OnnxFile.read(file);
    try (OnnxRun onnx = OnnxRun.of(file)) {
      for (int batch : List.of(1, 3)) {
        Tensor x = input(spec, type, batch);
        Tensor expected = layer.forward(x, Pass.inference());
        assertClose(expected, onnx.output(x), 1e-5, spec + ", batch " + batch);
        if (batch > 1) {
          Tensor again = read.forward(x, Pass.inference());
          assertClose(expected, again, 1e-5, spec + ", read again");
        }
      }
    }
    Set<String> names = new TreeSet<>(Parameters.all(layer).keySet());
    // ONNX has it in the bias.
    names.remove("candidateBias");
    Set<String> there = new TreeSet<>(read.parameters().keySet());
    there.addAll(read.statistics().keySet());
    assertEquals(names, there, "names of parameters");
  }

  private static Tensor input(LayerSpecs.Spec spec, DType type, int batch) {
    LayerSpecs.Spec other =
        new LayerSpecs.Spec(
            spec.name(),
            spec.maker(),
            spec.input().with(0, batch),
            spec.output(),
            spec.names(),
            spec.varies(),
            spec.golden(),
            spec.symbols());
    return other.input(type, 100 + batch);
  }
}
