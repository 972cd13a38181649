package shinso.core.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.DepthSpec;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.PoolSpec;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.program.Evaluator;
import shinso.core.random.Rng;

/**
 * An n-dimensional array: an immutable value in a lazy graph.
 *
 * <p>An operation on tensors returns at once with a tensor that remembers it. The numbers are
 * computed when an array or {@link #item} is asked for, by one program for everything that is
 * needed and not known yet. Shapes and element types are checked where the operation is written;
 * operations throw {@link IllegalArgumentException} if they don't fit. Operands of element-wise
 * operations broadcast as in NumPy. Axes and positions may be counted from the end: −1 is the last
 * one.
 *
 * <p>Numbers are those of IEEE 754: x / 0 is ±∞, 0 / 0 and what is made of NaN are NaN, and odd
 * functions keep the sign of a zero. {@code I32} wraps around where it overflows. Comparisons give
 * 1 or 0 in the operands' type, and of NaN 0, but 1 for ≠. Where a function has a kink, the method
 * says what its derivative is; steps, as sign, floor and comparisons are, have the derivative 0.
 *
 * <table>
 * <caption>Methods</caption>
 * <tr><td>creation<td>{@link #of(float[], int...) of}, {@link #owning(float[], Shape) owning}, {@link
 *     #scalar}, {@link #constant}, {@link #full}, {@link #zeros}, {@link #ones}, {@link #fullLike},
 *     {@link #iota(int) iota}, {@link #eye}, {@link #lowerTriangle}, {@link #bits}
 * <tr><td>random draws<td>{@link #uniform}, {@link #normal}, {@link #gumbel}, {@link #bernoulli},
 *     {@link #categorical}, {@link #gamma}, {@link #beta}, {@link #dirichlet}, {@link #studentT}
 * <tr><td>one operand<td>{@link #neg}, {@link #exp}, {@link #log}, {@link #sqrt}, {@link #sin},
 *     {@link #atan}, {@link #sinh}, {@link #tanh}, {@link #sigmoid}, {@link #softplus}, {@link #erf},
 *     {@link #lgamma}, {@link #digamma}, {@link #abs}, {@link #floor}, {@link #relu}, {@link #cast}, …
 * <tr><td>two and three<td>{@link #add(Tensor) add}, {@link #sub(Tensor) sub}, {@link #mul(Tensor)
 *     mul}, {@link #div(Tensor) div}, {@link #mod(Tensor) mod}, {@link #maximum(Tensor) maximum},
 *     {@link #pow(Tensor) pow}, {@link #logAddExp}, {@link #atan2}, {@link #less(Tensor) less}, …,
 *     {@link #select(Tensor, Tensor, Tensor) select}
 * <tr><td>reductions<td>{@link #sum}, {@link #mean}, {@link #prod}, {@link #max}, {@link #min}, {@link
 *     #argmax}, {@link #argmin}, {@link #variance(int...) variance}, {@link #logSumExp}, {@link
 *     #softmax}, {@link #logSoftmax}
 * <tr><td>movement<td>{@link #reshape(int...) reshape}, {@link #permute}, {@link #transpose}, {@link
 *     #broadcastTo}, {@link #slice(int, int, int) slice}, {@link #at}, {@link #withSlice}, {@link
 *     #split}, {@link #pad}, {@link #concat}, {@link #stack}, {@link #flip}, {@link #tile}, {@link
 *     #diagonal}, {@link #diagonalMatrix}, {@link #trace}
 * <tr><td>products<td>{@link #matmul}, {@link #outer}, {@link #conv1d}, {@link #conv2d}, {@link
 *     #conv3d}, {@link #convTranspose2d}
 * <tr><td>windows, images<td>{@link #maxPool(PoolSpec) maxPool}, {@link #averagePool(PoolSpec,
 *     boolean) averagePool}, {@link #lpPool}, {@link #maxPoolPositions}, {@link #maxUnpool}, {@link
 *     #unpool}, {@link #resizeNearest}, {@link #resizeBilinear}
 * <tr><td>positions, scans, order<td>{@link #gather}, {@link #takeAlong}, {@link #scatterAdd}, {@link
 *     #scatterMax}, {@link #scatter}, {@link #oneHot}, {@link #cumulativeSum(int) cumulativeSum},
 *     {@link #cumulativeMax}, {@link #cumulativeProduct}, {@link #argsort}, {@link #sort}, {@link
 *     #topK}
 * <tr><td>numbers<td>{@link #toFloatArray}, {@link #toDoubleArray}, {@link #toIntArray}, {@link
 *     #item}, {@link #evaluate()}
 * </table>
 *
 * <p>A tensor keeps the tensors that it was made of, so that gradients can be taken through it at
 * any time. In a long loop that feeds results back, {@link #evaluate} gives a tensor without that
 * history.
 */
public final class Tensor implements Differentiable {
  private final Op op;
  private final List<Tensor> inputs;
  private final Shape shape;
  private final DType dtype;
  private volatile @Nullable Buffer buffer;

  private Tensor(Op op, List<Tensor> inputs, Shape shape, DType dtype, @Nullable Buffer buffer) {
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
    this.dtype = dtype;
    this.buffer = buffer;
  }

  // ---- creation

  /**
   * Returns a tensor with a copy of these values in row-major order; no dimensions mean a vector of
   * them all.
   *
   * @throws IllegalArgumentException if the number of values is not the shape's
   */
  public static Tensor of(float[] values, int... dims) {
    return ofBuffer(shapeFor(values.length, dims), Buffer.ofHeap(values.clone()));
  }

  /** Returns an F64 tensor with a copy of these values in row-major order. */
  public static Tensor of(double[] values, int... dims) {
    return ofBuffer(shapeFor(values.length, dims), Buffer.ofHeap(values.clone()));
  }

  /** Returns an I32 tensor with a copy of these values in row-major order. */
  public static Tensor of(int[] values, int... dims) {
    return ofBuffer(shapeFor(values.length, dims), Buffer.ofHeap(values.clone()));
  }

  /**
   * Returns a tensor that takes these values over without copying; the caller must not touch the
   * array again. For batches that a loader makes by the thousand.
   */
  public static Tensor owning(float[] values, Shape shape) {
    return ofBuffer(checkCount(values.length, shape), Buffer.ofHeap(values));
  }

  /** Returns an I32 tensor that takes these values over without copying. */
  public static Tensor owning(int[] values, Shape shape) {
    return ofBuffer(checkCount(values.length, shape), Buffer.ofHeap(values));
  }

  /** Returns an F32 scalar that is data: a program is not compiled again for another value. */
  public static Tensor scalar(double value) {
    return owning(new float[] {(float) value}, Shape.SCALAR);
  }

  /**
   * Returns a scalar that is part of the program's structure, and may be simplified away.
   *
   * @throws IllegalArgumentException if the type is I32 and the value is not an I32 number
   */
  public static Tensor constant(double value, DType dtype) {
    Check.representable("constant", value, dtype);
    return apply(new Leaf.Constant(dtype == DType.F32 ? (float) value : value, dtype));
  }

  /** Returns a tensor filled with one F32 value. */
  public static Tensor full(Shape shape, double value) {
    return constant(value, DType.F32).broadcastTo(shape);
  }

  /** Returns F32 zeros. */
  public static Tensor zeros(int... dims) {
    return full(Shape.of(dims), 0);
  }

  /** Returns F32 ones. */
  public static Tensor ones(int... dims) {
    return full(Shape.of(dims), 1);
  }

  /** Returns a tensor of this shape and type filled with a value. */
  public Tensor fullLike(double value) {
    return constant(value, dtype).broadcastTo(shape);
  }

  /** Returns zeros of this shape and type. */
  public Tensor zerosLike() {
    return fullLike(0);
  }

  /** Returns the I32 numbers 0, 1, … {@code length - 1}. */
  public static Tensor iota(int length) {
    return apply(new Leaf.Iota(length));
  }

  /** Returns an I32 tensor whose elements are their position along an axis. */
  public static Tensor iota(Shape shape, int axis) {
    int a = shape.axis(axis);
    int[] dims = new int[shape.rank()];
    Arrays.fill(dims, 1);
    dims[a] = shape.dim(a);
    return iota(shape.dim(a)).reshape(dims).broadcastTo(shape);
  }

  /** Returns the F32 identity matrix. */
  public static Tensor eye(int n) {
    Shape s = Shape.of(n, n);
    return iota(s, 0).equal(iota(s, 1)).cast(DType.F32);
  }

  /**
   * Returns an F32 mask {@code [rows, columns]}: 1 on and below a diagonal, 0 above it; {@code
   * diagonal} 0 is the main one, positive ones lie to the right.
   */
  public static Tensor lowerTriangle(int rows, int columns, int diagonal) {
    Shape s = Shape.of(rows, columns);
    return iota(s, 1).sub(iota(s, 0)).lessEqual(diagonal).cast(DType.F32);
  }

  /** Returns an F32 mask {@code [rows, columns]}: 1 on and above a diagonal, 0 below it. */
  public static Tensor upperTriangle(int rows, int columns, int diagonal) {
    Shape s = Shape.of(rows, columns);
    return iota(s, 1).sub(iota(s, 0)).greaterEqual(diagonal).cast(DType.F32);
  }

  /**
   * Returns all binary states of n units in the order of the numbers that they write: F32 {@code
   * [2ⁿ, n]}, the first column the most significant.
   *
   * @throws IllegalArgumentException unless 0 ≤ n ≤ 26
   */
  public static Tensor bits(int n) {
    return Distributions.bits(n);
  }

  // ---- random draws

  /** Returns F32 draws from the uniform distribution on [0, 1). */
  public static Tensor uniform(Rng rng, int... dims) {
    return Distributions.draw(RandomOp.Draw.Kind.UNIFORM, rng, Shape.of(dims), DType.F32);
  }

  /** Returns F32 draws from the standard normal distribution. */
  public static Tensor normal(Rng rng, int... dims) {
    return Distributions.draw(RandomOp.Draw.Kind.NORMAL, rng, Shape.of(dims), DType.F32);
  }

  /** Returns F32 draws from the standard Gumbel distribution, −log(−log u). */
  public static Tensor gumbel(Rng rng, int... dims) {
    return Distributions.gumbel(rng, Shape.of(dims), DType.F32);
  }

  /** Returns uniform draws on [0, 1) of this shape and type. */
  public Tensor uniformLike(Rng rng) {
    return Distributions.draw(RandomOp.Draw.Kind.UNIFORM, rng, shape, dtype);
  }

  /** Returns standard normal draws of this shape and type. */
  public Tensor normalLike(Rng rng) {
    return Distributions.draw(RandomOp.Draw.Kind.NORMAL, rng, shape, dtype);
  }

  /**
   * Returns draws of 1 with these probabilities and 0 otherwise; no gradient flows to the
   * probabilities.
   */
  public Tensor bernoulli(Rng rng) {
    return uniformLike(rng).less(stopGradient());
  }

  /**
   * Returns, for each row of unnormalised log-probabilities on the last axis, a drawn position
   * (I32), by Gumbel-max.
   */
  public Tensor categorical(Rng rng) {
    return add(Distributions.gumbel(rng, shape, dtype)).argmax(-1);
  }

  /**
   * Returns draws from gamma distributions with these shape parameters and scale 1; a parameter ≤ 0
   * gives NaN. The derivative is that of the quantile function at the draw (implicit
   * reparameterisation: Figurnov, Mohamed and Mnih, 2018).
   */
  public Tensor gamma(Rng rng) {
    return apply(new RandomOp.Gamma(), rng.key(), this);
  }

  /**
   * Returns draws from beta distributions with parameters α (this) and β, which broadcast; a
   * parameter ≤ 0 gives NaN. Differentiable in both.
   */
  public Tensor beta(Tensor beta, Rng rng) {
    return Distributions.beta(this, beta, rng);
  }

  /**
   * Returns, for each row of concentrations on the last axis, a draw of its Dirichlet distribution;
   * one ≤ 0 gives NaN. Differentiable in the concentrations.
   */
  public Tensor dirichlet(Rng rng) {
    return Distributions.dirichlet(this, rng);
  }

  /**
   * Returns draws from Student's t-distributions with these degrees of freedom; one ≤ 0 gives NaN.
   * Differentiable in the degrees of freedom.
   */
  public Tensor studentT(Rng rng) {
    return Distributions.studentT(this, rng);
  }

  // ---- element-wise, one operand

  /** Returns −x. */
  public Tensor neg() {
    return unary(UnaryOp.Kind.NEG);
  }

  /** Returns 1 / x. */
  public Tensor reciprocal() {
    return unary(UnaryOp.Kind.RECIPROCAL);
  }

  /** Returns eˣ. */
  public Tensor exp() {
    return unary(UnaryOp.Kind.EXP);
  }

  /** Returns eˣ − 1, accurate near 0. */
  public Tensor expm1() {
    return unary(UnaryOp.Kind.EXPM1);
  }

  /** Returns the natural logarithm. */
  public Tensor log() {
    return unary(UnaryOp.Kind.LOG);
  }

  /** Returns log(1 + x), accurate near 0. */
  public Tensor log1p() {
    return unary(UnaryOp.Kind.LOG1P);
  }

  /** Returns √x, NaN for x &lt; 0; the derivative at 0 is ∞. */
  public Tensor sqrt() {
    return unary(UnaryOp.Kind.SQRT);
  }

  /** Returns x². */
  public Tensor square() {
    return mul(this);
  }

  /** Returns the sine of radians. */
  public Tensor sin() {
    return unary(UnaryOp.Kind.SIN);
  }

  /** Returns the cosine of radians. */
  public Tensor cos() {
    return unary(UnaryOp.Kind.COS);
  }

  /** Returns the tangent of radians. */
  public Tensor tan() {
    return Trigonometry.tan(this);
  }

  /** Returns the arc sine in [−π/2, π/2], NaN for |x| &gt; 1. */
  public Tensor asin() {
    return Trigonometry.asin(this);
  }

  /** Returns the arc cosine in [0, π], NaN for |x| &gt; 1. */
  public Tensor acos() {
    return Trigonometry.acos(this);
  }

  /** Returns the arc tangent in [−π/2, π/2]. */
  public Tensor atan() {
    return Trigonometry.atan(this);
  }

  /** Returns the hyperbolic sine, in F32 ±∞ beyond ±88.7. */
  public Tensor sinh() {
    return Trigonometry.sinh(this);
  }

  /** Returns the hyperbolic cosine, in F32 ∞ beyond ±88.7. */
  public Tensor cosh() {
    return Trigonometry.cosh(this);
  }

  /** Returns the inverse of the hyperbolic sine. */
  public Tensor asinh() {
    return Trigonometry.asinh(this);
  }

  /** Returns the inverse of the hyperbolic cosine, not negative; NaN for x &lt; 1. */
  public Tensor acosh() {
    return Trigonometry.acosh(this);
  }

  /** Returns the inverse of the hyperbolic tangent, NaN for |x| &gt; 1. */
  public Tensor atanh() {
    return Trigonometry.atanh(this);
  }

  /** Returns the hyperbolic tangent. */
  public Tensor tanh() {
    return unary(UnaryOp.Kind.TANH);
  }

  /** Returns 1 / (1 + e⁻ˣ). */
  public Tensor sigmoid() {
    return unary(UnaryOp.Kind.SIGMOID);
  }

  /** Returns log(1 + eˣ), of which −softplus(−x) is log sigmoid(x). */
  public Tensor softplus() {
    return unary(UnaryOp.Kind.SOFTPLUS);
  }

  /** Returns the error function. */
  public Tensor erf() {
    return unary(UnaryOp.Kind.ERF);
  }

  /**
   * Returns log |Γ(x)|, ∞ at 0, −1, −2, …; its derivative is {@link #digamma}. The relative error
   * is a few units in the last place for x &gt; 0; for negative ones the absolute error is.
   */
  public Tensor lgamma() {
    return Special.lgamma(this);
  }

  /** Returns ψ(x), the derivative of log Γ(x); NaN at 0, −1, −2, … */
  public Tensor digamma() {
    return Special.digamma(this);
  }

  /** Returns |x|; the derivative at 0 is 0. */
  public Tensor abs() {
    return unary(UnaryOp.Kind.ABS);
  }

  /** Returns −1, 0 of the sign of x, or 1; NaN for NaN. */
  public Tensor sign() {
    return unary(UnaryOp.Kind.SIGN);
  }

  /** Returns the largest integer not above x. */
  public Tensor floor() {
    return unary(UnaryOp.Kind.FLOOR);
  }

  /** Returns the nearest integer, halves to the even one. */
  public Tensor round() {
    return unary(UnaryOp.Kind.ROUND);
  }

  /** Returns max(x, 0), NaN for NaN; the derivative at 0 is 0. */
  public Tensor relu() {
    return unary(UnaryOp.Kind.RELU);
  }

  /** Returns 1 where x is 0, else 0; NaN is not 0. */
  public Tensor not() {
    return unary(UnaryOp.Kind.NOT);
  }

  /** Returns the same values, through which no gradient flows. */
  public Tensor stopGradient() {
    return unary(UnaryOp.Kind.STOP_GRADIENT);
  }

  /**
   * Returns the values converted to another type; to integers towards zero, what is too large to
   * the largest, and NaN to 0.
   */
  public Tensor cast(DType to) {
    return to == dtype ? this : apply(new CastOp(to), this);
  }

  private Tensor unary(UnaryOp.Kind kind) {
    return apply(new UnaryOp(kind), this);
  }

  // ---- element-wise, two and three operands

  /** Returns a + b. */
  public Tensor add(Tensor b) {
    return binary(BinaryOp.Kind.ADD, this, b);
  }

  /** Returns a + b. */
  public Tensor add(double b) {
    return add(constant(b, dtype));
  }

  /** Returns a − b. */
  public Tensor sub(Tensor b) {
    return binary(BinaryOp.Kind.SUB, this, b);
  }

  /** Returns a − b. */
  public Tensor sub(double b) {
    return sub(constant(b, dtype));
  }

  /** Returns b − a, the operands reversed. */
  public Tensor rsub(double b) {
    return constant(b, dtype).sub(this);
  }

  /** Returns a · b, element by element. */
  public Tensor mul(Tensor b) {
    return binary(BinaryOp.Kind.MUL, this, b);
  }

  /** Returns a · b. */
  public Tensor mul(double b) {
    return mul(constant(b, dtype));
  }

  /** Returns a / b; integers truncate, and a division by zero gives zero. */
  public Tensor div(Tensor b) {
    return binary(BinaryOp.Kind.DIV, this, b);
  }

  /** Returns a / b. */
  public Tensor div(double b) {
    return div(constant(b, dtype));
  }

  /**
   * Returns a − ⌊a / b⌋ b, which is 0 or has the sign of b; of integers a where b is 0, else NaN
   * where b is 0 or infinite. The derivative by b is −⌊a / b⌋.
   */
  public Tensor mod(Tensor b) {
    return Reductions.mod(this, b);
  }

  /** Returns a − ⌊a / b⌋ b, which is 0 or has the sign of b. */
  public Tensor mod(double b) {
    return mod(constant(b, dtype));
  }

  /** Returns log(eᵃ + eᵇ); no overflow, and exact for infinite ones. */
  public Tensor logAddExp(Tensor b) {
    return Reductions.logAddExp(this, b);
  }

  /** Returns the angle in [−π, π] of the point with the ordinate y (this) and the abscissa x. */
  public Tensor atan2(Tensor x) {
    return Trigonometry.atan2(this, x);
  }

  /**
   * Returns the larger of a and b, NaN if either is; where they are equal, each gets half of the
   * gradient.
   */
  public Tensor maximum(Tensor b) {
    return binary(BinaryOp.Kind.MAXIMUM, this, b);
  }

  /** Returns the larger of a and b; the derivative is ½ where they are equal. */
  public Tensor maximum(double b) {
    return maximum(constant(b, dtype));
  }

  /**
   * Returns the smaller of a and b, NaN if either is; where they are equal, each gets half of the
   * gradient.
   */
  public Tensor minimum(Tensor b) {
    return binary(BinaryOp.Kind.MINIMUM, this, b);
  }

  /** Returns the smaller of a and b; the derivative is ½ where they are equal. */
  public Tensor minimum(double b) {
    return minimum(constant(b, dtype));
  }

  /**
   * Returns x brought into an interval, NaN for NaN; the derivative is 1 at its bounds as inside.
   *
   * @throws IllegalArgumentException unless low ≤ high
   */
  public Tensor clip(double low, double high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "clip: the bounds are low ≤ high, not " + low + " and " + high);
    }
    return select(greater(high), high, select(less(low), low, this));
  }

  /**
   * Returns aᵇ; a⁰ and 1ᵇ are 1, even of NaN, and a negative base gives NaN unless b is whole. The
   * derivative by b counts as 0 where a ≤ 0.
   */
  public Tensor pow(Tensor b) {
    return binary(BinaryOp.Kind.POW, this, b);
  }

  /** Returns aᵇ, 1 for b = 0. */
  public Tensor pow(double b) {
    return pow(constant(b, dtype));
  }

  /** Returns 1 where a &lt; b, else 0. */
  public Tensor less(Tensor b) {
    return binary(BinaryOp.Kind.LESS, this, b);
  }

  /** Returns 1 where a &lt; b, else 0. */
  public Tensor less(double b) {
    return less(constant(b, dtype));
  }

  /** Returns 1 where a ≤ b, else 0. */
  public Tensor lessEqual(Tensor b) {
    return binary(BinaryOp.Kind.LESS_EQUAL, this, b);
  }

  /** Returns 1 where a ≤ b, else 0. */
  public Tensor lessEqual(double b) {
    return lessEqual(constant(b, dtype));
  }

  /** Returns 1 where a &gt; b, else 0. */
  public Tensor greater(Tensor b) {
    return b.less(this);
  }

  /** Returns 1 where a &gt; b, else 0. */
  public Tensor greater(double b) {
    return greater(constant(b, dtype));
  }

  /** Returns 1 where a ≥ b, else 0. */
  public Tensor greaterEqual(Tensor b) {
    return b.lessEqual(this);
  }

  /** Returns 1 where a ≥ b, else 0. */
  public Tensor greaterEqual(double b) {
    return greaterEqual(constant(b, dtype));
  }

  /** Returns 1 where a = b, else 0. */
  public Tensor equal(Tensor b) {
    return binary(BinaryOp.Kind.EQUAL, this, b);
  }

  /** Returns 1 where a = b, else 0. */
  public Tensor equal(double b) {
    return equal(constant(b, dtype));
  }

  /** Returns 1 where a ≠ b, else 0. */
  public Tensor notEqual(Tensor b) {
    return binary(BinaryOp.Kind.NOT_EQUAL, this, b);
  }

  /** Returns 1 where a ≠ b, else 0. */
  public Tensor notEqual(double b) {
    return notEqual(constant(b, dtype));
  }

  /** Returns 1 where both operands are not 0, else 0. */
  public Tensor and(Tensor b) {
    return notEqual(0).mul(b.notEqual(0));
  }

  /** Returns 1 where an operand is not 0, else 0. */
  public Tensor or(Tensor b) {
    return notEqual(0).maximum(b.notEqual(0));
  }

  /** Returns a where the condition is not 0, and b where it is. */
  public static Tensor select(Tensor condition, Tensor a, Tensor b) {
    Shape s =
        Check.broadcast("select", Check.broadcast("select", condition.shape, a.shape), b.shape);
    return apply(new SelectOp(), condition.broadcastTo(s), a.broadcastTo(s), b.broadcastTo(s));
  }

  /** Returns a where the condition is not 0, and b where it is. */
  public static Tensor select(Tensor condition, Tensor a, double b) {
    return select(condition, a, constant(b, a.dtype));
  }

  /** Returns a where the condition is not 0, and b where it is. */
  public static Tensor select(Tensor condition, double a, Tensor b) {
    return select(condition, constant(a, b.dtype), b);
  }

  private static Tensor binary(BinaryOp.Kind kind, Tensor a, Tensor b) {
    BinaryOp op = new BinaryOp(kind);
    if (a.shape.equals(b.shape)) {
      return apply(op, a, b);
    }
    Shape s = Check.broadcast(op.label(), a.shape, b.shape);
    return apply(op, a.broadcastTo(s), b.broadcastTo(s));
  }

  // ---- reductions; without axes they are over all

  /** Returns the sum over some axes, which are removed; over all without axes. 0 of nothing. */
  public Tensor sum(int... axes) {
    return drop(sumKeep(axes), axes);
  }

  /** Returns the sum over some axes, which stay with length 1. */
  public Tensor sumKeep(int... axes) {
    return reduce(ReduceOp.Kind.SUM, axes);
  }

  /** Returns the mean over some axes, which are removed; NaN of nothing. */
  public Tensor mean(int... axes) {
    return drop(meanKeep(axes), axes);
  }

  /** Returns the mean over some axes, which stay with length 1. */
  public Tensor meanKeep(int... axes) {
    return Reductions.meanKeep(this, axes);
  }

  /**
   * Returns the largest element along some axes, which are removed; NaN if one is. Equal ones share
   * the gradient.
   *
   * @throws IllegalArgumentException if an axis is empty
   */
  public Tensor max(int... axes) {
    return drop(maxKeep(axes), axes);
  }

  /** Returns the largest element along some axes, which stay with length 1. */
  public Tensor maxKeep(int... axes) {
    return reduce(ReduceOp.Kind.MAX, axes);
  }

  /**
   * Returns the smallest element along some axes, which are removed; NaN if one is. Equal ones
   * share the gradient.
   *
   * @throws IllegalArgumentException if an axis is empty
   */
  public Tensor min(int... axes) {
    return drop(minKeep(axes), axes);
  }

  /** Returns the smallest element along some axes, which stay with length 1. */
  public Tensor minKeep(int... axes) {
    return reduce(ReduceOp.Kind.MIN, axes);
  }

  /**
   * Returns the I32 position of the first largest element along an axis, which is removed; of the
   * first NaN if there is one.
   */
  public Tensor argmax(int axis) {
    return drop(reduce(ReduceOp.Kind.ARGMAX, axis), axis);
  }

  /**
   * Returns the I32 position of the first smallest element along an axis, which is removed; of the
   * first NaN if there is one.
   */
  public Tensor argmin(int axis) {
    return Reductions.argmin(this, axis);
  }

  /** Returns the product over some axes, which are removed; over all without axes. 1 of nothing. */
  public Tensor prod(int... axes) {
    return Reductions.prod(this, axes);
  }

  /** Returns the population variance (divided by n) over some axes, which are removed. */
  public Tensor variance(int... axes) {
    return drop(varianceKeep(axes), axes);
  }

  /**
   * Returns Σ (x − mean)² / (n − correction) over some axes, which are removed: with correction 0
   * the population variance, with 1 the unbiased estimate from a sample.
   *
   * @throws IllegalArgumentException if the correction is another one, or 1 where n &lt; 2
   */
  public Tensor variance(int[] axes, int correction) {
    return drop(varianceKeep(axes, correction), axes);
  }

  /** Returns the population variance over some axes, which stay with length 1. */
  public Tensor varianceKeep(int... axes) {
    return varianceKeep(axes, 0);
  }

  /** Returns Σ (x − mean)² / (n − correction) over some axes, which stay with length 1. */
  public Tensor varianceKeep(int[] axes, int correction) {
    return Reductions.varianceKeep(this, axes, correction);
  }

  /**
   * Returns log Σ eˣ over some axes, which are removed; no overflow, and −∞ where all elements are
   * or there is none.
   */
  public Tensor logSumExp(int... axes) {
    return drop(logSumExpKeep(axes), axes);
  }

  /** Returns log Σ eˣ over some axes, which stay with length 1. */
  public Tensor logSumExpKeep(int... axes) {
    return Reductions.logSumExpKeep(this, axes);
  }

  /** Returns eˣ / Σ eˣ along an axis; NaN if an element is ∞ or all are −∞. */
  public Tensor softmax(int axis) {
    return Reductions.softmax(this, axis);
  }

  /** Returns x − log Σ eˣ along an axis; NaN if an element is ∞ or all are −∞. */
  public Tensor logSoftmax(int axis) {
    return Reductions.logSoftmax(this, axis);
  }

  private Tensor reduce(ReduceOp.Kind kind, int... axes) {
    return apply(ReduceOp.of(kind, shape, axes), this);
  }

  private Tensor drop(Tensor reduced, int... axes) {
    return Reductions.drop(reduced, shape, axes);
  }

  // ---- movement

  /**
   * Returns the elements in row-major order under another shape; one length may be −1 and is worked
   * out.
   */
  public Tensor reshape(int... dims) {
    return reshape(Rearrangement.open(shape, dims));
  }

  /** Returns the elements in row-major order under another shape. */
  public Tensor reshape(Shape to) {
    return to.equals(shape) ? this : apply(new MovementOp.Reshape(to), this);
  }

  /**
   * Returns the elements with the axes from {@code axis} on joined into one: {@code [a.., b, c] ->
   * [a.., b c]}.
   */
  public Tensor flatten(int axis) {
    int a = shape.axis(axis);
    Shape tail = shape.slice(a, shape.rank());
    return reshape(shape.slice(0, a).concat(Shape.of(tail.size())));
  }

  /** Returns this with an axis of length 1 inserted. */
  public Tensor unsqueeze(int axis) {
    return reshape(shape.insert(axis, 1));
  }

  /** Returns this without an axis of length 1. */
  public Tensor squeeze(int axis) {
    return Rearrangement.squeeze(this, axis);
  }

  /**
   * Returns the tensor with its axes in another order: axis i of the result is axis {@code
   * order[i]} of this.
   */
  public Tensor permute(int... order) {
    return Rearrangement.permute(this, order);
  }

  /** Returns the tensor with its last two axes exchanged. */
  public Tensor transpose() {
    Check.rankAtLeast("transpose", shape, 2);
    return swapAxes(-2, -1);
  }

  /** Returns the tensor with two axes exchanged. */
  public Tensor swapAxes(int a, int b) {
    return Rearrangement.swapAxes(this, a, b);
  }

  /** Returns the tensor repeated to a larger shape by NumPy's rule. */
  public Tensor broadcastTo(Shape to) {
    return Rearrangement.broadcastTo(this, to);
  }

  /**
   * Returns the elements {@code from} (inclusive) to {@code to} (exclusive) of an axis; negative
   * ones count from its end.
   *
   * @throws IllegalArgumentException if the range is not inside of the axis
   */
  public Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /**
   * Returns every {@code step}-th element from {@code from} (inclusive) to {@code to} (exclusive)
   * of an axis; negative ones count from its end.
   *
   * @throws IllegalArgumentException if the range is not inside of the axis, or the step not
   *     positive
   */
  public Tensor slice(int axis, int from, int to, int step) {
    return Rearrangement.slice(this, axis, from, to, step);
  }

  /**
   * Returns one position of an axis, which is removed; −1 is the last position.
   *
   * @throws IllegalArgumentException if the position is not inside of the axis
   */
  public Tensor at(int axis, int position) {
    return Rearrangement.at(this, axis, position);
  }

  /** Returns the parts of an axis with these lengths, which add up to its length. */
  public List<Tensor> split(int axis, int... lengths) {
    return Rearrangement.split(this, axis, lengths);
  }

  /** Returns the tensor with {@code before} and {@code after} copies of a value around an axis. */
  public Tensor pad(int axis, int before, int after, double value) {
    return Rearrangement.pad(this, axis, before, after, value);
  }

  /** Returns tensors joined along an axis. */
  public static Tensor concat(int axis, List<Tensor> parts) {
    return Rearrangement.concat(axis, parts);
  }

  /** Returns tensors of one shape joined along a new axis. */
  public static Tensor stack(int axis, List<Tensor> parts) {
    return Rearrangement.stack(axis, parts);
  }

  /** Returns the tensor with some axes reversed. */
  public Tensor flip(int... axes) {
    return apply(new MovementOp.Flip(Check.axes("flip", shape, axes)), this);
  }

  /** Returns the tensor repeated {@code times} times along an axis: a b a b. */
  public Tensor tile(int axis, int times) {
    return Rearrangement.tile(this, axis, times);
  }

  /**
   * Returns this with the elements from a position on of an axis replaced by others, as many as
   * these are: {@code x[:, from:to] = values}. A negative position counts from the end.
   *
   * @param values of this shape but for the length of the axis
   * @throws IllegalArgumentException if the shapes differ or the range is not inside of the axis
   */
  public Tensor withSlice(int axis, int from, Tensor values) {
    return Rearrangement.withSlice(this, axis, from, values);
  }

  /** Returns the diagonals of the last two axes: {@code [.., m, n] -> [.., min(m, n)]}. */
  public Tensor diagonal() {
    return Rearrangement.diagonal(this);
  }

  /** Returns matrices with the last axis on the diagonal: {@code [.., n] -> [.., n, n]}. */
  public Tensor diagonalMatrix() {
    return Rearrangement.diagonalMatrix(this);
  }

  /** Returns the sums of the diagonals of the last two axes: {@code [.., m, n] -> [..]}. */
  public Tensor trace() {
    return diagonal().sum(-1);
  }

  // ---- contractions

  /**
   * Matrix product of the last two axes: {@code [*, m, k] x [*, k, n] -> [*, m, n]}. Axes before
   * them broadcast; a vector on the left is a row and on the right a column, and is removed from
   * the result.
   */
  public Tensor matmul(Tensor b) {
    return Products.matmul(this, b);
  }

  /** Returns outer products of the last axes: {@code [*, m] x [*, n] -> [*, m, n]}. */
  public Tensor outer(Tensor b) {
    return Products.outer(this, b);
  }

  /**
   * 1-D convolution of sequences {@code [n, t, c]} with filters {@code [k, c / groups, f]}: {@code
   * [n, ot, f]}. Of the specification the numbers of columns and groups count.
   */
  public Tensor conv1d(Tensor filters, ConvSpec spec) {
    return Spatial.conv1d(this, filters, spec);
  }

  /**
   * 2-D convolution of images {@code [n, h, w, c]} with filters {@code [kh, kw, c / groups, f]}:
   * {@code [n, oh, ow, f]}. As everywhere in this field it is a cross-correlation: the filter is
   * not flipped.
   */
  public Tensor conv2d(Tensor filters, ConvSpec spec) {
    return apply(new ContractionOp.Conv2d(spec), this, filters);
  }

  /**
   * 3-D convolution of volumes {@code [n, d, h, w, c]} with filters {@code [kd, kh, kw, c / groups,
   * f]}: {@code [n, od, oh, ow, f]}.
   *
   * @param depth how filters move along the depth
   * @param spec how they move in a slice
   */
  public Tensor conv3d(Tensor filters, DepthSpec depth, ConvSpec spec) {
    return Spatial.conv3d(this, filters, depth, spec);
  }

  /**
   * Transposed 2-D convolution, the adjoint of {@link #conv2d} with the same filters and
   * specification: {@code [n, oh, ow, f]} and {@code [kh, kw, c / groups, f]} give {@code [n,
   * height, width, c]}.
   */
  public Tensor convTranspose2d(Tensor filters, ConvSpec spec, int height, int width) {
    return apply(new ContractionOp.Conv2dBackwardData(spec, height, width), this, filters);
  }

  // ---- windows

  /**
   * Returns the largest element of each window of images {@code [n, h, w, c]}, NaN if one is; the
   * gradient goes to the first of equal ones.
   */
  public Tensor maxPool(PoolSpec spec) {
    return apply(new WindowOp.MaxPool(spec), this);
  }

  /**
   * Returns the largest element of each window of images {@code [n, h, w, c]} whose elements are
   * some rows and columns apart; NaN if one is, −∞ of nothing but padding.
   */
  public Tensor maxPool(PoolSpec spec, int dilationH, int dilationW) {
    return Spatial.maxPool(this, spec, dilationH, dilationW);
  }

  /**
   * Returns where {@link #maxPool} finds the largest elements of images {@code [n, h, w, c]}: the
   * I32 numbers row · w + column.
   *
   * @throws IllegalArgumentException for images of more than 2²⁴ pixels
   */
  public Tensor maxPoolPositions(PoolSpec spec) {
    return Spatial.maxPoolPositions(this, spec);
  }

  /** {@link #maxPool} of sequences {@code [n, t, c]}; the numbers of columns count. */
  public Tensor maxPool1d(PoolSpec spec) {
    return Spatial.maxPool1d(this, spec);
  }

  /**
   * Returns the largest element of each window of volumes {@code [n, d, h, w, c]}.
   *
   * @param window slices of a window
   */
  public Tensor maxPool3d(int window, DepthSpec depth, PoolSpec spec) {
    return Spatial.maxPool3d(this, window, depth, spec);
  }

  /**
   * Returns the mean of each window of images {@code [n, h, w, c]}; padding counts as zeros if
   * asked for.
   */
  public Tensor averagePool(PoolSpec spec, boolean countPadding) {
    return apply(new WindowOp.AveragePool(spec, countPadding), this);
  }

  /**
   * Returns the mean of each window of images {@code [n, h, w, c]} whose elements are some rows and
   * columns apart.
   */
  public Tensor averagePool(PoolSpec spec, int dilationH, int dilationW, boolean countPadding) {
    return Spatial.averagePool(this, spec, dilationH, dilationW, countPadding);
  }

  /** {@link #averagePool} of sequences {@code [n, t, c]}; the numbers of columns count. */
  public Tensor averagePool1d(PoolSpec spec, boolean countPadding) {
    return Spatial.averagePool1d(this, spec, countPadding);
  }

  /**
   * Returns the mean of each window of volumes {@code [n, d, h, w, c]}.
   *
   * @param window slices of a window
   */
  public Tensor averagePool3d(int window, DepthSpec depth, PoolSpec spec, boolean countPadding) {
    return Spatial.averagePool3d(this, window, depth, spec, countPadding);
  }

  /**
   * Returns the power mean of the magnitudes in each window of images {@code [n, h, w, c]}, (mean
   * |x|ᴾ)^(1/P), over the image's elements alone: the average for P = 1, and the largest for P → ∞,
   * which may be given. No power overflows, however large P is.
   *
   * @throws IllegalArgumentException if P is below 1
   */
  public Tensor lpPool(PoolSpec spec, double p) {
    return Spatial.lpPool(this, spec, p);
  }

  /**
   * Returns zeros of this shape to which each of the values {@code [n, oh, ow, c]} is added where
   * its window of this has its maximum: unpooling with switches.
   */
  public Tensor maxUnpool(Tensor values, PoolSpec spec) {
    return apply(new WindowOp.MaxPoolScatter(spec), this, values);
  }

  /**
   * Returns images {@code [n, height, width, c]} of zeros to which each of these values {@code [n,
   * oh, ow, c]} is added at its switch: unpooling with switches that {@link #maxPoolPositions}
   * remembers from pooling.
   *
   * <p>A switch that is negative or not below height · width is an {@link
   * IndexOutOfBoundsException} when it runs, in which it is called −2147483648.
   *
   * @param switches I32 numbers row · width + column, {@code [n, oh, ow, c]}
   */
  public Tensor unpool(Tensor switches, int height, int width) {
    return Spatial.unpool(this, switches, height, width);
  }

  /**
   * Returns images {@code [n, h, w, c]} in another size, each pixel the one whose centre is
   * nearest.
   */
  public Tensor resizeNearest(int height, int width) {
    return Resizing.nearest(this, height, width);
  }

  /**
   * Returns images {@code [n, h, w, c]} in another size by linear interpolation between the centres
   * of pixels in both directions, the border's repeated outside.
   */
  public Tensor resizeBilinear(int height, int width) {
    return Resizing.bilinear(this, height, width);
  }

  // ---- indices, scans, order

  /**
   * Returns the slices of an axis at I32 positions of any shape {@code [i..]}, which replace the
   * axis; negative ones count from its end.
   *
   * <p>A position outside of the axis is an {@link IndexOutOfBoundsException} when it runs.
   */
  public Tensor gather(int axis, Tensor indices) {
    return apply(new IndexOp.Gather(shape.axis(axis)), this, indices);
  }

  /**
   * Returns, for indices of this shape but for the length of one axis, the elements at these
   * positions along that axis; negative ones count from its end.
   *
   * <p>A position outside of the axis is an {@link IndexOutOfBoundsException} when it runs, in
   * which it is called −2147483648.
   */
  public Tensor takeAlong(int axis, Tensor indices) {
    return Positions.takeAlong(this, axis, indices);
  }

  /**
   * Returns zeros with an axis of length {@code size} to whose slices those of this are added at
   * I32 positions {@code [i..]}, the adjoint of {@link #gather}: {@code [a.., i.., b..] -> [a..,
   * size, b..]}. Negative positions count from the end of the axis.
   *
   * <p>A position outside of the axis is an {@link IndexOutOfBoundsException} when it runs.
   *
   * @param axis that of the result
   */
  public Tensor scatterAdd(int axis, Tensor indices, int size) {
    int rank = shape.rank() - indices.shape.rank() + 1;
    return apply(new IndexOp.ScatterAdd(axis < 0 ? axis + rank : axis, size), this, indices);
  }

  /**
   * Returns, for an axis of length {@code size}, the largest of the elements of this at each of the
   * I32 positions {@code [i..]}: {@code [a.., i.., b..] -> [a.., size, b..]}. −∞ (the least I32)
   * where there is none, NaN where one is; of equal ones the last gets the gradient. Negative
   * positions count from the end of the axis.
   *
   * <p>A position outside of the axis is an {@link IndexOutOfBoundsException} when it runs, in
   * which it is called −2147483648.
   *
   * @param axis that of the result
   */
  public Tensor scatterMax(int axis, Tensor indices, int size) {
    return Positions.scatterMax(this, axis, indices, size);
  }

  /**
   * Returns this with the slices of an axis at I32 positions {@code [i..]} replaced by others
   * {@code [a.., i.., b..]}; negative ones count from its end. Values at a position that is named
   * twice are added up.
   *
   * <p>A position outside of the axis is an {@link IndexOutOfBoundsException} when it runs.
   */
  public Tensor scatter(int axis, Tensor indices, Tensor values) {
    return Positions.scatter(this, axis, indices, values);
  }

  /**
   * Returns the F32 one-hot code of I32 classes: {@code [i..] -> [i.., depth]}.
   *
   * <p>A class that is negative or not below the depth is an {@link IndexOutOfBoundsException} when
   * it runs.
   */
  public Tensor oneHot(int depth) {
    return apply(new IndexOp.OneHot(depth, DType.F32), this);
  }

  /** Returns the cumulative sum along an axis, each element included. */
  public Tensor cumulativeSum(int axis) {
    return cumulativeSum(axis, false, false);
  }

  /**
   * Returns the cumulative sum along an axis, from its end if reversed, without the element itself
   * if exclusive.
   */
  public Tensor cumulativeSum(int axis, boolean reverse, boolean exclusive) {
    return apply(new ScanOp(shape.axis(axis), reverse, exclusive), this);
  }

  /** Returns the largest of the elements along an axis up to each; NaN from the first one on. */
  public Tensor cumulativeMax(int axis) {
    return Reductions.cumulativeMax(this, axis);
  }

  /** Returns the cumulative product along an axis, each element included. */
  public Tensor cumulativeProduct(int axis) {
    return Reductions.cumulativeProduct(this, axis);
  }

  /**
   * Returns the I32 positions that sort the last axis; equal elements keep their order, and NaN
   * counts as the largest.
   */
  public Tensor argsort(boolean descending) {
    return apply(new IndexOp.ArgSort(descending), this);
  }

  /**
   * Returns the elements of the last axis in order; gradients flow back to where they came from.
   */
  public Tensor sort(boolean descending) {
    return Positions.sort(this, descending);
  }

  /** The largest elements of the last axis and where they stood (I32), both {@code [.., k]}. */
  public record TopK(Tensor values, Tensor indices) {}

  /** Returns the k largest elements of the last axis, the largest first. */
  public TopK topK(int k) {
    return Positions.topK(this, k);
  }

  // ---- numbers

  /** Returns the values of an F32 or F64 tensor in row-major order, computing them if need be. */
  public float[] toFloatArray() {
    return value().toFloatArray();
  }

  /** Returns the values of a tensor of any type in row-major order, computing them if need be. */
  public double[] toDoubleArray() {
    return value().toDoubleArray();
  }

  /**
   * Returns the values of an I32 tensor in row-major order, computing them if need be.
   *
   * @throws IllegalArgumentException if the tensor is not I32
   */
  public int[] toIntArray() {
    Check.indices("toIntArray", dtype);
    return value().toIntArray();
  }

  /**
   * Returns the value of a tensor with one element.
   *
   * @throws IllegalArgumentException if it has another number of elements
   */
  public double item() {
    if (shape.size() != 1) {
      throw new IllegalArgumentException(
          "item: the tensor has the shape " + shape + ", not one element");
    }
    return value().get(0);
  }

  /**
   * Returns a tensor with the computed values and without history: no gradient flows through it.
   */
  public Tensor evaluate() {
    // A leaf stays the same object: by it a parameter knows that somebody still holds its numbers.
    return isConcrete() ? this : ofBuffer(shape, value());
  }

  /** Returns tensors with the values of these, computed together by one program. */
  public static List<Tensor> evaluate(List<Tensor> tensors) {
    Evaluator.evaluate(tensors);
    return tensors.stream().map(Tensor::evaluate).toList();
  }

  private Buffer value() {
    Buffer b = buffer;
    if (b == null) {
      Evaluator.evaluate(List.of(this));
      b = Objects.requireNonNull(buffer);
    }
    return b;
  }

  // ---- the graph

  @Override
  public Tensor asTensor() {
    return this;
  }

  /** Returns the result of an operation; the operation checks the operands. */
  static Tensor apply(Op op, Tensor... inputs) {
    List<Tensor> in = List.of(inputs);
    Shape shape = op.shape(in.stream().map(Tensor::shape).toList());
    DType dtype = op.dtype(in.stream().map(Tensor::dtype).toList());
    return new Tensor(op, in, shape, dtype, null);
  }

  /** Returns a leaf with the values of a buffer, which nobody changes any more. */
  static Tensor ofBuffer(Shape shape, Buffer buffer) {
    DType dtype = buffer.dtype();
    return new Tensor(new Leaf.Data(shape, dtype), List.of(), shape, dtype, buffer);
  }

  /** Returns a leaf without values, for which a program takes an argument. */
  static Tensor placeholder(Shape shape, DType dtype) {
    return new Tensor(new Leaf.Data(shape, dtype), List.of(), shape, dtype, null);
  }

  /** Returns the operation that defines this tensor. */
  public Op op() {
    return op;
  }

  /** Returns the operands of the operation. */
  public List<Tensor> inputs() {
    return inputs;
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the values if they are known already. */
  @Nullable Buffer buffer() {
    return buffer;
  }

  /** Remembers computed values; for {@link Evaluator}. */
  void remember(Buffer values) {
    buffer = values;
  }

  /** Returns whether this is a leaf with known values. */
  public boolean isConcrete() {
    return op instanceof Leaf.Data && buffer != null;
  }

  /**
   * Returns the element type, the shape and the values as NumPy prints them, {@code F32[3] [1. 2.5
   * 3. ]}; of more than 1,000 elements the first and last three along each axis. As {@link
   * #toFloatArray} does, it computes the values if need be. What a program computes has none before
   * the program runs, which is said in their place.
   */
  @Override
  public String toString() {
    return TensorText.of(this);
  }

  private static Shape shapeFor(int count, int... dims) {
    return checkCount(count, dims.length == 0 ? Shape.of(count) : Shape.of(dims));
  }

  private static Shape checkCount(int count, Shape shape) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "there are "
              + count
              + " values, but the shape "
              + shape
              + " has "
              + shape.size()
              + " elements");
    }
    return shape;
  }
}
