package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A program that is being written. Values are numbered; those at hand have known numbers, by which
 * operations stay inside their domain and values stay of moderate size.
 */
final class Draft {
  /** What a program's values are like. */
  enum Kind {
    /** Ordinary numbers. */
    ORDINARY,
    /** Small integers, for which float is exact. */
    INTEGERS,
    /** NaN, infinities and the like, without contractions. */
    SPECIALS
  }

  /** Elements of a value. */
  static final int LARGEST = 6000;

  private static final double MODERATE = 40;

  final Random random;
  final Kind kind;
  private final boolean doubled;
  final List<FuzzProgram.Step> steps = new ArrayList<>();
  private final FuzzProgram.Writer writer = new FuzzProgram.Writer();
  private final List<double[]> numbers = new ArrayList<>();

  /** Values that may be operands. */
  private final List<Integer> pool = new ArrayList<>();

  /** Values that something uses. */
  private final BitSet used = new BitSet();

  private final Doubles doubles;

  /** The value that the next choice falls on if it suits; −1 if none is meant. */
  private int focus = -1;

  /** Set where writing a step failed: the program ends there. */
  private boolean broken;

  /** Set where a step was too large: what a block would add to it is left out. */
  private boolean refused;

  Draft(long seed, Kind kind, int nodes) {
    this.random = new Random(seed);
    this.kind = kind;
    this.doubles = new Doubles(nodes);
    this.doubled = chance(0.05);
  }

  boolean isFinished() {
    return broken || steps.size() > 600;
  }

  boolean isBroken() {
    return broken;
  }

  /** The values that nothing uses. */
  List<Integer> unused() {
    return IntStream.range(0, steps.size()).filter(v -> !used.get(v)).boxed().toList();
  }

  // ---- what is known of values

  Tensor tensor(int value) {
    return writer.values.get(value);
  }

  Shape shape(int value) {
    return tensor(value).shape();
  }

  int rank(int value) {
    return shape(value).rank();
  }

  int size(int value) {
    return shape(value).size();
  }

  boolean isFloat(int value) {
    return tensor(value).dtype() == DType.F32;
  }

  boolean isFloating(int value) {
    return tensor(value).dtype().isFloating();
  }

  /** Whether this program also computes in F64. */
  boolean hasDoubles() {
    return doubled;
  }

  double[] numbers(int value) {
    return numbers.get(value);
  }

  double max(int value) {
    return DoubleStream.of(numbers(value)).max().orElse(0);
  }

  double min(int value) {
    return DoubleStream.of(numbers(value)).min().orElse(0);
  }

  /** The largest magnitude, NaN where something is NaN. */
  double magnitude(int value) {
    double m = 0;
    for (double v : numbers(value)) {
      m = Math.max(m, Math.abs(v));
    }
    return m;
  }

  double leastMagnitude(int value) {
    return DoubleStream.of(numbers(value)).map(Math::abs).min().orElse(1);
  }

  // ---- choices

  boolean chance(double p) {
    return random.nextDouble() < p;
  }

  int below(int n) {
    return random.nextInt(Math.max(1, n));
  }

  int between(int low, int high) {
    return low + random.nextInt(Math.max(1, high - low + 1));
  }

  int oneOf(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A length: mostly small, one in four is 1, now and then one that vectors don't divide. */
  int dim() {
    int d = random.nextInt(100);
    if (d < 25) {
      return 1;
    }
    if (d < 90) {
      return between(2, 9);
    }
    return d < 98 ? oneOf(16, 17, 33, 15, 31) : oneOf(64, 65, 130);
  }

  int[] dims(int rank) {
    int[] dims = new int[rank];
    do {
      Arrays.setAll(dims, i -> dim());
    } while (Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b) > LARGEST);
    if (rank > 0 && chance(0.015)) {
      dims[below(rank)] = 0;
    }
    return dims;
  }

  int axis(int value) {
    return below(rank(value));
  }

  /** A value at hand, recent ones and those that nothing uses preferred; −1 if none suits. */
  int any(IntPredicate suits) {
    if (focus >= 0 && focus < steps.size() && suits.test(focus)) {
      int value = focus;
      focus = -1;
      return value;
    }
    for (int attempt = 0; attempt < 12 && !pool.isEmpty(); attempt++) {
      int n = pool.size();
      int value = pool.get(chance(0.5) ? n - 1 - below(Math.min(n, 6)) : below(n));
      boolean again = used.get(value) && attempt < 6 && chance(0.5);
      if (!again && suits.test(value)) {
        return value;
      }
    }
    return -1;
  }

  int anyFloat() {
    return any(this::isFloat);
  }

  int anyFloat(IntPredicate suits) {
    return any(v -> isFloat(v) && suits.test(v));
  }

  /** A value of exactly this shape and type, or a new leaf. */
  int like(Shape shape, DType type) {
    int found = any(v -> tensor(v).dtype() == type && shape(v).equals(shape));
    return found >= 0 && chance(0.8) ? found : leaf(type, shape.dims());
  }

  /** A value that broadcasts with this one, of its type. */
  int partner(int value) {
    DType type = tensor(value).dtype();
    int found = any(v -> tensor(v).dtype() == type && broadcast(value, v) && size(v) <= LARGEST);
    if (found >= 0 && chance(0.75)) {
      return found;
    }
    int[] dims = shape(value).dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = chance(0.3) ? 1 : dims[i];
    }
    int from = chance(0.3) ? below(dims.length + 1) : 0;
    return leaf(type, Arrays.copyOfRange(dims, from, dims.length));
  }

  private boolean broadcast(int a, int b) {
    Shape x = shape(a);
    Shape y = shape(b);
    long size = 1;
    for (int i = 1; i <= Math.max(x.rank(), y.rank()); i++) {
      int dx = i <= x.rank() ? x.dim(-i) : 1;
      int dy = i <= y.rank() ? y.dim(-i) : 1;
      if (dx != dy && dx != 1 && dy != 1) {
        return false;
      }
      size *= dx == 1 ? dy : dx;
    }
    return size <= LARGEST;
  }

  /** A floating-point value that another one was made of, a leaf most of the time; −1 if none. */
  int ancestor(int value) {
    List<Integer> found = new ArrayList<>();
    boolean[] seen = new boolean[value + 1];
    seen[value] = true;
    for (int i = value; i >= 0; i--) {
      if (seen[i] && steps.get(i) instanceof FuzzProgram.Call c) {
        c.operands().forEach(o -> seen[o] = true);
      }
      if (seen[i] && isFloating(i) && i != value) {
        found.add(i);
      }
    }
    List<Integer> leaves =
        found.stream().filter(i -> steps.get(i) instanceof FuzzProgram.Given).toList();
    List<Integer> from = leaves.isEmpty() || chance(0.25) ? found : leaves;
    return from.isEmpty() ? -1 : from.get(below(from.size()));
  }

  // ---- steps

  int leaf(DType type, int... dims) {
    if (type == DType.I32) {
      return given(Filling.I32_SMALL, 1, dims);
    }
    if (type == DType.F64) {
      return call("toDouble", leaf(DType.F32, dims));
    }
    return switch (kind) {
      case ORDINARY -> given(chance(0.15) ? Filling.POSITIVE : Filling.UNIFORM, 1, dims);
      case INTEGERS -> given(chance(0.1) ? Filling.ZEROS : Filling.SMALL, 1, dims);
      case SPECIALS -> given(chance(0.7) ? Filling.SPECIAL : Filling.UNIFORM, 1, dims);
    };
  }

  /** A floating-point leaf. */
  int leaf(int... dims) {
    return leaf(DType.F32, dims);
  }

  int given(Filling filling, int bound, int... dims) {
    return add(
        new FuzzProgram.Given(
            filling, random.nextInt(1000), bound, Arrays.stream(dims).boxed().toList()));
  }

  int call(String operation, int... operands) {
    return call(operation, List.of(), operands);
  }

  int call(String operation, List<Number> args, int... operands) {
    List<Integer> in = Arrays.stream(operands).boxed().toList();
    return add(new FuzzProgram.Call(Operations.named(operation), in, args));
  }

  /**
   * Lets a row of the table propose a step on a value, if it takes such, and returns the last
   * value.
   */
  int propose(String operation, int value) {
    focus = value;
    int before = steps.size();
    FuzzProgram.@Nullable Call call =
        refused || broken
            ? null
            : Operations.named(operation).proposal().of(Operations.named(operation), this);
    focus = -1;
    if (call != null) {
      add(call);
    }
    return steps.size() > before ? steps.size() - 1 : value;
  }

  /** Lets a row of the table propose a step and takes it. */
  void propose(Operation operation) {
    FuzzProgram.@Nullable Call call = operation.proposal().of(operation, this);
    if (call != null) {
      int value = add(call);
      if (!refused && !broken) {
        moderate(value);
      }
    }
    refused = false;
  }

  /** Lets a block add its steps, up to the first that is refused. */
  void write(Consumer<Draft> block) {
    try {
      block.accept(this);
    } catch (IllegalArgumentException e) {
      // Behind a refused step a block speaks of other values than it means.
      if (!refused && !broken) {
        throw e;
      }
    }
    if (!refused && !broken) {
      moderate(steps.size() - 1);
    }
    refused = false;
  }

  /** Adds a step, or takes it back if it is out of bounds; returns its number. */
  private int add(FuzzProgram.Step step) {
    int number = steps.size();
    if (broken || refused) {
      return number - 1;
    }
    steps.add(step);
    Tensor t;
    try {
      t = writer.add(step);
    } catch (RuntimeException e) {
      broken = true;
      return number;
    }
    // Leaves have always room: proposals count on their shape.
    boolean hasRoom = step instanceof FuzzProgram.Given || doubles.hasRoomFor(t);
    if (t.shape().size() > 4 * LARGEST || !hasRoom) {
      return takeBack(number);
    }
    try {
      numbers.add(doubles.of(t));
    } catch (RuntimeException e) {
      return takeBack(number);
    }
    pool.add(number);
    if (step instanceof FuzzProgram.Call c) {
      c.operands().forEach(used::set);
    }
    return number;
  }

  private int takeBack(int number) {
    steps.removeLast();
    writer.values.removeLast();
    refused = true;
    return number - 1;
  }

  /** Keeps a value out of the pool, or brings it into bounds. */
  void moderate(int value) {
    if (kind == Kind.SPECIALS || steps.size() != value + 1) {
      return;
    }
    double m = magnitude(value);
    if (!Double.isFinite(m)) {
      pool.remove(Integer.valueOf(value));
    } else if (m > MODERATE) {
      if (kind == Kind.ORDINARY || !isFloating(value)) {
        pool.remove(Integer.valueOf(value));
      }
      if (isFloating(value)) {
        if (kind == Kind.INTEGERS) {
          call("clip", List.of(-4.0, 4.0), value);
          pool.remove(Integer.valueOf(value));
        } else {
          call(chance(0.5) ? "tanh" : "sigmoid", value);
        }
      }
    } else if (kind == Kind.ORDINARY && isFloating(value) && m < 1e-6 && size(value) > 0) {
      // What is close to nothing shows no fault.
      pool.remove(Integer.valueOf(value));
    }
  }
}
