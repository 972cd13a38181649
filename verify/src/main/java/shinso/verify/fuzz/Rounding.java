package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;

/** How much an operation's result in float may differ from the right one. */
enum Rounding {
  /** Not at all. */
  NONE,
  /** The nearest float: not at all where the result is one. */
  NEAREST,
  /** A few units in the last place. */
  FUNCTION,
  /** In proportion to the sum of the terms' magnitudes, in whatever order they are added. */
  SUM;

  /** Some units in the last place of a float: four times what rounding to nearest changes. */
  private static final double EPSILON = 0x1p-22;

  private static final double DOUBLE_EPSILON = 0x1p-48;

  private static final double LARGEST = Float.MAX_VALUE;

  /** Sums of terms that are smaller than this show that a sum on the way was taken for zero. */
  private static final double FLUSHED = Float.MIN_NORMAL / EPSILON;

  static Rounding of(Op op) {
    return switch (op) {
      case UnaryOp u ->
          switch (u.kind()) {
            case NEG, ABS, SIGN, RELU, NOT, STOP_GRADIENT, FLOOR, ROUND -> NONE;
            case RECIPROCAL, SQRT -> NEAREST;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, SOFTPLUS, ERF -> FUNCTION;
          };
      case BinaryOp b ->
          switch (b.kind()) {
            case ADD, SUB, MUL, DIV -> NEAREST;
            case POW -> FUNCTION;
            case MAXIMUM, MINIMUM, LESS, LESS_EQUAL, EQUAL, NOT_EQUAL -> NONE;
          };
      case CastOp c -> c.to() == DType.F32 ? NEAREST : NONE;
      case ReduceOp r -> r.kind() == ReduceOp.Kind.SUM ? SUM : NONE;
      case ScanOp s -> SUM;
      case ContractionOp c -> SUM;
      case WindowOp w ->
          switch (w) {
            case WindowOp.MaxPool p -> NONE;
            case WindowOp.MaxPoolGather p -> NONE;
            case WindowOp.MaxPoolScatter p -> SUM;
            case WindowOp.AveragePool p -> SUM;
            case WindowOp.AveragePoolBackward p -> SUM;
          };
      case IndexOp i -> i instanceof IndexOp.ScatterAdd ? SUM : NONE;
      case RandomOp.Draw d -> d.kind() == RandomOp.Draw.Kind.NORMAL ? FUNCTION : NONE;
      case RandomOp.Gamma g -> FUNCTION;
      case RandomOp.Split s -> NONE;
      case SelectOp s -> NONE;
      case MovementOp m -> NONE;
      case Leaf l -> NONE;
    };
  }

  /**
   * Rounds values, each by an amount of its own.
   *
   * @param y to be changed
   * @param scale the sums of the terms' magnitudes, for {@link #SUM}
   */
  void apply(double[] y, double[] scale, boolean flushes, SplittableRandom random) {
    for (int i = 0; i < y.length; i++) {
      double v = y[i];
      double size =
          switch (this) {
            case NONE -> 0;
            case NEAREST -> v == (float) v ? 0 : Math.abs(v);
            case FUNCTION -> 2 * Math.abs(v);
            case SUM -> scale[i];
          };
      if (size != 0 && Double.isFinite(v) && Double.isFinite(size)) {
        double amount = EPSILON * size * random.nextDouble(0.5, 1.5);
        y[i] = random.nextBoolean() ? v + amount : v - amount;
      }
      if (!flushes || this == NONE) {
        continue;
      }
      // Subnormal results count as zero, those of additions on the way to a sum as well.
      if (Math.abs(y[i]) < 2 * Float.MIN_NORMAL) {
        y[i] = 0 * y[i];
      } else if (this == SUM && size != 0 && size < FLUSHED) {
        y[i] -= Math.copySign(Float.MIN_NORMAL, y[i]);
      }
    }
  }

  /** Rounds values of F64. */
  void applyDouble(double[] y, double[] scale, SplittableRandom random) {
    for (int i = 0; i < y.length; i++) {
      double size = this == NONE ? 0 : this == SUM ? scale[i] : Math.abs(y[i]);
      if (size != 0 && Double.isFinite(y[i]) && Double.isFinite(size)) {
        y[i] += DOUBLE_EPSILON * size * random.nextDouble(-1, 1);
      }
    }
  }

  /** Makes every zero this one. */
  static void signZeros(double[] y, double zero) {
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i] == 0 ? zero : y[i];
    }
  }

  /** Makes what float has no room for infinite. */
  static void overflow(double[] y) {
    for (int i = 0; i < y.length; i++) {
      if (Math.abs(y[i]) > LARGEST) {
        y[i] = Math.abs((float) y[i]) > LARGEST ? (float) y[i] : y[i];
      }
    }
  }

  /**
   * Returns, for an operation that sums, the sums of the terms' magnitudes; zeros where floats add
   * up exactly.
   */
  static double[] scale(Op op, Doubles.Node node, List<double[]> in, boolean operandsAreExact) {
    boolean bilinear = op instanceof ContractionOp;
    boolean scatters = op instanceof WindowOp.MaxPoolScatter;
    List<double[]> sizes = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      boolean isTerm = scatters ? i == 1 : i == 0 || bilinear;
      sizes.add(isTerm ? magnitudes(in.get(i)) : in.get(i));
    }
    double[] scale = node.run(sizes);
    if (op instanceof ContractionOp c && !(c instanceof ContractionOp.MatMul)) {
      // Algorithms that transform whole tiles, such as Winograd's, mix neighbours into each other.
      double most = 0;
      for (double s : scale) {
        most = Math.max(most, s);
      }
      Arrays.fill(scale, most);
    }
    boolean divides =
        op instanceof WindowOp.AveragePool || op instanceof WindowOp.AveragePoolBackward;
    if (operandsAreExact && !divides) {
      double grain = bilinear ? 16 : 256;
      int first = scatters ? 1 : 0;
      boolean coarse =
          isMultiple(in.get(first), grain) && (!bilinear || isMultiple(in.get(1), grain));
      for (int i = 0; i < scale.length; i++) {
        scale[i] = coarse && scale[i] * 256 < 0x1p24 ? 0 : scale[i];
      }
    }
    return scale;
  }

  private static boolean isMultiple(double[] x, double grain) {
    for (double v : x) {
      if (v * grain != Math.rint(v * grain)) {
        return false;
      }
    }
    return true;
  }

  private static double[] magnitudes(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.abs(x[i]);
    }
    return y;
  }
}
