package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.optim.Sgd;

class NetworkTest {
  private static final Rng RNG = Rng.of(1);

  private static Network digits() {
    return Network.of(28, 28, 1)
        .conv(32, 3)
        .relu()
        .conv(64, 3)
        .relu()
        .maxPool(2)
        .dropout(0.25)
        .flatten()
        .dense(128)
        .relu()
        .dense(10)
        .build(RNG);
  }

  @Test
  void infersShapesAndNamesParameters() {
    Network net = digits();
    assertEquals(Shape.of(10), net.output());
    assertEquals(
        Map.of(
            "layers.conv1.weight", Shape.of(3, 3, 1, 32),
            "layers.conv1.bias", Shape.of(32),
            "layers.conv2.weight", Shape.of(3, 3, 32, 64),
            "layers.conv2.bias", Shape.of(64),
            "layers.dense1.weight", Shape.of(9216, 128),
            "layers.dense1.bias", Shape.of(128),
            "layers.dense2.weight", Shape.of(128, 10),
            "layers.dense2.bias", Shape.of(10)),
        Parameters.all(net).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape())));
    assertEquals(
        List.of(
            "conv1",
            "relu1",
            "conv2",
            "relu2",
            "maxPool1",
            "dropout1",
            "flatten1",
            "dense1",
            "relu3",
            "dense2"),
        List.copyOf(net.layers().keySet()));
  }

  @Test
  void optionsReachTheLayers() {
    Network net =
        Network.of(9, 8, 4)
            .conv(6, 3, o -> o.stride(2).same().groups(2).noBias())
            .conv(5, 2, 1, o -> o.dilation(2).padding(1, 0, 2, 0))
            .averagePool(3, 1)
            .maxPool(new PoolSpec(2, 1, 1, 1, 1, 0, 0, 0))
            .flatten()
            .dense(7, o -> o.noBias().init(Initializer.constant(0.5)))
            .prelu()
            .dense(6)
            .maxout(3)
            .activation(Activation.elu(1))
            .layer(Activation.leakyRelu(0.2))
            .layer("shift", new Dense(param(DType.F32, 1, 2, 2), null))
            .layer(new Prelu(param(DType.F32, 1, 2)))
            .fitted("head", (in, rng) -> Dense.of(in.dim(-1), 3, Initializer.zeros(), rng))
            .tanh()
            .sigmoid()
            .softmax()
            .build(RNG);
    assertEquals(
        "{conv1=Conv2d(4 → 6, 3x3, stride 2, same, 2 groups, no bias),"
            + " conv2=Conv2d(6 → 5, 2x1, dilation 2, padding 1 0 2 0),"
            + " averagePool1=AveragePool(3x3, stride 1x1),"
            + " maxPool1=MaxPool(2x1, stride 1x1, padding 1 0 0 0), flatten1=Flatten,"
            + " dense1=Dense(40 → 7, no bias), prelu1=Prelu(7), dense2=Dense(7 → 6),"
            + " maxout1=Maxout(3), elu1=elu(1.0), leakyRelu1=leakyRelu(0.2),"
            + " shift=Dense(2 → 2, no bias), prelu2=Prelu(2), head=Dense(2 → 3),"
            + " tanh1=tanh, sigmoid1=sigmoid, softmax1=softmax}",
        net.layers().toString());
    assertEquals(Shape.of(3), net.output());
    float[] constant = new float[280];
    Arrays.fill(constant, 0.5f);
    assertArrayEquals(constant, parameter(net, "layers.dense1.weight").value().toFloatArray());
    assertEquals(Shape.of(3, 3, 2, 6), parameter(net, "layers.conv1.weight").shape());
    Tensor y = net.forward(random(DType.F32, 3, 2, 9, 8, 4), Pass.inference());
    assertEquals(Shape.of(2, 3), y.shape());
    for (float p : y.toFloatArray()) {
      assertEquals(1.0 / 3, p, 1e-6); // the head is zeros
    }
  }

  private static Param parameter(Network net, String name) {
    return Objects.requireNonNull(Parameters.all(net).get(name));
  }

  @Test
  void aDropoutInBetweenChangesNeitherNamesNorWeights() {
    Network plain = Network.of(5).dense(4).relu().dense(3).build(RNG);
    Network dropped = Network.of(5).dropout(0.1).dense(4).relu().dropout(0.5).dense(3).build(RNG);
    assertEquals(Parameters.all(plain).keySet(), Parameters.all(dropped).keySet());
    Tensor x = random(DType.F32, 3, 2, 5);
    assertArrayEquals(
        plain.forward(x, Pass.inference()).toFloatArray(),
        dropped.forward(x, Pass.inference()).toFloatArray());
  }

  @Test
  void weightsDependOnTheKeyAndTheLayer() {
    Network a = Network.of(4).dense(4).relu().dense(4).relu().build(RNG);
    Network b = Network.of(4).dense(4).relu().dense(4).relu().build(Rng.of(2));
    float[] first = parameter(a, "layers.dense1.weight").value().toFloatArray();
    assertFalse(Arrays.equals(first, parameter(a, "layers.dense2.weight").value().toFloatArray()));
    assertFalse(Arrays.equals(first, parameter(b, "layers.dense1.weight").value().toFloatArray()));
  }

  @ParameterizedTest
  @CsvSource({
    "relu, 0.02",
    "leakyRelu(0.5), 0.016",
    "tanh, 0.0133333",
    "softmax, 0.0133333",
    "gelu, 0.02"
  })
  void weightsSuitTheActivationThatFollows(String name, double variance) {
    Network net =
        Network.of(100).dense(50).dropout(0.5).activation(Activation.parse(name)).build(RNG);
    Tensor w = parameter(net, "layers.dense1.weight").value();
    assertEquals(variance, w.square().mean().item(), 0.1 * variance);
    assertEquals(0, parameter(net, "layers.dense1.bias").value().abs().max().item());
  }

  @Test
  void otherWeightsInBetweenSuitNothing() {
    Network net = Network.of(100).dense(50).dense(100).relu().build(RNG);
    double variance = parameter(net, "layers.dense1.weight").value().square().mean().item();
    assertEquals(2.0 / 150, variance, 0.1 * 2.0 / 150);
  }

  private static String failure(Network.Builder builder) {
    return refusal(() -> builder.build(RNG));
  }

  @Test
  void errorsNameTheLayerItsNumberAndTheShape() {
    assertEquals(
        "layer 3 'conv2' on [*, 4, 4, 8]: conv2d: the filters [5, 5, 8, 8] don't fit into the"
            + " images [1, 4, 4, 8] with ",
        failure(Network.of(6, 6, 1).conv(8, 3).relu().conv(8, 5)).replaceFirst("ConvSpec.*", ""));
    assertEquals(
        "layer 2 'dense1' on [*, 4, 4, 8]: these are images; put flatten() before it, or use"
            + " conv(n, 1) for a dense map at every pixel",
        failure(Network.of(6, 6, 1).conv(8, 3).dense(10)));
    assertEquals(
        "layer 1 'conv1' on [*, 784]: a convolution takes images [height, width, channels]; give"
            + " the network such an input, or use dense",
        failure(Network.of(784).conv(8, 3)));
    assertEquals(
        "layer 1 'conv1' on [*, 6, 6, 3]: conv2d: 3 channels and 8 filters don't divide into 2"
            + " groups",
        failure(Network.of(6, 6, 3).conv(8, 3, o -> o.groups(2))));
    assertEquals(
        "layer 1 'dropout1' on [*, 4]: dropout: the rate is in [0, 1), not 1.5",
        failure(Network.of(4).dropout(1.5)));
    assertEquals(
        "layer 2 'dense2' on [*, 3]: dense: at least one input and one output, not 3 and 0",
        failure(Network.of(4).dense(3).dense(0)));
    assertEquals(
        "layer 2 'maxPool1' on [*, 4]: maxPool: the operand is [batch, height, width, channels],"
            + " but has the shape [1, 4]",
        failure(Network.of(4).relu().maxPool(2)));
    assertEquals(
        "layer 2 'a' on [*, 4]: another layer has this name",
        failure(Network.of(4).layer("a", Activation.RELU).layer("a", Activation.RELU)));
    assertEquals("a network has at least one layer", failure(Network.of(4)));
    assertTrue(
        failure(Network.of(4).fitted("sum", (in, rng) -> new Summing()))
            .startsWith("layer 1 'sum' on [*, 4]: the batch must stay the first axis"));
    assertTrue(
        failure(Network.of(4).fitted("f", (in, rng) -> (x, pass) -> x.relu()))
            .contains("is no record"));
    refusal(() -> Network.of(-1));
  }

  private record Summing() implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return x.sum();
    }
  }

  @Test
  void inputsThatDontFitNameTheLayer() {
    Network net = digits();
    assertEquals(
        "layer 1 'conv1' on [2, 28, 28, 3], in a network for [*, 28, 28, 1] that got [2, 28, 28,"
            + " 3]: conv2d: the images [2, 28, 28, 3] have 3 channels, but the filters [3, 3, 1,"
            + " 32] in 1 group(s) take 1",
        refusal(() -> net.forward(Tensor.zeros(2, 28, 28, 3), Pass.inference())));
    assertTrue(
        refusal(() -> net.forward(Tensor.zeros(2, 32, 32, 1), Pass.inference()))
            .startsWith("layer 8 'dense1' on [2, 12544], in a network for [*, 28, 28, 1]"));
  }

  @Test
  void aNetworkIsALayerOfANetwork() {
    Network inner = Network.of(4).dense(3).relu().build(RNG);
    Network outer = Network.of(4).layer("body", inner).dense(2).build(RNG);
    assertEquals(
        List.of(
            "layers.body.layers.dense1.weight",
            "layers.body.layers.dense1.bias",
            "layers.dense1.weight",
            "layers.dense1.bias"),
        List.copyOf(Parameters.all(outer).keySet()));
  }

  @Test
  void summaryIsATable() {
    assertEquals(
        """
        name      layer                 output           parameters
                  input                 [*, 28, 28, 1]
        conv1     Conv2d(1 → 32, 3x3)   [*, 26, 26, 32]         320
        relu1     relu                  [*, 26, 26, 32]
        conv2     Conv2d(32 → 64, 3x3)  [*, 24, 24, 64]      18,496
        relu2     relu                  [*, 24, 24, 64]
        maxPool1  MaxPool(2x2)          [*, 12, 12, 64]
        dropout1  Dropout(0.25)         [*, 12, 12, 64]
        flatten1  Flatten               [*, 9216]
        dense1    Dense(9216 → 128)     [*, 128]          1,179,776
        relu3     relu                  [*, 128]
        dense2    Dense(128 → 10)       [*, 10]               1,290
        1,199,882 parameters, 4.6 MiB\
        """,
        digits().summary().toString());
  }

  @Test
  void summaryCountsSharedParametersOnceAndTakesSequencesApart() {
    Param shared = param(DType.F32, 1, 3, 3);
    Layer model =
        Sequential.of(
            new Dense(shared, null),
            Sequential.of(Activation.RELU, new Dense(shared, param(DType.F32, 2, 3))));
    Summary summary = Summary.of(model, Shape.of(3));
    assertEquals(
        List.of(
            new Summary.Row("0", "Dense(3 → 3, no bias)", Shape.of(3), 9),
            new Summary.Row("1.0", "relu", Shape.of(3), 0),
            new Summary.Row("1.1", "Dense(3 → 3)", Shape.of(3), 3)),
        summary.rows());
    assertEquals(12, summary.trainable());
    assertEquals(0, summary.state());
    assertEquals(48, summary.bytes());
    assertTrue(summary.toString().endsWith("12 parameters, 48 bytes"), summary.toString());
  }

  @Test
  void activationsAreParsed() {
    for (Activation a :
        List.of(
            Activation.RELU, Activation.leakyRelu(0.25), Activation.elu(-1e-3), Activation.STEP)) {
      assertEquals(a, Activation.parse(a.toString()));
    }
    assertEquals(Activation.leakyRelu(0.1), Activation.parse(" LeakyReLU(0.1)"));
    for (String bad : List.of("", "rely", "relu(1)", "leakyRelu", "elu()", "elu(x)", "elu(1")) {
      String message = refusal(() -> Activation.parse(bad));
      assertTrue(message.contains("'" + bad + "'"), message);
    }
  }

  @Test
  void aNetworkIsItsBodyAndItsHead() {
    Network net = digits();
    Network body = net.before("dense1");
    Network head = net.from("dense1");
    assertEquals(Shape.of(9216), body.output());
    assertEquals(body.output(), head.input());
    assertEquals(List.of("dense1", "relu3", "dense2"), List.copyOf(head.layers().keySet()));
    Tensor x = random(DType.F32, 5, 2, 28, 28, 1);
    Tensor whole = net.forward(x, Pass.inference());
    Tensor parts = head.forward(body.forward(x, Pass.inference()), Pass.inference());
    assertArrayEquals(whole.toFloatArray(), parts.toFloatArray());
    assertEquals(net.layers(), net.from("conv1").layers());
    assertEquals("the network has no layer before 'conv1'", refusal(() -> net.before("conv1")));
    assertEquals(
        "the network has no layer 'dense3', but conv1, relu1, conv2, relu2, maxPool1, dropout1,"
            + " flatten1, dense1, relu3, dense2",
        refusal(() -> net.from("dense3")));
  }

  /** Row E8: under a new head, a frozen body stays as it is, and a free one learns on. */
  @Test
  @Tag("row-E8")
  void underANewHeadOnlyWhatIsNotFrozenLearns() {
    Network net = Network.of(4, 4, 1).conv(3, 3).batchNorm().relu().flatten().dense(5).build(RNG);
    Network body = net.before("dense1");
    Network copy = Network.of(4, 4, 1).conv(3, 3).batchNorm().relu().flatten().build(RNG.split(1));
    Parameters.copy(body, copy);
    Network frozen =
        Network.of(4, 4, 1).layer("body", Frozen.of(body)).dense(2).build(RNG.split(2));
    Network free = Network.of(4, 4, 1).layer("body", copy).dense(2).build(RNG.split(2));
    assertEquals(
        List.of("layers.dense1.weight", "layers.dense1.bias"),
        List.copyOf(Parameters.trainable(frozen).keySet()));
    Tensor x = random(DType.F32, 5, 6, 4, 4, 1);
    float[] first = body.forward(x, Pass.inference()).toFloatArray();
    assertArrayEquals(first, copy.forward(x, Pass.inference()).toFloatArray());

    for (Network whole : List.of(frozen, free)) {
      List<Param> params = List.copyOf(Parameters.trainable(whole).values());
      Program.of(
              (batch, rng) -> {
                Pass training = Pass.training(RNG);
                Tensor error = whole.forward(batch.getFirst(), training).square().mean();
                return Step.of(Sgd.of(0.1).update(params, Autodiff.gradients(error, params)))
                    .and(training.updates());
              })
          .run(RNG, x);
    }
    assertArrayEquals(first, body.forward(x, Pass.inference()).toFloatArray());
    Map<String, Param> kept = Parameters.all(body);
    Map<String, Param> moved = Parameters.all(copy);
    kept.forEach((name, param) ->
        assertFalse(
            Arrays.equals(
                param.value().toFloatArray(),
                Objects.requireNonNull(moved.get(name)).value().toFloatArray()),
            () -> name + " has not moved"));
  }
}
