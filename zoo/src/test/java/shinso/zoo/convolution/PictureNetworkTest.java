package shinso.zoo.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;

final class PictureNetworkTest {
  private static final Shape DIGIT = Shape.of(28, 28, 1);
  private static final Shape PHOTOGRAPH = Shape.of(32, 32, 3);
  private static final Rng RNG = Rng.of(1);

  private static long count(Network net) {
    return Parameters.count(Parameters.trainable(net).values());
  }

  private static long count(PictureNetwork architecture, Shape picture) {
    return count(architecture.build(picture, 10, RNG));
  }

  /** The numbers that are given for these networks, and those of the paper's table 6. */
  @Test
  void theyHaveThePublishedNumbersOfParameters() {
    assertEquals(61_706, count(Lenet.LENET_5, DIGIT));
    assertEquals(
        61_706,
        count(
            new Lenet(6, 16, 0, List.of(120, 84), false, Lenet.LENET_5.activation()),
            Shape.of(32, 32, 1)));
    assertEquals(431_080, count(Lenet.WIDE, DIGIT));
    assertEquals(145_578, count(CudaConvnet.PUBLISHED, PHOTOGRAPH));
    Map<Integer, Integer> residual =
        Map.of(20, 269_722, 32, 464_154, 44, 658_586, 56, 853_018, 110, 1_727_962);
    residual.forEach((depth, parameters) ->
        assertEquals((int) parameters, count(ResidualNetwork.of(depth), PHOTOGRAPH)));
  }

  @Test
  void thePlainNetworkHasAsManyAsTheResidualOne() {
    ResidualNetwork net = ResidualNetwork.of(20);
    assertEquals(count(net, PHOTOGRAPH), count(net.plain(), PHOTOGRAPH));
  }

  @Test
  void blocksOfVggLeaveSmallMaps() {
    Map<Integer, Integer> blocks = Map.of(8, 1, 16, 2, 28, 2, 32, 3, 64, 4, 224, 5, 300, 5);
    blocks.forEach((side, expected) -> {
      Network net = Vgg.SMALL.build(Shape.of(side, side + 1, 3), 2, RNG);
      assertEquals(
          (int) expected, net.layers().keySet().stream().filter(n -> n.contains("Pool")).count());
    });
  }

  @ParameterizedTest
  @CsvSource({"28, 28, 1, 10", "32, 32, 3, 10", "8, 8, 1, 3", "33, 47, 3, 2", "64, 48, 3, 37"})
  void aDenseNetworkIsAsLargeUpToHalfAUnit(int h, int w, int channels, int classes) {
    Shape picture = Shape.of(h, w, channels);
    for (long parameters : new long[] {20_000, 145_578, 431_080}) {
      Network dense = new DenseNetwork(parameters).build(picture, classes, RNG);
      int units = dense.before("dense2").output().dim(0);
      long unit = picture.size() + 2L * units + classes + 2;
      assertTrue(
          Math.abs(count(dense) - parameters) <= unit / 2 + 1,
          () -> "%d for %d".formatted(count(dense), parameters));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anArchitectureTakesPicturesOfAnySize(Architecture architecture) {
    for (Shape picture : List.of(DIGIT, PHOTOGRAPH, Shape.of(17, 20, 3), Shape.of(40, 33, 4))) {
      Network net = architecture.build(picture, 7, RNG);
      assertEquals(Shape.of(7), net.output());
      Tensor x = Tensor.zeros(Shape.of(2).concat(picture).dims());
      assertEquals(Shape.of(2, 7), net.forward(x, Pass.inference()).shape());
    }
    assertEquals(architecture, Architecture.named(architecture.label()));
  }

  @TestFactory
  List<DynamicTest> gradients() {
    Map<String, PictureNetwork> small =
        Map.of(
            "LeNet",
            new Lenet(2, 3, 2, List.of(4), false, Lenet.LENET_5.activation()),
            "cuda-convnet",
            new CudaConvnet(2, 3, 4),
            "VGG",
            new Vgg(1, 2, 4, 3, 0, Norm.LAYER),
            "residual network",
            ResidualNetwork.of(8).width(2).with(Norm.LAYER),
            "with batches",
            ResidualNetwork.of(8).width(2),
            "plain network",
            ResidualNetwork.of(8).width(2).plain().with(Norm.NONE));
    return small.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue())))
        .toList();
  }

  private static void check(PictureNetwork architecture) {
    Network net = architecture.build(Shape.of(13, 12, 2), 3, RNG.split("weights"));
    Tensor x = Tensor.normal(RNG.split("x"), 4, 13, 12, 2).evaluate();
    Tensor loss =
        Losses.softmaxCrossEntropy(
            net.forward(x, Pass.training(RNG.split("pass"))), Tensor.of(new int[] {0, 1, 2, 1}, 4));
    ParameterCheck.run(Parameters.trainable(net), loss, RNG.split("check")).requireBelow(1e-5);
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertMessage(
        "LeNet: pictures of 8 x 9 are too small; it needs 16 x 16 at least",
        () -> Architecture.LENET.build(Shape.of(8, 9, 1), 10, RNG));
    assertMessage(
        "VGG: there is at least one class, not 0",
        () -> Architecture.VGG.build(PHOTOGRAPH, 0, RNG));
    assertMessage(
        "there is no network 'alexnet'; choose lenet, convnet, vgg, resnet",
        () -> Architecture.named("alexnet"));
    assertMessage(
        "residual network: the depth is 6n + 2, such as 8, 14 and 20, and there is at least one"
            + " map; not 18 layers of 16 maps",
        () -> ResidualNetwork.of(18));
  }

  private static void assertMessage(String message, org.junit.jupiter.api.function.Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }
}
