package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.cpu.onednn.ConvolutionSpec.Axis;
import shinso.cpu.onednn.ConvolutionSpec.Direction;

/** Convolutions and their gradients against loops in {@code double}. */
class ConvolutionTest {
  private static final long[] CHANNELS = {1, 3, 16, 33};
  private static final double UNIT = 0x1p-24;

  private final OneDnn dnn = Native.oneDnn();

  /** Pairs of height and width: strides, dilations, paddings and kernels of every kind. */
  private static List<Axis[]> geometries() {
    return List.of(
        new Axis[] {Axis.of(7, 3), Axis.of(9, 3)},
        new Axis[] {Axis.of(5, 1), Axis.of(6, 1)},
        new Axis[] {new Axis(8, 5, 1, 1, 2, 2), new Axis(7, 5, 1, 1, 2, 2)},
        new Axis[] {new Axis(9, 3, 2, 1, 1, 0), new Axis(11, 3, 2, 1, 0, 1)},
        new Axis[] {new Axis(10, 3, 3, 1, 1, 2), new Axis(7, 2, 3, 1, 0, 1)},
        new Axis[] {new Axis(9, 3, 1, 2, 2, 1), new Axis(8, 3, 1, 3, 0, 3)},
        new Axis[] {new Axis(9, 1, 2, 1, 0, 0), new Axis(8, 1, 2, 1, 0, 0)},
        new Axis[] {new Axis(11, 3, 2, 2, 3, 1), new Axis(1, 1, 1, 1, 0, 0)});
  }

  private static Stream<ConvolutionSpec> specs(Direction direction) {
    List<ConvolutionSpec> specs = new ArrayList<>();
    for (Axis[] axes : geometries()) {
      for (long in : CHANNELS) {
        for (long out : CHANNELS) {
          specs.add(ConvolutionSpec.of(direction, 2, axes[0], axes[1], in, out));
        }
      }
      long[][] grouped = {
        {3, 3, 3}, {16, 16, 16}, {33, 33, 33}, {16, 32, 2}, {33, 66, 3}, {4, 8, 4}
      };
      for (long[] channels : grouped) {
        specs.add(
            ConvolutionSpec.of(direction, 2, axes[0], axes[1], channels[0], channels[1])
                .groups(channels[2]));
      }
    }
    return specs.stream();
  }

  /**
   * The seven indices of one product {@code x w} in the sum for {@code y}, as positions in memory.
   */
  private interface Visitor {
    void visit(int x, int w, int y);
  }

  private static void visit(ConvolutionSpec spec, Visitor visitor) {
    Axis h = spec.height();
    Axis w = spec.width();
    int ins = (int) (spec.inChannels() / spec.groups());
    int outs = (int) (spec.outChannels() / spec.groups());
    for (int b = 0; b < spec.batch(); b++) {
      for (int i = 0; i < h.outSize(); i++) {
        for (int j = 0; j < w.outSize(); j++) {
          for (int u = 0; u < h.kernel(); u++) {
            for (int v = 0; v < w.kernel(); v++) {
              long row = i * h.stride() + u * h.dilation() - h.padBefore();
              long column = j * w.stride() + v * w.dilation() - w.padBefore();
              if (row < 0 || row >= h.size() || column < 0 || column >= w.size()) {
                continue;
              }
              for (int c = 0; c < ins; c++) {
                for (int o = 0; o < spec.outChannels(); o++) {
                  long x = ((b * h.size() + row) * w.size() + column) * spec.inChannels();
                  visitor.visit(
                      (int) (x + (long) (o / outs) * ins + c),
                      (int) (((u * w.kernel() + v) * ins + c) * spec.outChannels() + o),
                      (int) (((b * h.outSize() + i) * w.outSize() + j) * spec.outChannels() + o));
                }
              }
            }
          }
        }
      }
    }
  }

  private static int xSize(ConvolutionSpec spec) {
    return (int) (spec.batch() * spec.height().size() * spec.width().size() * spec.inChannels());
  }

  private static int ySize(ConvolutionSpec spec) {
    return (int)
        (spec.batch() * spec.height().outSize() * spec.width().outSize() * spec.outChannels());
  }

  private static int wSize(ConvolutionSpec spec) {
    return (int)
        (spec.height().kernel()
            * spec.width().kernel()
            * (spec.inChannels() / spec.groups())
            * spec.outChannels());
  }

  /** A sum in {@code double} and the sum of its terms' sizes, which bounds the rounding errors. */
  private static final class Sums {
    final double[] sum;
    final double[] size;
    final int[] terms;

    Sums(int count) {
      sum = new double[count];
      size = new double[count];
      terms = new int[count];
    }

    void add(int i, double term) {
      sum[i] += term;
      size[i] += Math.abs(term);
      terms[i]++;
    }

    void check(MemorySegment actual, DoubleUnaryOperator post, double postTolerance, String what) {
      for (int i = 0; i < sum.length; i++) {
        double expected = post.applyAsDouble(sum[i]);
        double tolerance =
            (terms[i] + 2) * UNIT * size[i] + postTolerance * (1 + Math.abs(expected));
        int at = i;
        assertEquals(expected, Native.get(actual, i), tolerance, () -> "at " + at + ": " + what);
      }
    }
  }

  private void check(ConvolutionSpec spec, DoubleUnaryOperator post, double postTolerance) {
    long seed = 21;
    SplittableRandom random = new SplittableRandom(seed);
    Primitive primitive = dnn.primitive(spec);
    String what = "seed " + seed + ", " + primitive;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Native.random(arena, xSize(spec), random);
      MemorySegment w = Native.random(arena, wSize(spec), random);
      MemorySegment y = Native.random(arena, ySize(spec), random);
      MemorySegment bias = Native.random(arena, spec.outChannels(), random);
      MemorySegment packed = arena.allocate(primitive.format(weightsOf(spec)).bytes(), 64);
      int channels = (int) spec.outChannels();
      switch (spec.direction()) {
        case FORWARD -> {
          Sums sums = new Sums(ySize(spec));
          visit(spec, (i, j, k) -> sums.add(k, (double) Native.get(x, i) * Native.get(w, j)));
          for (int i = 0; spec.bias() && i < sums.sum.length; i++) {
            sums.add(i, Native.get(bias, i % channels));
          }
          if (spec.packed()) {
            Native.run(dnn.primitive(primitive.pack(1)), w, packed);
          }
          MemorySegment weights = spec.packed() ? packed : w;
          if (spec.bias()) {
            Native.run(primitive, x, weights, y, bias);
          } else {
            Native.run(primitive, x, weights, y);
          }
          sums.check(y, post, postTolerance, what);
        }
        case BACKWARD_DATA -> {
          Sums sums = new Sums(xSize(spec));
          visit(spec, (i, j, k) -> sums.add(i, (double) Native.get(y, k) * Native.get(w, j)));
          if (spec.packed()) {
            Native.run(dnn.primitive(primitive.pack(1)), w, packed);
          }
          Native.run(primitive, y, spec.packed() ? packed : w, x);
          sums.check(x, post, postTolerance, what);
        }
        case BACKWARD_WEIGHTS -> {
          Sums sums = new Sums(wSize(spec));
          visit(spec, (i, j, k) -> sums.add(j, (double) Native.get(y, k) * Native.get(x, i)));
          Sums biasSums = new Sums(channels);
          for (int i = 0; i < ySize(spec); i++) {
            biasSums.add(i % channels, Native.get(y, i));
          }
          MemorySegment result = spec.packed() ? packed : w;
          if (spec.bias()) {
            Native.run(primitive, x, y, result, bias);
            biasSums.check(bias, v -> v, 0, "bias, " + what);
          } else {
            Native.run(primitive, x, y, result);
          }
          if (spec.packed()) {
            Native.run(dnn.primitive(primitive.unpack(2)), packed, w);
          }
          sums.check(w, post, postTolerance, what);
        }
      }
    }
  }

  private static int weightsOf(ConvolutionSpec spec) {
    return spec.direction() == Direction.BACKWARD_WEIGHTS ? 2 : 1;
  }

  @ParameterizedTest
  @EnumSource
  void plainWeights(Direction direction) {
    specs(direction).forEach(spec -> check(spec, v -> v, 0));
  }

  @ParameterizedTest
  @EnumSource
  void packedWeights(Direction direction) {
    specs(direction).forEach(spec -> check(spec.withPackedWeights(), v -> v, 0));
  }

  @ParameterizedTest
  @EnumSource
  void packedWeightsAreNeverLeftToTheReferenceKernel(Direction direction) {
    specs(direction)
        .forEach(spec -> {
          Primitive primitive = dnn.primitive(spec.withPackedWeights());
          assertFalse(primitive.isReference(), primitive::toString);
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"FORWARD", "BACKWARD_WEIGHTS"})
  void bias(Direction direction) {
    specs(direction).forEach(spec -> check(spec.withBias(), v -> v, 0));
    specs(direction).forEach(spec -> check(spec.withBias().withPackedWeights(), v -> v, 0));
  }

  @Test
  void activations() {
    specs(Direction.FORWARD)
        .map(spec -> spec.withBias().withPackedWeights())
        .forEach(spec -> {
          check(spec.then(Eltwise.RELU.postOp()), v -> Math.max(v, 0), 0);
          check(spec.then(Eltwise.TANH.postOp()), Math::tanh, 2e-6);
        });
  }

  @Test
  void tensorsOfPostOperations() {
    ConvolutionSpec spec =
        ConvolutionSpec.of(Direction.FORWARD, 2, Axis.of(7, 3), Axis.of(9, 3), 3, 33);
    SplittableRandom random = new SplittableRandom(22);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Native.random(arena, xSize(spec), random);
      MemorySegment w = Native.random(arena, wSize(spec), random);
      MemorySegment y = Native.floats(arena, ySize(spec));
      MemorySegment full = Native.random(arena, ySize(spec), random);
      MemorySegment perChannel = Native.random(arena, 33, random);
      Sums sums = new Sums(ySize(spec));
      visit(spec, (i, j, k) -> sums.add(k, (double) Native.get(x, i) * Native.get(w, j)));
      Native.run(
          dnn.primitive(
              spec.then(BinaryPostOp.ADD.postOp(StridedLayout.dense(DataType.F32, 2, 5, 7, 33)))
                  .then(BinaryPostOp.SUB.postOp(StridedLayout.of(DataType.F32, 0, 0, 0, 1)))),
          x,
          w,
          y,
          full,
          perChannel);
      for (int i = 0; i < ySize(spec); i++) {
        sums.add(i, Native.get(full, i));
        sums.add(i, -Native.get(perChannel, i % 33));
      }
      sums.check(y, v -> v, 0, "seed 22");
      MemorySegment old = Native.random(arena, ySize(spec), random);
      y.copyFrom(old);
      Native.run(dnn.primitive(spec.then(new PostOp.Sum())), x, w, y);
      Sums accumulated = new Sums(ySize(spec));
      visit(spec, (i, j, k) -> accumulated.add(k, (double) Native.get(x, i) * Native.get(w, j)));
      for (int i = 0; i < ySize(spec); i++) {
        accumulated.add(i, Native.get(old, i));
      }
      accumulated.check(y, v -> v, 0, "seed 22");
    }
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> Axis.of(2, 3));
    assertThrows(IllegalArgumentException.class, () -> new Axis(5, 3, 0, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Axis(5, 3, 1, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Axis(5, 3, 1, 1, -1, 0));
    ConvolutionSpec forward =
        ConvolutionSpec.of(Direction.FORWARD, 1, Axis.of(5, 3), Axis.of(5, 3), 4, 6);
    assertThrows(IllegalArgumentException.class, () -> forward.groups(4));
    ConvolutionSpec backward =
        ConvolutionSpec.of(Direction.BACKWARD_DATA, 1, Axis.of(5, 3), Axis.of(5, 3), 4, 6);
    assertThrows(IllegalArgumentException.class, backward::withBias);
    PostOp relu = Eltwise.RELU.postOp();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> backward.then(relu));
    assertTrue(String.valueOf(e.getMessage()).contains("takes no post-operations"));
  }
}
