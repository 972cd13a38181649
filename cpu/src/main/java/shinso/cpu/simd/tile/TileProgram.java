package shinso.cpu.simd.tile;

import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.element.ExpCode;

/**
 * Element-wise arithmetic on the elements of some operands that lie at the same place of a tile.
 * Values are numbered: first the operands, then the scalars, then the result of each step. Programs
 * of the same structure are equal, whatever memory they run on.
 *
 * @param operands number of operands in memory
 * @param scalars number of scalars
 * @param steps what is computed, each step from values before it
 * @param results the values that are written, in the order of their addresses
 */
public record TileProgram(int operands, int scalars, List<Step> steps, List<Integer> results) {
  /** Keeps copies. */
  public TileProgram {
    steps = List.copyOf(steps);
    results = List.copyOf(results);
  }

  /** One operation on values, as the kernels of this package define it. */
  public sealed interface Step {
    /** {@code function(a)}. */
    record Apply1(UnaryOp.Kind function, int a) implements Step {}

    /** {@code function(a, b)}. */
    record Apply2(BinaryOp.Kind function, int a, int b) implements Step {}

    /** {@code condition != 0 ? a : b}. */
    record Choose(int condition, int a, int b) implements Step {}
  }

  /**
   * Whether a function takes a few vector operations without a branch, so that it can be a step.
   */
  public static boolean isStep(UnaryOp.Kind function) {
    return switch (function) {
      case STOP_GRADIENT, NEG, ABS, SIGN, RECIPROCAL, SQRT, NOT, RELU, SIGMOID, TANH -> true;
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, SOFTPLUS, ERF, FLOOR, ROUND -> false;
    };
  }

  /** Whether a function is a step and nothing else: no kernel computes it alone. */
  public static boolean isOnlyStep(UnaryOp.Kind function) {
    return ExpCode.has(function);
  }

  /** Whether a function takes one or a few vector operations, so that it can be a step. */
  public static boolean isStep(BinaryOp.Kind function) {
    return function != BinaryOp.Kind.POW;
  }

  /** The number of addresses that the code takes: of the operands, then of the results. */
  public int addresses() {
    return operands + results.size();
  }

  /** The number of the value that step {@code i} gives. */
  int value(int i) {
    return operands + scalars + i;
  }
}
