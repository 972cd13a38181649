package shinso.interchange.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.interchange.onnx.OnnxRun.assertClose;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Bidirectional;
import shinso.nn.layer.Conv1d;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.ConvTranspose2d;
import shinso.nn.layer.GroupNorm;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Layer;
import shinso.nn.layer.LayerNames;
import shinso.nn.layer.LayerNorm;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Prelu;
import shinso.nn.layer.SimpleRnn;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/** Models with weights that PyTorch wrote give what PyTorch gave; see {@code make.py}. */
final class PyTorchTest {
  private static final Initializer INIT = Initializer.glorotUniform();

  @TempDir Path folder;

  private static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PyTorchTest.class.getResource(name + ".safetensors")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Loads, compares outputs, writes, and compares with what was read. */
  private List<String> check(
      String name,
      Layer model,
      Map<String, String> names,
      UnaryOperator<Tensor> toHere,
      UnaryOperator<Tensor> toThere) {
    List<String> notices = PyTorch.load(file(name), model, names);
    Safetensors.Contents io = Safetensors.read(file(name + "-io"));
    Tensor y = model.forward(toHere.apply(io.tensor("input")), Pass.inference());
    assertClose(io.tensor("output"), toThere.apply(y), 1e-5, name);
    Path saved = folder.resolve(name + ".safetensors");
    PyTorch.save(saved, model, names);
    PyTorch.load(saved, model, names);
    Tensor again = model.forward(toHere.apply(io.tensor("input")), Pass.inference());
    assertArrayEquals(y.toFloatArray(), again.toFloatArray(), name);
    Set<String> keys = new TreeSet<>(Safetensors.types(file(name)).keySet());
    keys.removeIf(k -> k.endsWith("num_batches_tracked"));
    assertEquals(keys, new TreeSet<>(Safetensors.types(saved).keySet()));
    return notices;
  }

  private List<String> check(String name, Layer model, Map<String, String> names) {
    return check(name, model, names, x -> x, y -> y);
  }

  @Test
  void sequentialModulesAreTakenInOrder() {
    Network mlp = Network.of(4).dense(6).tanh().dropout(0.5).dense(3).build(Rng.of(1));
    assertEquals(List.of(), PyTorch.load(file("mlp"), mlp));
    check("mlp", mlp, Map.of("dense1", "0", "dense2", "3"));
  }

  @Test
  void aModelWithoutWeightsIsNoFile() {
    Path file = folder.resolve("none.safetensors");
    Network none = Network.of(4).tanh().build(Rng.of(1));
    assertEquals(
        "the model has no weights, so there is nothing to write",
        assertThrows(FileException.class, () -> PyTorch.save(file, none)).getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void otherElementTypesAreConvertedWithNotice() {
    Network mlp = Network.of(4).dense(6).tanh().dense(3).build(Rng.of(1));
    assertEquals(
        List.of(
            "BF16 in the file, F32 here: 0.bias",
            "F16 in the file, F32 here: 0.weight",
            "F64 in the file, F32 here: 2.weight"),
        check("types", mlp, Map.of("dense1", "0", "layers.dense2", "2")));
    Safetensors.Contents all = Safetensors.read(file("everything"));
    assertArrayEquals(new float[] {1.5f, -2}, all.tensor("f16").toFloatArray());
    assertArrayEquals(new float[] {1.5f, -2}, all.tensor("bf16").toFloatArray());
    assertArrayEquals(new double[] {0.1, -2}, all.tensor("f64").toDoubleArray());
    assertArrayEquals(new int[] {7, -8}, all.tensor("i64").toIntArray());
    assertArrayEquals(new int[] {0, 255}, all.tensor("u8").toIntArray());
    assertArrayEquals(new int[] {1, 0}, all.tensor("bool").toIntArray());
    assertEquals(
        Map.of(
            "f16", "F16", "bf16", "BF16", "f64", "F64", "i64", "I64", "u8", "U8", "bool", "BOOL"),
        Safetensors.types(file("everything")));
  }

  private static Network convolutions() {
    return Network.of(5, 5, 2)
        .layer(
            "conv1",
            new Conv2d(
                Param.of(Tensor.zeros(3, 2, 2, 3)),
                Param.of(Tensor.zeros(3)),
                ConvSpec.VALID.withStride(2, 1).withPadding(1),
                false))
        .batchNorm()
        .relu()
        .layer(
            "conv2",
            new ConvTranspose2d(
                Param.of(Tensor.zeros(3, 3, 4, 3)), null, ConvSpec.VALID.withStride(2), false))
        .relu()
        .flatten()
        .dense(5)
        .build(Rng.of(1));
  }

  @Test
  void imagesLieWithChannelsLastAlsoWhereTheyAreFlattened() {
    check(
        "conv",
        convolutions(),
        Map.of("batchNorm1", "bn1", "dense1", "fc"),
        x -> x.permute(0, 2, 3, 1),
        y -> y);
  }

  @Test
  void gatesAndBiasesOfRecurrentLayers() {
    check("rnn", SimpleRnn.of(3, 4, INIT, Rng.of(1)), Map.of("", ""));
    check(
        "lstm",
        Network.of(6, 3).lstm(4).lstm(4).build(Rng.of(1)),
        Map.of("lstm1", "[0]", "lstm2", "[1]"));
    Layer both = new Bidirectional(Gru.of(3, 4, INIT, Rng.of(1)), Gru.of(3, 4, INIT, Rng.of(2)));
    check("gru", both, Map.of("", ""));
    // Each direction may be a network of one layer.
    check(
        "gru",
        new Bidirectional(
            Network.of(6, 3).gru(4).build(Rng.of(1)), Network.of(6, 3).gru(4).build(Rng.of(2))),
        Map.of("", ""));
  }

  @Test
  void directionsThatPyTorchHasNotAreNamed() {
    Network deep = Network.of(6, 3).gru(4).dropout(0.1).gru(4).build(Rng.of(1));
    assertEquals(
        "each direction of the layer 'encoder' has 2 layers of its own; PyTorch joins the directions"
            + " after each",
        refused(new Bidirectional(deep, deep)));
    assertEquals(
        "the layer 'encoder' has two directions of different kinds, which PyTorch has not",
        refused(
            new Bidirectional(
                Gru.of(3, 4, INIT, Rng.of(1)), Network.of(6, 3).lstm(4).build(Rng.of(1)))));
  }

  private String refused(Bidirectional encoder) {
    record Reader(Bidirectional encoder) {}
    return assertThrows(
            FileException.class,
            () -> PyTorch.save(folder.resolve("refused.safetensors"), new Reader(encoder)))
        .getMessage();
  }

  private record Mixed(Conv1d conv, Prelu prelu, GroupNorm group, LayerNorm layer)
      implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor y = group.forward(prelu.forward(conv.forward(x, pass), pass), pass);
      return layer.forward(y.permute(0, 2, 1).flatten(1), pass);
    }
  }

  @Test
  void furtherLayers() {
    Mixed model =
        new Mixed(
            new Conv1d(
                Param.of(Tensor.zeros(3, 3, 4)), Param.of(Tensor.zeros(4)), ConvSpec.VALID, false),
            Prelu.of(4),
            GroupNorm.of(4, 2),
            LayerNorm.of(16));
    check(
        "mixed",
        model,
        Map.of("conv", "0", "prelu", "1", "group", "2", "layer", "4"),
        x -> x.permute(0, 2, 1),
        y -> y);
  }

  private static String message(Path file, Layer model, Map<String, String> names) {
    return assertThrows(FileException.class, () -> PyTorch.load(file, model, names))
        .getMessage()
        .replace(file.toString(), "FILE");
  }

  @Test
  void whatDoesNotFitIsNamedAndNothingIsChanged() {
    Network net = convolutions();
    List<float[]> before = new ArrayList<>();
    Parameters.all(net).values().forEach(p -> before.add(p.value().toFloatArray().clone()));
    assertEquals(
        "FILE has the modules bn1, conv1, conv2, fc, and which of them the layers conv1,"
            + " batchNorm1, conv2, dense1 are can't be told; say it with names",
        message(file("conv"), net, Map.of()));
    assertEquals(
        "FILE has no 'batchNorm1.weight', of which layers.batchNorm1.gain would be made",
        message(file("conv"), net, Map.of("dense1", "fc")));
    assertEquals(
        "the model has no layer 'dense7', but conv1, batchNorm1, conv2, dense1",
        message(file("conv"), net, Map.of("dense7", "fc")));
    Network small = Network.of(4).dense(5).tanh().dense(3).build(Rng.of(1));
    assertEquals(
        "FILE: '0.weight' is [6, 4], but for layers.dense1.weight [4, 5] it would be [5, 4]",
        message(file("mlp"), small, Map.of()));
    Network one = Network.of(4).dense(6).build(Rng.of(1));
    assertEquals(
        "FILE has 3.bias, 3.weight, which the model has no place for",
        message(file("mlp"), one, Map.of("dense1", "0")));
    Lstm peepholes = Lstm.of(3, 4, INIT, Rng.of(1)).withPeepholes();
    assertTrue(message(file("rnn"), peepholes, Map.of()).contains("has peepholes"));
    int i = 0;
    for (var p : Parameters.all(net).values()) {
      assertArrayEquals(before.get(i++), p.value().toFloatArray());
    }
  }

  /** Each layer with parameters has a row, or stands here with the reason. */
  @Test
  void theTableHasAllLayersThatPyTorchHas() {
    Set<String> without =
        Set.of(
            // Not in PyTorch.
            "FeedbackRnn",
            "Standardization",
            // Made of layers that have rows.
            "SeparableConv2d",
            "Bidirectional",
            "Residual",
            "Sequential",
            "Network",
            "Frozen",
            "FastDropout",
            "PoolUnpool");
    Set<String> rows =
        Layout.all().stream().map(l -> l.layer().getSimpleName()).collect(Collectors.toSet());
    for (String layer : LayerNames.withParameters()) {
      assertTrue(rows.contains(layer) != without.contains(layer), layer);
    }
  }
}
