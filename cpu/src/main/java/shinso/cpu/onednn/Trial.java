package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Has oneDNN compute a problem on small integers, whose sums are exact in any order, and compares
 * every element with plain loops. What no operand covers is NaN, and must stay as it is.
 */
final class Trial {
  /** Where operands lie. */
  interface Room {
    /** Returns memory that may end anywhere, of any content. */
    MemorySegment allocate(long bytes);

    /** Whether nothing was written beside what was allocated, as far as that can be told. */
    boolean isWhole();
  }

  /** Memory with margins that are watched. */
  private record Margins(Arena arena, List<MemorySegment> all) implements Room {
    private static final int MARGIN = 4096;

    @Override
    public MemorySegment allocate(long bytes) {
      MemorySegment segment = arena.allocate(bytes + 2L * MARGIN, 64);
      segment.fill((byte) 0xff);
      all.add(segment);
      return segment.asSlice(MARGIN, bytes);
    }

    @Override
    public boolean isWhole() {
      return all.stream().allMatch(s -> isUntouched(s, 0) && isUntouched(s, s.byteSize() - MARGIN));
    }

    private static boolean isUntouched(MemorySegment segment, long from) {
      for (long i = from; i < from + MARGIN; i++) {
        if (segment.get(ValueLayout.JAVA_BYTE, i) != (byte) 0xff) {
          return false;
        }
      }
      return true;
    }
  }

  private final OneDnn dnn;
  private final Room room;

  /** Numbers drawn so far; operands only need to differ from place to place. */
  private long drawn = 1;

  private Trial(OneDnn dnn, Room room) {
    this.dnn = dnn;
    this.room = room;
  }

  /** Whether oneDNN computes a product or a convolution rightly, which may end the JVM. */
  static boolean isRight(OneDnn dnn, Spec spec) {
    try (Arena arena = Arena.ofConfined()) {
      return isRight(dnn, spec, new Margins(arena, new ArrayList<>()));
    }
  }

  /** {@link #isRight(OneDnn, Spec)} with operands and scratch memory as given. */
  static boolean isRight(OneDnn dnn, Spec spec, Room room) {
    Trial trial = new Trial(dnn, room);
    boolean right =
        switch (spec) {
          case MatmulSpec m -> trial.matmul(m);
          case ConvolutionSpec c -> trial.convolution(c);
          default -> throw new IllegalArgumentException("not a product or convolution: " + spec);
        };
    return right && room.isWhole();
  }

  /** Memory of elements of one type. */
  private record Numbers(MemorySegment memory, DataType type) {
    float get(long i) {
      return type == DataType.F32
          ? memory.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i)
          : Float.intBitsToFloat(
              memory.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << Short.SIZE);
    }

    /** Writes a number that either type has. */
    void set(long i, float value) {
      if (type == DataType.F32) {
        memory.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
      } else {
        memory.setAtIndex(
            ValueLayout.JAVA_SHORT_UNALIGNED,
            i,
            (short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
      }
    }
  }

  private Numbers numbers(DataType type, long count) {
    MemorySegment memory = room.allocate(count * (type == DataType.F32 ? 4 : 2));
    memory.fill((byte) 0xff);
    return new Numbers(memory, type);
  }

  private float small() {
    return draw(-3, 4);
  }

  private Numbers filled(DataType type, long count) {
    Numbers n = numbers(type, count);
    for (long i = 0; i < count; i++) {
      n.set(i, small());
    }
    return n;
  }

  private static boolean has(List<PostOp> postOps) {
    boolean sum = postOps.contains(new PostOp.Sum());
    if (postOps.size() > (sum ? 1 : 0)) {
      throw new IllegalArgumentException("post-operations other than a sum: " + postOps);
    }
    return sum;
  }

  /** A stack of matrices. */
  private final class Stack {
    final StridedLayout layout;
    final List<Long> batch;
    final Numbers numbers;

    Stack(StridedLayout layout, List<Long> batch, long rows, long columns) {
      this.layout = layout;
      this.batch = batch;
      this.numbers = numbers(layout.type(), at(matrices(batch) - 1, rows - 1, columns - 1) + 1);
      for (long g = 0; g < matrices(batch); g++) {
        for (long i = 0; i < rows; i++) {
          for (long j = 0; j < columns; j++) {
            numbers.set(at(g, i, j), small());
          }
        }
      }
    }

    long at(long matrix, long row, long column) {
      List<Long> s = layout.strides();
      int rank = s.size();
      long at = row * s.get(rank - 2) + column * s.get(rank - 1);
      long rest = matrix;
      for (int i = rank - 3; i >= 0; i--) {
        at += rest % batch.get(i) * s.get(i);
        rest /= batch.get(i);
      }
      return at;
    }

    float get(long matrix, long row, long column) {
      return numbers.get(at(matrix, row, column));
    }
  }

  private static long matrices(List<Long> batch) {
    return batch.stream().mapToLong(Long::longValue).reduce(1, (x, y) -> x * y);
  }

  private boolean matmul(MatmulSpec spec) {
    boolean sum = has(spec.postOps());
    Stack a = new Stack(spec.a(), spec.batch(), spec.m(), spec.k());
    Stack b = new Stack(spec.b(), spec.batch(), spec.k(), spec.n());
    Stack c = new Stack(spec.c(), spec.batch(), spec.m(), spec.n());
    Numbers bias = filled(DataType.F32, spec.n());
    int size = Math.toIntExact(c.numbers.memory.byteSize() / 4);
    double[] expected = new double[size];
    for (int i = 0; i < size; i++) {
      expected[i] = c.numbers.get(i);
    }
    for (long g = 0; g < matrices(spec.batch()); g++) {
      for (long i = 0; i < spec.m(); i++) {
        for (long j = 0; j < spec.n(); j++) {
          double s = spec.bias() == null ? 0 : bias.get(j);
          for (long p = 0; p < spec.k(); p++) {
            s += a.get(g, i, p) * b.get(g, p, j);
          }
          int at = Math.toIntExact(c.at(g, i, j));
          expected[at] = s + (sum ? expected[at] : 0);
        }
      }
    }
    Primitive primitive = dnn.compile(spec);
    List<MemorySegment> operands = new ArrayList<>();
    operands.add(a.numbers.memory);
    operands.add(packed(primitive, 1, b.numbers.memory));
    operands.add(c.numbers.memory);
    if (spec.bias() != null) {
      operands.add(bias.memory);
    }
    execute(primitive, operands);
    return equal(expected, c.numbers);
  }

  private boolean convolution(ConvolutionSpec spec) {
    boolean sum = has(spec.postOps());
    DataType in = spec.input();
    DataType out = spec.output();
    ConvolutionSpec.Axis h = spec.height();
    ConvolutionSpec.Axis w = spec.width();
    long images = spec.batch() * h.size() * w.size() * spec.inChannels();
    long maps = spec.batch() * h.outSize() * w.outSize() * spec.outChannels();
    long taps = h.kernel() * w.kernel() * spec.inChannels() / spec.groups() * spec.outChannels();
    ConvolutionSpec.Direction direction = spec.direction();
    boolean forward = direction == ConvolutionSpec.Direction.FORWARD;
    boolean data = direction == ConvolutionSpec.Direction.BACKWARD_DATA;
    Numbers x = filled(data ? out : in, images);
    Numbers y = filled(forward ? out : in, maps);
    Numbers k = filled(forward || data ? in : out, taps);
    Numbers bias = filled(DataType.F32, spec.outChannels());
    Numbers result = forward ? y : data ? x : k;
    double[] expected = new double[Math.toIntExact(result.memory.byteSize() / 4)];
    for (int i = 0; i < expected.length; i++) {
      expected[i] =
          (sum ? result.get(i) : 0)
              + (forward && spec.bias() ? bias.get(i % spec.outChannels()) : 0);
    }
    eachProduct(
        spec,
        (atX, atY, atK) -> {
          if (forward) {
            expected[Math.toIntExact(atY)] += x.get(atX) * k.get(atK);
          } else if (data) {
            expected[Math.toIntExact(atX)] += y.get(atY) * k.get(atK);
          } else {
            expected[Math.toIntExact(atK)] += x.get(atX) * y.get(atY);
          }
        });
    if (!sum) {
      result.memory.fill((byte) 0xff);
    }
    Primitive primitive = dnn.compile(spec);
    if (!forward && !data) {
      MemorySegment gradient =
          primitive.isPlain(2) ? k.memory : room.allocate(primitive.format(2).bytes());
      execute(primitive, List.of(x.memory, y.memory, gradient));
      if (!primitive.isPlain(2)) {
        execute(dnn.primitive(primitive.unpack(2)), List.of(gradient, k.memory));
      }
      return equal(expected, k);
    }
    List<MemorySegment> operands = new ArrayList<>();
    operands.add(forward ? x.memory : y.memory);
    operands.add(packed(primitive, 1, k.memory));
    operands.add(result.memory);
    if (spec.bias()) {
      operands.add(bias.memory);
    }
    execute(primitive, operands);
    return equal(expected, result);
  }

  /** The positions of a product's two factors and of what it is added to, one of the three. */
  private interface Product {
    void accept(long x, long y, long k);
  }

  private static void eachProduct(ConvolutionSpec spec, Product product) {
    ConvolutionSpec.Axis h = spec.height();
    ConvolutionSpec.Axis w = spec.width();
    long channels = spec.inChannels() / spec.groups();
    long filters = spec.outChannels() / spec.groups();
    for (long image = 0; image < spec.batch(); image++) {
      for (long i = 0; i < h.outSize(); i++) {
        for (long j = 0; j < w.outSize(); j++) {
          for (long u = 0; u < h.kernel(); u++) {
            for (long v = 0; v < w.kernel(); v++) {
              long row = h.source(i, u);
              long column = w.source(j, v);
              if (row < 0 || column < 0) {
                continue;
              }
              long pixel = ((image * h.size() + row) * w.size() + column) * spec.inChannels();
              long place = ((image * h.outSize() + i) * w.outSize() + j) * spec.outChannels();
              long tap = (u * w.kernel() + v) * channels * spec.outChannels();
              for (long g = 0; g < spec.groups(); g++) {
                for (long c = 0; c < channels; c++) {
                  for (long o = 0; o < filters; o++) {
                    long filter = g * filters + o;
                    product.accept(
                        pixel + g * channels + c,
                        place + filter,
                        tap + c * spec.outChannels() + filter);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private MemorySegment packed(Primitive primitive, int operand, MemorySegment plain) {
    if (primitive.isPlain(operand)) {
      return plain;
    }
    MemorySegment packed = room.allocate(primitive.format(operand).bytes());
    execute(dnn.primitive(primitive.pack(operand)), List.of(plain, packed));
    return packed;
  }

  private void execute(Primitive primitive, List<MemorySegment> operands) {
    MemorySegment scratch = room.allocate(primitive.scratchBytes());
    scratch.fill((byte) 0xff);
    long[] addresses = operands.stream().mapToLong(MemorySegment::address).toArray();
    primitive.bind().execute(scratch.address(), addresses);
  }

  private static boolean equal(double[] expected, Numbers found) {
    for (int i = 0; i < expected.length; i++) {
      double f = found.get(i);
      // Gaps in the result stay NaN.
      if (f != expected[i] && !(Double.isNaN(f) && Double.isNaN(expected[i]))) {
        return false;
      }
    }
    return true;
  }

  /** A whole number from a to b − 1, by a multiplicative congruential generator. */
  private int draw(int a, int b) {
    drawn = drawn * 48271 % 2147483647;
    return a + (int) (drawn % (b - a));
  }
}
