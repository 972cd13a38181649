package shinso.interchange.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.interchange.onnx.OnnxRun.assertClose;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.ElementType;
import shinso.interchange.onnx.format.Graph;
import shinso.interchange.onnx.format.ModelData;
import shinso.interchange.onnx.format.ModelWriter;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.format.TensorData;
import shinso.interchange.onnx.format.ValueInfo;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.train.UserException;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/** Files that PyTorch wrote are read; those that are damaged or strange are named. */
final class OnnxReadTest {
  @TempDir Path folder;

  private static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(OnnxReadTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch-conv", "torch-lstm", "torch-external"})
  void givesWhatPyTorchGave(String name) {
    OnnxModel model = OnnxFile.read(file(name + ".onnx"));
    Safetensors.Contents io = Safetensors.read(file(name + "-io.safetensors"));
    Tensor x = io.tensor("input");
    assertClose(io.tensor("output"), model.forward(x, Pass.inference()), 1e-5, name);
    Tensor one = x.slice(0, 0, 1);
    assertClose(
        io.tensor("output").slice(0, 0, 1), model.forward(one, Pass.inference()), 1e-5, name);
  }

  @Test
  void parametersAreNamedAsInTheFileAndLearn() {
    OnnxModel model = OnnxFile.read(file("torch-conv.onnx"));
    assertEquals(
        List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc.weight", "fc.bias"),
        List.copyOf(model.parameters().keySet()));
    assertTrue(Parameters.trainable(model).containsKey("parameters.fc.bias"));
    Tensor x = Safetensors.read(file("torch-conv-io.safetensors")).tensor("input");
    List<Param> params = List.copyOf(model.parameters().values());
    Tensor loss = model.forward(x, Pass.training(Rng.of(1))).slice(1, 0, 1).mean().neg();
    List<Tensor> gradients = Autodiff.gradients(loss, params.stream().map(Param::value).toList());
    double before = loss.item();
    for (int i = 0; i < params.size(); i++) {
      params.get(i).assign(params.get(i).value().sub(gradients.get(i).mul(0.1)).evaluate());
    }
    double after = model.forward(x, Pass.inference()).slice(1, 0, 1).mean().neg().item();
    assertTrue(after < before, before + " → " + after);
  }

  @Test
  void runningStatisticsAreKeptApartAndAveraged() {
    Network net = Network.of(3).dense(4).batchNorm().build(Rng.of(1));
    Path file = folder.resolve("net.onnx");
    OnnxFile.write(net, file);
    OnnxModel model = OnnxFile.read(file);
    assertEquals(2, model.statistics().size());
    assertFalse(Parameters.trainable(model).toString().contains("mean"));
    Tensor x = Tensor.normal(Rng.of(2), 8, 3).evaluate();
    Pass there = Pass.training(Rng.of(1));
    Pass here = Pass.training(Rng.of(1));
    assertClose(net.forward(x, here), model.forward(x, there), 1e-6, "in training");
    assertEquals(here.updates().size(), there.updates().size());
    for (int i = 0; i < 2; i++) {
      assertClose(
          here.updates().get(i).value(), there.updates().get(i).value(), 1e-6, "statistic " + i);
    }
  }

  // ---- what can't be read

  private static ModelData model(List<Node> nodes, SequencedMap<String, TensorData> weights) {
    return model(17, nodes, weights);
  }

  private static ModelData model(
      long opset, List<Node> nodes, SequencedMap<String, TensorData> weights) {
    SequencedMap<String, Long> opsets = new LinkedHashMap<>();
    opsets.put("", opset);
    return new ModelData(
        8,
        opsets,
        "test",
        "",
        new Graph(
            "g",
            nodes,
            weights,
            List.of(
                new ValueInfo(
                    "x",
                    ElementType.FLOAT,
                    List.of(ValueInfo.Dim.open("batch"), ValueInfo.Dim.of(2)))),
            List.of(new ValueInfo("y", ElementType.FLOAT, null))),
        new LinkedHashMap<>());
  }

  private Path write(ModelData model) {
    try {
      return Files.write(folder.resolve("m.onnx"), ModelWriter.toBytes(model).toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Node node(String op, String... inputs) {
    return Node.of("n", op, List.of(inputs), List.of("y"), Map.of());
  }

  private String message(List<Node> nodes) {
    Path file = write(model(nodes, new LinkedHashMap<>()));
    UserException e = assertThrows(UserException.class, () -> OnnxFile.read(file));
    return e.getMessage().replace(file.toString(), "FILE");
  }

  @Test
  void anExampleHasAShapeAndTheOutputAnOperator() {
    OnnxGraph images = OnnxFile.read(file("torch-conv.onnx")).graph();
    Tensor x = Safetensors.read(file("torch-conv-io.safetensors")).tensor("input");
    assertEquals(x.shape().slice(1, x.shape().rank()), images.example());
    Path softmax = folder.resolve("softmax.onnx");
    OnnxFile.write((in, pass) -> in.softmax(-1), Shape.of(3), softmax);
    assertEquals("Softmax", OnnxFile.read(softmax).graph().lastOperator());
    Path two = folder.resolve("two.onnx");
    OnnxExport.ofAll(
            Map.of(), in -> new LinkedHashMap<>(Map.of("sum", in.getFirst().add(in.getLast()))))
        .input("a", Shape.of(3))
        .input("b", Shape.of(3))
        .write(two);
    OnnxGraph both = OnnxFile.read(two).graph();
    OnnxException e = assertThrows(OnnxException.class, both::example);
    assertTrue(e.getMessage().contains("takes a float"), e.getMessage());
  }

  @Test
  void whatIsNotSupportedIsNamedWithItsNode() {
    String foreign =
        message(
            List.of(
                new Node(
                    "n", "Foo", "com.other", List.of("x"), List.of("y"), new LinkedHashMap<>())));
    assertTrue(
        foreign.startsWith(
            "FILE: the node 'n' is of the operator com.other.Foo, which isn't supported;"
                + " supported are Abs, Acos, "),
        foreign);
    assertTrue(
        message(List.of(node("Loop", "x"))).contains("the node 'n' is of the operator Loop"));
    assertEquals(
        "FILE is damaged: the node 'n' uses 'z', which nothing before it makes",
        message(List.of(node("Relu", "z"))));
    assertEquals("FILE is damaged: nothing makes the output 'y'", message(List.of()));

    OnnxModel pools =
        OnnxFile.read(
            write(
                model(
                    List.of(
                        Node.of(
                            "n",
                            "Pad",
                            List.of("x"),
                            List.of("y"),
                            Map.of("mode", Attribute.of("reflect")))),
                    new LinkedHashMap<>())));
    assertEquals(
        "the node 'n' (Pad) pads in the mode 'reflect'; only 'constant' is supported",
        assertThrows(OnnxException.class, () -> pools.forward(Tensor.zeros(3, 2), Pass.inference()))
            .getMessage());
    OnnxModel product =
        OnnxFile.read(write(model(List.of(node("MatMul", "x", "x")), new LinkedHashMap<>())));
    String wrong =
        assertThrows(
                OnnxException.class, () -> product.forward(Tensor.zeros(3, 2), Pass.inference()))
            .getMessage();
    assertTrue(
        wrong.startsWith(
            "the node 'n' (MatMul) can't be computed: matmul: inner dimensions differ"),
        wrong);
  }

  @Test
  void halvesAndIntegersAreConverted() {
    SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
    weights.put(
        "half",
        new TensorData(
            ElementType.FLOAT16,
            List.of(2L),
            ByteString.copyFrom(new byte[] {0, 0x3e, 0, (byte) 0xc0})));
    weights.put(
        "upper",
        new TensorData(
            ElementType.BFLOAT16, List.of(), ByteString.copyFrom(new byte[] {(byte) 0x80, 0x3f})));
    OnnxModel model =
        OnnxFile.read(
            write(
                model(
                    List.of(
                        Node.of("a", "Mul", List.of("x", "half"), List.of("z"), Map.of()),
                        Node.of("b", "Add", List.of("z", "upper"), List.of("y"), Map.of())),
                    weights)));
    Tensor y = model.forward(Tensor.of(new float[] {2, 10}, 1, 2), Pass.inference());
    assertEquals(List.of(4f, -19f), floats(y));
  }

  // ---- what the operators' text says, in numbers by hand

  private Tensor run(long opset, Node node, Map<String, TensorData> weights, Tensor x) {
    OnnxModel model =
        OnnxFile.read(write(model(opset, List.of(node), new LinkedHashMap<>(weights))));
    return model.forward(x, Pass.inference());
  }

  private Tensor run(long opset, Node node, Tensor x) {
    return run(opset, node, Map.of(), x);
  }

  private static TensorData numbers(List<Long> dims, float... values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return new TensorData(ElementType.FLOAT, dims, ByteString.copyFrom(b.array()));
  }

  private static TensorData integers(List<Long> dims, long... values) {
    ByteBuffer b = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asLongBuffer().put(values);
    return new TensorData(ElementType.INT64, dims, ByteString.copyFrom(b.array()));
  }

  private static Node node(String op, Map<String, Attribute> attributes, String... inputs) {
    return Node.of("n", op, List.of(inputs), List.of("y"), attributes);
  }

  /** Exporters write {@code x[:, 0]} as Gather with an index that has no axis. */
  @Test
  void numbersWithoutAxesStaySo() {
    Tensor x = Tensor.iota(6).reshape(3, 2).cast(DType.F32);
    Tensor column =
        run(
            17,
            node("Gather", Map.of("axis", Attribute.of(1)), "x", "i"),
            Map.of("i", integers(List.of(), -1)),
            x);
    assertEquals(Shape.of(3), column.shape());
    assertEquals(List.of(1f, 3f, 5f), floats(column));
    Tensor one = Tensor.scalar(2);
    Tensor product = run(17, node("Mul", "x", "k"), Map.of("k", numbers(List.of(), 3)), one);
    assertEquals(Shape.SCALAR, product.shape());
    assertEquals(Shape.SCALAR, run(17, node("Size", "x"), x).shape());
  }

  @Test
  void restsHaveTheSignThatIsAskedFor() {
    Tensor x = Tensor.of(new float[] {-4, 4.5f}, 1, 2);
    Map<String, TensorData> by = Map.of("b", numbers(List.of(2L), 3, -2));
    assertEquals(List.of(2f, -1.5f), floats(run(17, node("Mod", "x", "b"), by, x)));
    Node truncated = node("Mod", Map.of("fmod", Attribute.of(1)), "x", "b");
    assertEquals(List.of(-1f, 0.5f), floats(run(17, truncated, by, x)));
  }

  @Test
  void positionsOutsideAreNowhere() {
    Map<String, TensorData> weights =
        Map.of("depth", integers(List.of(), 3), "values", numbers(List.of(2L), 0, 1));
    Tensor at = Tensor.of(new int[] {0, -1, 7}, 3);
    assertEquals(
        List.of(1f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f),
        floats(run(17, node("OneHot", "x", "depth", "values"), weights, at)));
    Node first = node("OneHot", Map.of("axis", Attribute.of(0)), "x", "depth", "values");
    assertEquals(List.of(1f, 0f, 0f, 0f, 0f, 0f, 0f, 1f, 0f), floats(run(17, first, weights, at)));
  }

  /** Windows that begin inside, or in the padding before, are taken, others are not. */
  @Test
  void lastWindowsMayGoBeyondTheEnd() {
    Tensor x = Tensor.iota(5).reshape(1, 1, 5).cast(DType.F32);
    Map<String, Attribute> window =
        Map.of(
            "kernel_shape", Attribute.of(new long[] {2}),
            "strides", Attribute.of(new long[] {2}),
            "ceil_mode", Attribute.of(1));
    assertEquals(List.of(1f, 3f, 4f), floats(run(17, node("MaxPool", window, "x"), x)));
    assertEquals(List.of(0.5f, 2.5f, 4f), floats(run(17, node("AveragePool", window, "x"), x)));
    Map<String, Attribute> padded = new LinkedHashMap<>(window);
    padded.put("pads", Attribute.of(new long[] {1, 1}));
    assertEquals(List.of(0f, 2f, 4f), floats(run(17, node("MaxPool", padded, "x"), x)));
  }

  /** Until version 7 broadcasting was told where to begin. */
  @Test
  void oldOperatorsBroadcastAsTheyDid() {
    Tensor x = Tensor.zeros(1, 2, 3);
    Map<String, TensorData> b = Map.of("b", numbers(List.of(2L), 1, 2));
    Map<String, Attribute> at1 = Map.of("axis", Attribute.of(1), "broadcast", Attribute.of(1));
    assertEquals(List.of(1f, 1f, 1f, 2f, 2f, 2f), floats(run(6, node("Add", at1, "x", "b"), b, x)));
    assertEquals(
        List.of(-1f, -1f, -1f, -2f, -2f, -2f),
        floats(run(6, node("PRelu", "x", "b"), b, x.sub(1))));
  }

  @Test
  void recurrentLayersMayRectify() {
    Map<String, TensorData> weights =
        Map.of("w", numbers(List.of(1L, 1L, 1L), 1), "r", numbers(List.of(1L, 1L, 1L), 2));
    Node rnn = node("RNN", Map.of("activations", Attribute.texts(List.of("Relu"))), "x", "w", "r");
    Tensor x = Tensor.of(new float[] {-1, 3, 1}, 3, 1, 1);
    assertEquals(List.of(0f, 3f, 7f), floats(run(14, rnn, weights, x)));
  }

  @Test
  void whatWouldComeOutOtherwiseIsRefused() {
    Tensor x = Tensor.zeros(2, 2);
    Map<String, TensorData> four = new LinkedHashMap<>();
    for (String name : List.of("s", "b", "m", "v")) {
      four.put(name, numbers(List.of(2L), 1, 1));
    }
    Node training =
        node(
            "BatchNormalization",
            Map.of("training_mode", Attribute.of(1)),
            "x",
            "s",
            "b",
            "m",
            "v");
    assertEquals(
        "the node 'n' (BatchNormalization) has training_mode = 1; only 0 is supported",
        assertThrows(OnnxException.class, () -> run(15, training, four, x)).getMessage());
    Node columns =
        Node.of(
            "n",
            "MaxPool",
            List.of("x"),
            List.of("", "y"),
            Map.of(
                "kernel_shape", Attribute.of(new long[] {2, 2}), "storage_order", Attribute.of(1)));
    assertEquals(
        "the node 'n' (MaxPool) has storage_order = 1; only 0 is supported",
        assertThrows(OnnxException.class, () -> run(15, columns, Tensor.zeros(1, 1, 2, 2)))
            .getMessage());
  }

  private static List<Float> floats(Tensor t) {
    List<Float> all = new ArrayList<>();
    for (float x : t.toFloatArray()) {
      all.add(x);
    }
    return all;
  }

  @Test
  void filesBesideThatAreNotThereOrTooShortAreNamed() throws IOException {
    Path model = Files.copy(file("torch-external.onnx"), folder.resolve("e.onnx"));
    Path data = folder.resolve("torch-external.data");
    assertEquals(
        "can't read %s: there is no such file or folder".formatted(data),
        assertThrows(FileException.class, () -> OnnxFile.read(model)).getMessage());
    Files.write(data, new byte[10]);
    String message = assertThrows(FileException.class, () -> OnnxFile.read(model)).getMessage();
    assertTrue(message.endsWith("of " + data + ", which has 10 bytes"), message);
    byte[] bytes = Files.readAllBytes(file("torch-external.onnx"));
    byte[] name = "torch-external.data".getBytes(StandardCharsets.US_ASCII);
    byte[] outside = "../../../etc/passwd".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + name.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) {
        System.arraycopy(outside, 0, bytes, i, name.length);
      }
    }
    Files.write(model, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    message = assertThrows(FileException.class, () -> OnnxFile.read(model)).getMessage();
    assertTrue(
        message.endsWith("lies in the file '../../../etc/passwd', which is not beside this one"),
        message);
  }

  /** Whatever is cut off or changed: a line for people, or a model that can be looked at. */
  @Test
  void damagedFilesAreNamed() throws IOException {
    byte[] whole = Files.readAllBytes(file("torch-lstm.onnx"));
    Path damaged = folder.resolve("damaged.onnx");
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(damaged, Arrays.copyOf(whole, length));
      assertThrows(UserException.class, () -> OnnxFile.read(damaged), "cut off at " + length);
    }
    long seed = 5;
    RandomGenerator random = Rng.of(seed).generator();
    int named = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      for (int k = 0; k < 3; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try {
        OnnxFile.read(damaged).graph().inputs();
      } catch (UserException e) {
        assertFalse(e.getMessage().contains("\n"), "seed " + seed + ", file " + i);
        named++;
      }
    }
    assertTrue(named > 20, "seed " + seed + ": " + named);
  }
}
