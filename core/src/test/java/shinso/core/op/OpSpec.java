package shinso.core.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * A row of the table of operations: an expression, the operands to try it on, and what is expected
 * of it.
 *
 * @param name the {@link Tensor} method, and after a space what distinguishes this row from others
 *     of the method
 * @param cases lists of operands
 * @param derivative what its gradients are
 * @param specials numbers to be strewn over floating-point operands: NaN, infinities, zeros, large
 *     and tiny ones
 */
public record OpSpec(
    String name,
    Function<List<Tensor>, Tensor> expression,
    List<List<Operand>> cases,
    Derivative derivative,
    Tolerance tolerance,
    List<Double> specials) {

  /** What the gradients of an operation are. */
  public enum Derivative {
    /** Correct at orders 1 and 2. */
    SMOOTH,
    /** Zero wherever they exist. */
    ZERO,
    /**
     * Right for the distribution of draws, not for draws of one key, so that no row can show it:
     * {@link ReparameterisationTest} does.
     */
    IMPLICIT
  }

  /** Special numbers on which the elementary functions are specified. */
  static final double[] SPECIALS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2.5,
    -3,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e30,
    -1e30,
    1e-30,
    -1e-30,
    Float.MIN_NORMAL,
    1e-40,
    -Float.MIN_VALUE,
    88.5,
    88.8,
    -104.5,
    1e5
  };

  /** Special numbers for operations in which finite ones are added up. */
  static final double[] NOT_FINITE = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0
  };

  /** Special numbers without infinities and NaN, small enough to be added and multiplied. */
  static final double[] ZEROS_AND_ONES = {0.0, -0.0, 1, -1};

  /** Returns a smooth, exact row without cases. */
  public static OpSpec of(String name, Function<List<Tensor>, Tensor> expression) {
    return new OpSpec(name, expression, List.of(), Derivative.SMOOTH, Tolerance.EXACT, List.of());
  }

  /** Returns this with a further case. */
  public OpSpec on(Operand... operands) {
    List<List<Operand>> more = new ArrayList<>(cases);
    more.add(List.of(operands));
    return new OpSpec(name, expression, List.copyOf(more), derivative, tolerance, specials);
  }

  /** Returns this with another tolerance. */
  public OpSpec within(Tolerance t) {
    return new OpSpec(name, expression, cases, derivative, t, specials);
  }

  /** Returns this with gradients that are zero wherever they exist. */
  public OpSpec flat() {
    return new OpSpec(name, expression, cases, Derivative.ZERO, tolerance, specials);
  }

  /** Returns this as draws whose gradients follow the distribution. */
  public OpSpec implicit() {
    return new OpSpec(name, expression, cases, Derivative.IMPLICIT, tolerance, specials);
  }

  /** Returns this with special numbers. */
  public OpSpec special(double... values) {
    return new OpSpec(
        name, expression, cases, derivative, tolerance, Arrays.stream(values).boxed().toList());
  }

  /** Returns the expression on operands. */
  public Tensor apply(List<Tensor> operands) {
    return expression.apply(operands);
  }

  /** Returns the seed of a case: different from row to row, the same in every run. */
  public long seed(int number) {
    return 31L * name.hashCode() + number;
  }

  /** Returns the operands of a case, the same for both floating-point types. */
  public List<Tensor> operands(int number, DType floating) {
    RandomGenerator random = new Random(seed(number));
    return cases.get(number).stream().map(o -> o.draw(floating, random)).toList();
  }

  /** Returns the operands of a case with special numbers strewn over the floating-point ones. */
  public List<Tensor> specialOperands(int number, DType floating) {
    RandomGenerator random = new Random(~seed(number));
    List<Tensor> operands = new ArrayList<>();
    for (Tensor t : operands(number, floating)) {
      double[] values = t.toDoubleArray();
      for (int i = 0; i < values.length && t.dtype().isFloating(); i++) {
        values[i] =
            random.nextBoolean() ? values[i] : specials.get(random.nextInt(specials.size()));
      }
      operands.add(Operand.tensor(values, t.shape(), t.dtype()));
    }
    return List.copyOf(operands);
  }

  /** Returns the size of a case: the largest number of elements of an operand. */
  public int size(int number) {
    return cases.get(number).stream().mapToInt(o -> o.shape().size()).max().orElse(0);
  }

  @Override
  public String toString() {
    return name;
  }
}
