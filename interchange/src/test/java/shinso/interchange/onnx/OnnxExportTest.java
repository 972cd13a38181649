package shinso.interchange.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.interchange.onnx.OnnxRun.assertClose;
import static shinso.interchange.onnx.OnnxRun.got;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.op.ConvSpec;
import shinso.core.op.MovementOp;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Graph;
import shinso.interchange.onnx.format.ModelReader;
import shinso.interchange.onnx.format.Node;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Bidirectional;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Last;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Sequential;
import shinso.nn.layer.SimpleRnn;

/** What files say, and that ONNX Runtime computes the same from them. */
final class OnnxExportTest {
  private static final Initializer INIT = Initializer.glorotUniform();

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.onnx");
  }

  private Graph graph() {
    return ModelReader.read(file()).graph();
  }

  private List<String> operators() {
    return graph().nodes().stream().map(Node::op).filter(op -> !op.equals("Constant")).toList();
  }

  @Test
  void aConvolutionalNetworkIsTheOperatorsThatItIs() {
    Network net =
        Network.of(8, 8, 2)
            .conv(4, 3)
            .batchNorm()
            .relu()
            .maxPool(2)
            .flatten()
            .dense(5)
            .dropout(0.5)
            .dense(3)
            .softmax()
            .build(Rng.of(1));
    OnnxFile.write(net, file());
    assertEquals(
        List.of(
            "Transpose",
            "Conv",
            "BatchNormalization",
            "Relu",
            "MaxPool",
            "Transpose",
            "Reshape",
            "Gemm",
            "Gemm",
            "Softmax"),
        operators());
    Graph g = graph();
    assertEquals("float[batch, 8, 8, 2]", g.inputs().getFirst().text());
    assertEquals("float[batch, 3]", g.outputs().getFirst().text());
    assertEquals(List.of(4L, 2L, 3L, 3L), got(g.initializers(), "layers.conv1.weight").dims());
    assertEquals("conv1/Conv", g.nodes().get(1).name());
    try (OnnxRun onnx = OnnxRun.of(file())) {
      for (int batch : List.of(1, 4)) {
        Tensor x = Tensor.normal(Rng.of(batch), batch, 8, 8, 2).evaluate();
        assertClose(net.forward(x, Pass.inference()), onnx.output(x), 1e-5, "batch " + batch);
      }
    }
  }

  @Test
  void recurrentLayersAreOneOperatorEachForSequencesOfAnyLength() {
    Network net =
        Network.of(4, 3)
            .lstm(5)
            .layer(
                "both",
                new Bidirectional(
                    Gru.of(5, 4, INIT, Rng.of(1)), Lstm.of(5, 3, INIT, Rng.of(2)).withPeepholes()))
            .layer("before", Gru.resettingBefore(7, 4, INIT, Rng.of(3)))
            .layer("plain", SimpleRnn.of(4, 4, INIT, Rng.of(4)))
            .layer("last", new Last())
            .dense(2)
            .build(Rng.of(5));
    OnnxExport.of(net).openTime().write(file());
    List<String> operators = operators();
    assertEquals(2, operators.stream().filter("LSTM"::equals).count(), operators::toString);
    assertEquals(2, operators.stream().filter("GRU"::equals).count(), operators::toString);
    assertEquals(1, operators.stream().filter("RNN"::equals).count(), operators::toString);
    assertTrue(operators.size() < 25, operators::toString);
    assertEquals("float[batch, time, 3]", graph().inputs().getFirst().text());
    OnnxModel read = OnnxFile.read(file());
    try (OnnxRun onnx = OnnxRun.of(file())) {
      for (int length : List.of(4, 7)) {
        Tensor x = Tensor.normal(Rng.of(length), length - 2, length, 3).evaluate();
        Tensor y = net.forward(x, Pass.inference());
        assertClose(y, onnx.output(x), 1e-5, "length " + length);
        assertClose(y, read.forward(x, Pass.inference()), 1e-5, "read again " + length);
      }
    }
  }

  private record Machine(Param weight, Param visible, Param hidden) {
    Tensor energy(Tensor v, Tensor h) {
      Tensor pairs = v.matmul(weight.value()).mul(h).sum(1);
      return pairs.add(v.matmul(visible.value())).add(h.matmul(hidden.value())).neg();
    }

    Tensor freeEnergy(Tensor v) {
      Tensor in = v.matmul(weight.value()).add(hidden.value());
      return v.matmul(visible.value()).add(in.softplus().sum(1)).neg();
    }
  }

  @Test
  void anyFunctionOfAnyNumberOfTensors() {
    Machine m =
        new Machine(
            Param.of(Tensor.normal(Rng.of(1), 6, 4)),
            Param.of(Tensor.normal(Rng.of(2), 6)),
            Param.of(Tensor.normal(Rng.of(3), 4)));
    OnnxExport.ofAll(
            m,
            in -> {
              SequencedMap<String, Tensor> out = new LinkedHashMap<>();
              out.put("energy", m.energy(in.get(0), in.get(1)));
              out.put("free energy", m.freeEnergy(in.get(0)));
              out.put("visible", in.get(0));
              return out;
            })
        .input("v", Shape.of(6))
        .input("h", Shape.of(4))
        .note("for", "a test")
        .write(file());
    assertEquals(Map.of("for", "a test"), ModelReader.read(file()).metadata());
    try (OnnxRun onnx = OnnxRun.of(file())) {
      Tensor v = Tensor.normal(Rng.of(4), 5, 6).evaluate();
      Tensor h = Tensor.normal(Rng.of(5), 5, 4).evaluate();
      Map<String, Tensor> out = onnx.run(v, h);
      assertClose(m.energy(v, h), got(out, "energy"), 1e-5, "energy");
      assertClose(m.freeEnergy(v), got(out, "free energy"), 1e-5, "free energy");
      assertClose(v, got(out, "visible"), 0, "an input that is an output");
    }
    SequencedMap<String, Tensor> again =
        OnnxFile.read(file())
            .run(Map.of("v", Tensor.zeros(1, 6), "h", Tensor.zeros(1, 4)), Pass.inference());
    assertEquals(List.of("energy", "free energy", "visible"), List.copyOf(again.keySet()));
  }

  /** A function of {@code [b, 4, 6]}. */
  private record Function(String name, UnaryOperator<Tensor> of) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static void add(List<Function> all, String name, UnaryOperator<Tensor> of) {
    all.add(new Function(name, of));
  }

  static List<Function> functions() {
    List<Function> all = new ArrayList<>();
    add(all, "expm1 log1p", x -> x.expm1().abs().log1p());
    add(all, "sin cos floor round", x -> x.sin().add(x.cos().mul(3)).floor().add(x.mul(7).round()));
    add(all, "sign not", x -> x.sign().not().add(x.greater(0).not().mul(x)));
    add(all, "comparisons", x -> x.notEqual(0.5).mul(x.lessEqual(0.1)).add(x.equal(x)));
    add(all, "select", x -> Tensor.select(x.greater(0).and(x.less(1)), x, x.square()));
    add(all, "clip", x -> x.clip(-0.5, 0.25));
    add(all, "maximum minimum pow", x -> x.maximum(0.1).pow(x.minimum(0.9)));
    add(all, "casts", x -> x.mul(3).cast(DType.I32).mul(2).cast(DType.F32).add(x));
    add(all, "integer result", x -> x.mul(3).cast(DType.I32));
    add(all, "argmax", x -> x.argmax(1));
    add(all, "oneHot", x -> x.argmax(2).oneHot(6));
    add(all, "max min", x -> x.maxKeep(1).sub(x.minKeep(2)));
    add(all, "mean over two axes", x -> x.mean(1, 2));
    add(all, "mean over the batch", x -> x.sub(x.mean(0)));
    add(all, "variance", x -> x.variance(2));
    add(all, "logSumExp", x -> x.logSumExp(1));
    add(all, "logSoftmax", x -> x.logSoftmax(1));
    add(all, "cumulativeSum", x -> x.cumulativeSum(2, true, true).add(x.cumulativeSum(1)));
    add(all, "flip", x -> x.flip(1, 2).add(x.flip(1)));
    add(all, "slice in steps", x -> x.slice(2, 1, 6, 2));
    add(all, "pad", x -> x.pad(1, 2, 1, -0.5));
    add(
        all,
        "pad between",
        x ->
            TensorAccess.apply(
                new MovementOp.Pad(List.of(0, 1, 0), List.of(0, 0, 2), List.of(0, 2, 1), 0.5), x));
    add(all, "concat of unequal", x -> Tensor.concat(2, List.of(x, x.slice(2, 0, 1), x)));
    add(all, "tile", x -> x.tile(1, 3));
    add(all, "permute and reshape", x -> x.permute(2, 0, 1).reshape(6, -1).transpose());
    add(
        all,
        "batch as an axis of two",
        x -> x.reshape(x.shape().dim(0) * 4, 6).matmul(x.at(0, 0).transpose()));
    add(all, "rows by rows", x -> x.flatten(1).matmul(x.flatten(1).transpose()));
    add(all, "batched product", x -> x.matmul(x.swapAxes(1, 2)));
    add(all, "outer", x -> x.sum(1).outer(x.sum(2)));
    add(all, "sort", x -> x.sort(true).sub(x.argsort(false).cast(DType.F32)));
    add(all, "takeAlong", x -> x.takeAlong(2, x.mul(2).abs().cast(DType.I32).minimum(5)));
    add(all, "scatterAdd", x -> x.scatterAdd(1, Tensor.of(new int[] {2, 0, 2, -1}, 4), 3));
    add(all, "iota of the batch", x -> x.add(Tensor.iota(x.shape(), 0).cast(DType.F32)));
    add(all, "zeros of the batch", x -> Tensor.concat(1, List.of(x.zerosLike(), x)));
    add(all, "resizeBilinear", x -> x.unsqueeze(3).resizeBilinear(7, 5));
    add(all, "resizeNearest", x -> x.unsqueeze(3).resizeNearest(8, 3));
    add(all, "maxPoolPositions", x -> x.unsqueeze(3).maxPoolPositions(PoolSpec.of(2)));
    add(
        all,
        "unpool",
        x -> {
          Tensor image = x.unsqueeze(3);
          return image.maxPool(PoolSpec.of(2)).unpool(image.maxPoolPositions(PoolSpec.of(2)), 4, 6);
        });
    add(all, "dilated maxPool", x -> x.unsqueeze(3).maxPool(PoolSpec.of(2, 1), 2, 3));
    add(
        all,
        "convolutions between element-wise operations",
        x -> {
          Tensor w = Tensor.normal(Rng.of(1), 3, 3, 1, 2).evaluate();
          Tensor y = x.unsqueeze(3).conv2d(w, ConvSpec.VALID.withPadding(1)).tanh();
          Tensor shifted =
              y.add(Tensor.of(new float[] {1, 2}, 2)).mul(y.sum(1, 2).unsqueeze(1).unsqueeze(1));
          Tensor half = y.slice(1, 0, 2);
          return Tensor.concat(1, List.of(shifted, half)).pad(2, 1, 0, 0.5).maxKeep(3).flip(1);
        });
    return all;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void operationsAreThoseOfOnnx(Function f) {
    OnnxExport.of("no parameters", f.of).input("input", Shape.of(4, 6)).write(file());
    OnnxModel read = OnnxFile.read(file());
    try (OnnxRun onnx = OnnxRun.of(file())) {
      for (int batch : List.of(1, 3)) {
        Tensor x = Tensor.normal(Rng.of(batch), batch, 4, 6).evaluate();
        Tensor y = f.of.apply(x);
        assertClose(y, onnx.output(x), 1e-5, f + ", batch " + batch);
        assertClose(y, read.forward(x, Pass.inference()), 1e-5, f + ", read again, " + batch);
      }
    }
  }

  @Test
  void theSameModelIsTheSameFile() throws IOException {
    Layer layer = Sequential.of(Lstm.of(3, 4, INIT, Rng.of(1)), new Last());
    OnnxFile.write(layer, Shape.of(5, 3), file());
    byte[] first = Files.readAllBytes(file());
    OnnxFile.write(layer, Shape.of(5, 3), file());
    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  private String message(UnaryOperator<Tensor> f) {
    OnnxExport export = OnnxExport.of("none", f).input("input", Shape.of(4));
    String message = assertThrows(OnnxException.class, () -> export.write(file())).getMessage();
    assertTrue(Files.notExists(file()));
    return message;
  }

  @Test
  void whatAFileCantSayIsNamed() {
    assertEquals(
        "what the model computes draws random numbers (uniform), which a file can't do as it does;"
            + " export what it computes in inference",
        message(x -> x.add(x.uniformLike(Rng.of(1)))));
    assertEquals(
        "a constant depends on the batch otherwise than by sums and products, which a file for all"
            + " sizes can't have; export another of the model's functions",
        message(x -> x.div(Math.sqrt(x.shape().dim(0)))));
    String unrolled =
        message(x -> {
          Tensor y = x;
          for (int i = 0; i < x.shape().dim(0); i++) {
            y = y.sin();
          }
          return y;
        });
    assertTrue(unrolled.startsWith("the operator Sin"), unrolled);
    String half = message(x -> x.slice(0, 0, x.shape().dim(0) / 3));
    assertTrue(half.startsWith("a length, ["), half);
    assertThrows(IllegalStateException.class, () -> OnnxExport.of("none", x -> x).write(file()));
  }
}
