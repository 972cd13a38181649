package shinso.cpu.onednn;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import shinso.cpu.onednn.ConvolutionSpec.Axis;
import shinso.cpu.onednn.ConvolutionSpec.Direction;

/**
 * What oneDNN is known to compute wrongly or to crash at, found by comparing some millions of small
 * problems with plain loops, at operands that end where memory ends, with every instruction set.
 *
 * <p>{@link OneDnn#primitive} refuses these problems, so that nothing gets at them by mistake, and
 * callers ask {@link OneDnn#isRight} and go another way. A fault counts for all versions until one
 * is known that hasn't got it. Predicates are a little wider than what was seen.
 *
 * <p>To add one: a row here, with a problem that shows it; the tests and {@code shinso doctor} find
 * it by themselves.
 */
public final class KnownFaults {
  /**
   * One fault.
   *
   * @param name short, as {@code doctor} prints it
   * @param what goes wrong
   * @param around what is done instead
   * @param mended the first version without it, or null if none is known
   * @param sets the instruction sets concerned, by their bits
   * @param problems that it may concern
   * @param example a problem that shows it
   */
  public record Fault(
      String name,
      String what,
      String around,
      @Nullable String mended,
      IntPredicate sets,
      Predicate<Spec> problems,
      Spec example) {
    boolean concerns(int isa, String version) {
      return sets.test(isa) && (mended == null || compare(version, mended) < 0);
    }
  }

  private static final List<Fault> ALL =
      List.of(
          new Fault(
              "batched outer products",
              "a batched product over a single step reads B as if its rows had no gaps, and past its"
                  + " end",
              "a call for each matrix",
              null,
              Isa.AVX2::isPartOf,
              spec -> spec instanceof MatmulSpec m && isBatchOfOuterProducts(m),
              MatmulSpec.of(2, 3, 1).batch(2, 2, 5, 6)),
          new Fault(
              "outputs of one column",
              "a convolution of one channel, or of bfloat16, whose outputs have one column, with a"
                  + " horizontal stride: every row but the first is wrong",
              "own kernels; operands aren't rounded",
              null,
              Isa.AVX512_CORE::isPartOf,
              spec -> spec instanceof ConvolutionSpec c && hasOneColumn(c),
              convolution(Direction.FORWARD, 1, 1, axis(3, 1, 1, 0, 0), axis(2, 2, 3, 0, 0))),
          new Fault(
              "convolutions of padding",
              "a convolution all whose outputs see padding only ends the process if there is a bias",
              "the result is the bias, or zero",
              null,
              Isa.AVX2::isPartOf,
              spec -> spec instanceof ConvolutionSpec c && isOfPadding(c),
              convolution(Direction.FORWARD, 1, 1, axis(5, 1, 2, 5, 1), axis(1, 1, 2, 3, 2))
                  .withBias()),
          new Fault(
              "gradients of 1x1 filters",
              "the gradient of filters of 1x1 with a stride writes past the end of its scratch"
                  + " memory unless channels fill vectors",
              "own kernel",
              null,
              isa -> Isa.AVX2.isPartOf(isa) && !Isa.AVX512_CORE.isPartOf(isa),
              spec -> spec instanceof ConvolutionSpec c && isGradientOfPoints(c),
              convolution(
                  Direction.BACKWARD_WEIGHTS, 1, 4, axis(14, 1, 2, 0, 0), axis(4, 1, 1, 0, 0))),
          new Fault(
              "sums of depthwise convolutions",
              "a depthwise convolution that is added to its result ends the process unless channels"
                  + " fill vectors",
              "nothing asks for it",
              null,
              isa -> Isa.SSE41.isPartOf(isa) && !Isa.AVX2.isPartOf(isa),
              spec -> spec instanceof ConvolutionSpec c && isDepthwiseSum(c),
              convolution(Direction.FORWARD, 9, 9, axis(3, 2, 3, 0, 0), axis(3, 5, 1, 2, 2))
                  .groups(9)
                  .withPackedWeights()
                  .then(new PostOp.Sum())),
          new Fault(
              "bfloat16 rows with gaps",
              "a product of bfloat16 multiplies what lies behind the rows of A by zero, which is NaN"
                  + " if that is NaN or infinite",
              "rows are rounded to memory without gaps",
              null,
              Isa.AVX10_1_512_AMX::isPartOf,
              spec -> spec instanceof MatmulSpec m && hasHalfGaps(m),
              MatmulSpec.of(17, 8, 5).a(DataType.BF16, 6, 1).b(DataType.BF16, 8, 1)),
          new Fault(
              "bfloat16 gradients of unused taps",
              "the gradient of filters of bfloat16 is wrong where a column of the filters never"
                  + " meets the image",
              "operands aren't rounded",
              null,
              Isa.AVX512_CORE::isPartOf,
              spec -> spec instanceof ConvolutionSpec c && hasUnusedTaps(c),
              convolution(
                      Direction.BACKWARD_WEIGHTS, 2, 24, axis(1, 3, 1, 1, 1), axis(1, 3, 3, 1, 1))
                  .types(DataType.BF16, DataType.F32)
                  .withPackedWeights()));

  private KnownFaults() {}

  /** Returns all faults. */
  public static List<Fault> all() {
    return ALL;
  }

  /** Returns the fault that a problem would meet, or null. */
  static @Nullable Fault of(Spec spec, int isa, String version) {
    for (Fault f : ALL) {
      if (f.problems.test(spec) && f.concerns(isa, version)) {
        return f;
      }
    }
    return null;
  }

  /** Whether a problem may meet a fault with some instruction set or version. */
  public static boolean mayConcern(Spec spec) {
    return ALL.stream().anyMatch(f -> f.problems.test(spec));
  }

  private static boolean isBatchOfOuterProducts(MatmulSpec m) {
    if (m.k() > 1 || m.n() == 1 || m.packedB() || m.b().strides().getLast() != 1) {
      return false;
    }
    boolean repeats = true;
    boolean dense = true;
    long size = m.n();
    for (int i = m.batch().size() - 1; i >= 0; i--) {
      if (m.batch().get(i) > 1) {
        repeats &= m.b().strides().get(i) == 0;
        dense &= m.b().strides().get(i) == size;
        size *= m.batch().get(i);
      }
    }
    return !repeats && !dense;
  }

  private static boolean hasOneColumn(ConvolutionSpec c) {
    return c.direction() == Direction.FORWARD
        && (c.inChannels() == c.groups() || c.input() == DataType.BF16)
        && c.width().outSize() == 1
        && c.width().stride() > 1
        && c.width().kernel() > 1
        && c.height().outSize() > 1;
  }

  private static boolean isOfPadding(ConvolutionSpec c) {
    return !c.height().seesImage() || !c.width().seesImage();
  }

  private static boolean isGradientOfPoints(ConvolutionSpec c) {
    return c.direction() == Direction.BACKWARD_WEIGHTS
        && c.height().kernel() == 1
        && c.width().kernel() == 1
        && (c.height().stride() > 1 || c.width().stride() > 1)
        && c.inChannels() / c.groups() % 8 != 0;
  }

  private static boolean isDepthwiseSum(ConvolutionSpec c) {
    return c.postOps().contains(new PostOp.Sum())
        && c.inChannels() == c.groups()
        && c.outChannels() == c.groups()
        && c.groups() % 8 != 0;
  }

  private static boolean hasHalfGaps(MatmulSpec m) {
    int rank = m.a().strides().size();
    return m.a().type() == DataType.BF16
        && m.a().strides().getLast() == 1
        && m.a().strides().get(rank - 2) > m.k()
        && m.k() % 32 != 0;
  }

  private static boolean hasUnusedTaps(ConvolutionSpec c) {
    return c.direction() == Direction.BACKWARD_WEIGHTS
        && c.input() == DataType.BF16
        && !LongStream.range(0, c.width().kernel()).allMatch(c.width()::sees);
  }

  private static Axis axis(long size, long kernel, long stride, long before, long after) {
    return new Axis(size, kernel, stride, 1, before, after);
  }

  private static ConvolutionSpec convolution(
      Direction direction, long channels, long filters, Axis height, Axis width) {
    return ConvolutionSpec.of(direction, 2, height, width, channels, filters).withPackedWeights();
  }

  /** Compares versions such as {@code 3.11.0} number by number. */
  private static int compare(String a, String b) {
    String[] x = a.toLowerCase(Locale.ROOT).split("\\.");
    String[] y = b.toLowerCase(Locale.ROOT).split("\\.");
    for (int i = 0; i < Math.min(x.length, y.length); i++) {
      int order = Integer.compare(Integer.parseInt(x[i]), Integer.parseInt(y[i]));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(x.length, y.length);
  }
}
