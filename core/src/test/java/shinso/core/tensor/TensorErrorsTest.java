package shinso.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.op.ConvSpec;
import shinso.core.op.DepthSpec;
import shinso.core.op.PoolSpec;

/**
 * Operations that don't fit are refused where they are written, with a line that says what to do.
 */
final class TensorErrorsTest {
  private static Tensor t(int... dims) {
    return TensorAccess.placeholder(Shape.of(dims), DType.F32);
  }

  private static Tensor i(int... dims) {
    return TensorAccess.placeholder(Shape.of(dims), DType.I32);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        error(
            "matmul: inner dimensions differ: [8, 64] x [10, 64]; transpose the right operand?",
            () -> t(8, 64).matmul(t(10, 64))),
        error(
            "matmul: inner dimensions differ: [8, 64] x [32, 10]",
            () -> t(8, 64).matmul(t(32, 10))),
        error(
            "matmul: inner dimensions differ: [2, 8, 64] x [32, 10]",
            () -> t(2, 8, 64).matmul(t(32, 10))),
        error("matmul: inner dimensions differ: [2] x [3]", () -> t(2).matmul(t(3))),
        error("matmul: inner dimensions differ: [2] x [3, 4]", () -> t(2).matmul(t(3, 4))),
        error(
            "matmul: inner dimensions differ: [2] x [3, 2]; transpose the right operand?",
            () -> t(2).matmul(t(3, 2))),
        error("matmul: inner dimensions differ: [5, 2] x [3]", () -> t(5, 2).matmul(t(3))),
        error("matmul: inner dimensions differ: [5, 6, 2] x [3]", () -> t(5, 6, 2).matmul(t(3))),
        error(
            "matmul: inner dimensions differ: [4, 2] x [5, 3, 4]",
            () -> t(4, 2).matmul(t(5, 3, 4))),
        error(
            "matmul, batches of [2, 4, 4] x [3, 4, 4]: shapes don't broadcast: [2] and [3] (axis 0 is"
                + " 2 and 3)",
            () -> t(2, 4, 4).matmul(t(3, 4, 4))),
        error(
            "matmul: scalars have no matrix product: [] x [4, 4]; use mul",
            () -> t().matmul(t(4, 4))),
        error(
            "matmul: takes floating-point numbers, not I32; use cast",
            () -> i(4, 4).matmul(i(4, 4))),
        error(
            "add: shapes don't broadcast: [2, 3] and [2] (axis 1 is 3 and 2)",
            () -> t(2, 3).add(t(2))),
        error("add: element types differ: F32 and I32; use cast", () -> t(2).add(i(2))),
        error("exp: takes floating-point numbers, not I32; use cast", () -> i(2).exp()),
        error("pow: takes floating-point numbers, not I32; use cast", () -> i(2).pow(2)),
        error("constant: 0.5 is not an I32; cast the tensor to F32", () -> i(2).mul(0.5)),
        error("mod: element types differ: F32 and I32; use cast", () -> t(2).mod(i(2))),
        error("atan2: takes floating-point numbers, not I32; use cast", () -> i(2).atan2(i(2))),
        error("lgamma: takes floating-point numbers, not I32; use cast", () -> i(2).lgamma()),
        error("bits: the number of columns is 0 to 26, not 27", () -> Tensor.bits(27)),
        error(
            "withSlice: all but axis 1 must be equal: [2, 3] and [3, 1]",
            () -> t(2, 3).withSlice(1, 0, t(3, 1))),
        error(
            "withSlice: -1 to 4 by 1 is not inside axis 1 of [2, 3]",
            () -> t(2, 3).withSlice(1, -1, t(2, 2))),
        error(
            "scatter: the values have the shape [2, 3], not [2, 4], for positions [4] on axis 1 of [2, 3]",
            () -> t(2, 3).scatter(1, i(4), t(2, 3))),
        error(
            "scatterMax: the updates [2, 3] must have the shape of the indices [4] from axis 1 on",
            () -> t(2, 3).scatterMax(1, i(4), 5)),
        error(
            "conv1d: the operand is [batch, time, channels], but has the shape [2, 3]",
            () -> t(2, 3).conv1d(t(1, 3, 2), ConvSpec.VALID)),
        error(
            "conv1d: the sequences [2, 9, 3] have 3 channels, but the filters [2, 4, 8] in 1 group(s)"
                + " take 4",
            () -> t(2, 9, 3).conv1d(t(2, 4, 8), ConvSpec.VALID)),
        error(
            "conv1d: 5 filters don't divide into 2 groups",
            () -> t(2, 9, 4).conv1d(t(2, 2, 5), ConvSpec.VALID.withGroups(2))),
        error(
            "conv1d: the filters [5, 3, 4] don't fit into the sequences [2, 4, 3] with "
                + ConvSpec.VALID
                + "; pad them",
            () -> t(2, 4, 3).conv1d(t(5, 3, 4), ConvSpec.VALID)),
        error(
            "maxPool1d: the window of 5 doesn't fit into the sequences [2, 4, 3]",
            () -> t(2, 4, 3).maxPool1d(PoolSpec.of(5))),
        error(
            "averagePool1d: the window of 5 doesn't fit into the sequences [2, 4, 3]",
            () -> t(2, 4, 3).averagePool1d(PoolSpec.of(5), true)),
        error(
            "conv3d: the volumes [1, 3, 5, 5, 2] have 2 channels, but the filters [2, 1, 1, 3, 2] in 1"
                + " group(s) take 3",
            () -> t(1, 3, 5, 5, 2).conv3d(t(2, 1, 1, 3, 2), DepthSpec.VALID, ConvSpec.VALID)),
        error(
            "conv3d: the filters [2, 6, 1, 2, 2] don't fit into the volumes [1, 3, 5, 5, 2] with "
                + ConvSpec.VALID
                + "; pad them",
            () -> t(1, 3, 5, 5, 2).conv3d(t(2, 6, 1, 2, 2), DepthSpec.VALID, ConvSpec.VALID)),
        error(
            "maxPool3d: the window 2x6x6 doesn't fit into the volumes [1, 3, 5, 5, 2]",
            () -> t(1, 3, 5, 5, 2).maxPool3d(2, DepthSpec.VALID, PoolSpec.of(6))),
        error(
            "outer, batches of [2, 3] and [5, 4]: shapes don't broadcast: [2] and [5] (axis 0 is 2 and"
                + " 5)",
            () -> t(2, 3).outer(t(5, 4))),
        error(
            "conv3d: 4 slices don't fit into the depth of [1, 3, 5, 5, 2] with DepthSpec[stride=1, padFront=0, padBack=0, dilation=1]",
            () -> t(1, 3, 5, 5, 2).conv3d(t(4, 1, 1, 2, 2), DepthSpec.VALID, ConvSpec.VALID)),
        error(
            "maxPool: the window 2x2 with dilations 5, 1 doesn't fit into the images [1, 5, 5, 2]",
            () -> t(1, 5, 5, 2).maxPool(PoolSpec.of(2), 5, 1)),
        error(
            "resizeNearest: images have at least one pixel: [1, 5, 5, 2] to 0x3",
            () -> t(1, 5, 5, 2).resizeNearest(0, 3)),
        error("reshape: [2, 3] has 6 elements, [4] has 4", () -> t(2, 3).reshape(4)),
        error("reshape: [2, 3] doesn't fit into [4, -1]", () -> t(2, 3).reshape(4, -1)),
        error("broadcast: [2] doesn't broadcast to [3]", () -> t(2).broadcastTo(Shape.of(3))),
        error("permute: [0, 0] is not an order of the axes of [2, 3]", () -> t(2, 3).permute(0, 0)),
        error(
            "permute: [1, 1] is not an order of the axes of [2, 3]", () -> t(2, 3).permute(-1, 1)),
        error(
            "permute: [-3, 1] is not an order of the axes of [2, 3]", () -> t(2, 3).permute(-3, 1)),
        error("permute: [0] is not an order of the axes of [2, 3]", () -> t(2, 3).permute(0)),
        error("there is no axis 2 in the shape [2, 3]", () -> t(2, 3).sum(2)),
        error("sum: an axis is named twice: [0, -2]", () -> t(2, 3).sum(0, -2)),
        error("max: axis 1 of [2, 0] is empty", () -> t(2, 0).max(1)),
        error("argmax: axis 0 of [0] is empty", () -> t(0).argmax(0)),
        error("squeeze: axis 0 of [2, 3] is not 1", () -> t(2, 3).squeeze(0)),
        error("slice: 1 to 4 by 1 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(1, 1, 4)),
        error("slice: 2 to 1 by 1 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(1, 2, 1)),
        error("slice: 0 to 3 by 0 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(1, 0, 3, 0)),
        error("slice: -4 to 3 by 1 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(1, -4, 3)),
        error("slice: 0 to -4 by 1 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(-1, 0, -4)),
        error(
            "slice: -1 to -2 by 1 is not inside axis 1 of [2, 3]", () -> t(2, 3).slice(1, -1, -2)),
        error("at: position 5 is not inside axis 0 of [2, 3]", () -> t(2, 3).at(0, 5)),
        error("at: position -4 is not inside axis 1 of [2, 3]", () -> t(2, 3).at(1, -4)),
        error("at: position -1 is not inside axis 0 of [0]", () -> t(0).at(0, -1)),
        error("clip: the bounds are low ≤ high, not 1.0 and -1.0", () -> t(2).clip(1, -1)),
        error("clip: the bounds are low ≤ high, not NaN and 1.0", () -> t(2).clip(Double.NaN, 1)),
        error("mean: takes floating-point numbers, not I32; use cast", () -> i(2).mean()),
        error("variance: takes floating-point numbers, not I32; use cast", () -> i(2).variance()),
        error(
            "variance: the correction is 0 or 1, not 2", () -> t(2, 3).variance(new int[] {1}, 2)),
        error(
            "variance: 1 element(s) of [2, 1] have no variance with correction 1; use 0",
            () -> t(2, 1).variance(new int[] {-1}, 1)),
        error(
            "variance: 0 element(s) of [0, 3] have no variance with correction 1; use 0",
            () -> t(0, 3).varianceKeep(new int[] {0}, 1)),
        error("pad: 0.5 is not an I32; cast the tensor to F32", () -> i(2).pad(0, 1, 1, 0.5)),
        error(
            "pad: padding is not negative: -1, 0, interior 0 for axis 0; slice to crop",
            () -> t(2).pad(0, -1, 0, 0)),
        error("split: the lengths [1, 1] don't add up to axis 0 of [3]", () -> t(3).split(0, 1, 1)),
        error(
            "split: the lengths [-1, 4] don't add up to axis 0 of [3]", () -> t(3).split(0, -1, 4)),
        error("concat: there is nothing to join", () -> Tensor.concat(0, List.of())),
        error(
            "concat: all but axis 0 must be equal: [2, 3] and [2, 4]",
            () -> Tensor.concat(0, List.of(t(2, 3), t(2, 4)))),
        error(
            "concat: element types differ: F32 and I32; use cast",
            () -> Tensor.concat(0, List.of(t(2), i(2)))),
        error("there is no axis 1 in the shape [2]", () -> Tensor.concat(1, List.of(t(2)))),
        error("stack: shapes differ: [2] and [3]", () -> Tensor.stack(0, List.of(t(2), t(3)))),
        error(
            "conv2d: the images [1, 5, 5, 4] have 4 channels, but the filters [3, 3, 3, 8] in 1"
                + " group(s) take 3",
            () -> t(1, 5, 5, 4).conv2d(t(3, 3, 3, 8), ConvSpec.VALID)),
        error(
            "conv2d: the operand is [batch, height, width, channels], but has the shape [5, 5, 4]",
            () -> t(5, 5, 4).conv2d(t(3, 3, 3, 8), ConvSpec.VALID)),
        error(
            "conv2d: 8 filters don't divide into 3 groups",
            () -> t(1, 5, 5, 3).conv2d(t(3, 3, 1, 8), ConvSpec.VALID.withGroups(3))),
        error(
            "conv2dBackwardData: the operand must have the forward result's shape [1, 3, 3, 8], not"
                + " [1, 4, 3, 8]",
            () -> t(1, 4, 3, 8).convTranspose2d(t(3, 3, 2, 8), ConvSpec.VALID, 5, 5)),
        error(
            "maxPool: the window 3x3 doesn't fit into the images [1, 2, 5, 4]",
            () -> t(1, 2, 5, 4).maxPool(PoolSpec.of(3))),
        error(
            "averagePool: the window 2x2 doesn't fit into the images [1, 0, 5, 4]",
            () -> t(1, 0, 5, 4).averagePool(new PoolSpec(2, 2, 1, 1, 1, 1, 1, 1), true)),
        error(
            "pooling: padding is not negative and smaller than the window 2x2: 2, 0, 0, 0",
            () -> new PoolSpec(2, 2, 1, 1, 2, 0, 0, 0)),
        error(
            "pooling: window and strides are at least 1: window 2x0, strides 1, 1",
            () -> new PoolSpec(2, 0, 1, 1, 0, 0, 0, 0)),
        error(
            "convolution: padding is not negative: -1, -1, -1, -1; slice the image to crop it",
            () -> ConvSpec.VALID.withPadding(-1)),
        error(
            "convolution: strides, dilations and groups are at least 1: strides 0, 0, dilations 1,"
                + " 1, groups 1",
            () -> ConvSpec.VALID.withStride(0)),
        error("gather: indices are I32, not F32; use cast", () -> t(3).gather(0, t(2))),
        error("oneHot: indices are I32, not F32; use cast", () -> t(3).oneHot(5)),
        error(
            "scatterAdd: the updates [4, 2] must have the shape of the indices [3] from axis 0 on",
            () -> t(4, 2).scatterAdd(0, i(3), 5)),
        error(
            "scatterAdd: the updates [] must have the shape of the indices [] from axis 1 on",
            () -> t().scatterAdd(1, i(), 5)),
        error(
            "scatterAdd: the updates [3] must have the shape of the indices [3] from axis -1 on",
            () -> t(3).scatterAdd(-2, i(3), 5)),
        error(
            "takeAlong: the indices [3] must have the rank of the tensor [3, 2]",
            () -> t(3, 2).takeAlong(1, i(3))),
        error(
            "takeAlong: all but axis 1 must be equal: the tensor [3, 2] and the indices [4, 2]",
            () -> t(3, 2).takeAlong(1, i(4, 2))),
        error("takeAlong: indices are I32, not F32; use cast", () -> t(3, 2).takeAlong(1, t(3, 2))),
        error("topK: k = 4 is not in 0 to 3", () -> t(2, 3).topK(4)),
        error(
            "transpose: the operand has at least 2 axes, but the shape is [3]",
            () -> t(3).transpose()),
        error("item: the tensor has the shape [2], not one element", () -> t(2).item()),
        error("toIntArray: indices are I32, not F32; use cast", () -> t(2).toIntArray()),
        error(
            "there are 3 values, but the shape [2, 2] has 4 elements",
            () -> Tensor.of(new float[3], 2, 2)),
        error(
            "select: shapes don't broadcast: [2] and [3] (axis 0 is 2 and 3)",
            () -> Tensor.select(t(2), t(3), 0)),
        error(
            "uniform: takes floating-point numbers, not I32; use cast",
            () -> i(2).uniformLike(shinso.core.random.Rng.of(1))));
  }

  private static Arguments error(String message, Executable body) {
    return Arguments.of(message, body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void saysWhatIsWrong(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
