package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.ConvSpec;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.ConvolutionSpec;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.onednn.DataType;
import shinso.cpu.onednn.KnownFaults;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Prefetch;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.MoveKernels;

/**
 * A convolution or one of its gradients by oneDNN, each task taking some of the images. Filters are
 * brought into the format that oneDNN prefers before, and gradients of filters back from it after
 * the tasks' parts have been added in order.
 *
 * <p>A task hands its images to oneDNN in slices that fit the second-level cache, and for gradients
 * reads each slice once before: oneDNN's kernels stop at every line that they find in main memory,
 * while a plain pass over a slice comes as fast as the memory is.
 */
final class OneDnnConvolution implements Kernel {
  /** Bytes of images and maps in a slice. */
  private static final long SLICE_BYTES = 1 << 19;

  /** Positions in a slice at least, for a gradient of filters, which is added up after each. */
  private static final int SLICE_POSITIONS = 512;

  /** Filters that needn't be packed; the lines of more of them fall on each other in the cache. */
  private static final int FEW_FILTERS = 64;

  /** Elements that a task adds up of gradients of filters. */
  private static final int SUM = 4096;

  private final Direction direction;
  private final Operand first;
  private final Operand second;
  private final Operand result;
  private final Epilogue epilogue;

  /** Whether oneDNN adds the bias, and not a pass over its result. */
  private final boolean biased;

  private final Geometry geometry;
  private final DataType type;
  private final String label;
  private final int slice;
  private final Part[] parts;
  private final @Nullable Call reorder;
  private final int packed;
  private final int packedFloats;

  /** Where scratch memory of a task ends and the gradient of a slice begins, in bytes. */
  private final long sliceGradient;

  private final long scratchBytes;
  private final Workers.Task task = this::part;
  private final Workers.Task sum = this::sum;
  private Frame frame = Frame.NONE;

  /**
   * One task: its images, what it calls for each slice of them, and for those that are left.
   *
   * @param rest null where the slices come out even
   */
  private record Part(Call whole, @Nullable Call rest, int from, int to) {}

  OneDnnConvolution(
      OneDnn oneDnn, ConvolutionOperands operands, Epilogue epilogue, Workspace workspace) {
    this.direction = operands.direction();
    this.first = operands.first();
    this.second = operands.second();
    this.result = operands.result();
    this.epilogue = epilogue;
    Geometry g = operands.geometry();
    this.geometry = g;
    ConvSpec spec = operands.spec();
    this.type = first.half() ? DataType.BF16 : DataType.F32;
    this.label = (first.half() ? "bf16 " : "") + label(direction, g);
    boolean gradient = direction == Direction.BACKWARD_WEIGHTS;
    int tasks = Blocks.tasks(g.flops());
    if (gradient) {
      tasks = Blocks.gradients(tasks, 4L * result.size());
    }
    List<Blocks.Range> ranges = Blocks.ranges(g.batch(), tasks, 1);
    long fitting = Math.max(1, SLICE_BYTES / (4 * (g.imageSize() + g.mapSize())));
    if (gradient) {
      fitting = Math.max(fitting, Math.ceilDiv(SLICE_POSITIONS, g.outHeight() * g.outWidth()));
    }
    slice = (int) Math.min(fitting, ranges.getFirst().count());
    biased =
        epilogue.bias() != null
            && IntStream.concat(
                    IntStream.of(slice), ranges.stream().mapToInt(r -> r.count() % slice))
                .filter(images -> images > 0)
                .mapToObj(images -> oneDnn.primitive(spec(oneDnn, spec, images).withBias()))
                .allMatch(with -> addsLast(with.implementation()));
    parts = new Part[ranges.size()];
    long scratch = 0;
    Primitive p = null;
    for (int i = 0; i < parts.length; i++) {
      Blocks.Range r = ranges.get(i);
      p = oneDnn.primitive(biased(spec(oneDnn, spec, slice)));
      scratch = Math.max(scratch, p.scratchBytes());
      Call rest = null;
      if (r.count() % slice != 0) {
        Primitive few = oneDnn.primitive(biased(spec(oneDnn, spec, r.count() % slice)));
        scratch = Math.max(scratch, few.scratchBytes());
        rest = few.bind();
      }
      parts[i] = new Part(p.bind(), rest, r.from(), r.from() + r.count());
    }
    if (p == null) {
      throw new IllegalArgumentException("convolution of no images");
    }
    int weights = gradient ? 2 : 1;
    boolean plain = p.isPlain(weights);
    packedFloats = (int) (p.format(weights).bytes() / 4);
    if (plain) {
      reorder = null;
    } else {
      Primitive copy = oneDnn.primitive(gradient ? p.unpack(weights) : p.pack(weights));
      scratch = Math.max(scratch, copy.scratchBytes());
      reorder = copy.bind();
    }
    int copies = gradient ? parts.length : 1;
    long copy = gradient ? 4L * packedFloats : p.format(weights).bytes();
    packed = plain && copies == 1 ? -1 : workspace.allocate(copy * copies);
    sliceGradient = Math.ceilDiv(scratch, 64L) * 64;
    scratchBytes = gradient ? sliceGradient + 4L * packedFloats : scratch;
  }

  /** Whether oneDNN computes a convolution of floats rightly. */
  static boolean isRight(OneDnn oneDnn, ConvolutionOperands operands, boolean biased) {
    Geometry g = operands.geometry();
    ConvolutionSpec s = spec(operands.direction(), operands.spec(), g, g.batch());
    return oneDnn.isRight(biased ? s.withBias() : s);
  }

  /** Whether oneDNN computes a convolution of bfloat16 rightly with every instruction set. */
  static boolean takesRounded(Direction direction, ConvSpec spec, Geometry g) {
    ConvolutionSpec s = spec(direction, spec, g, g.batch()).types(DataType.BF16, DataType.F32);
    return !KnownFaults.mayConcern(s);
  }

  private ConvolutionSpec spec(OneDnn oneDnn, ConvSpec spec, int images) {
    ConvolutionSpec s = spec(direction, spec, geometry, images).types(type, DataType.F32);
    // With 512 bits the forward kernel reads a few plain filters of floats as fast; everything else
    // is slow on them.
    boolean few = geometry.filters() <= FEW_FILTERS || geometry.batch() == 1;
    boolean plain =
        direction == Direction.FORWARD
            && few
            && type == DataType.F32
            && oneDnn.isa().startsWith("avx512");
    if (!plain) {
      s = s.withPackedWeights();
    }
    return s;
  }

  private ConvolutionSpec biased(ConvolutionSpec s) {
    return biased ? s.withBias() : s;
  }

  /**
   * Whether a kernel adds the bias to the finished sum. Others start with it, so that the bits
   * would depend on whether the addition is part of the convolution.
   */
  private static boolean addsLast(String implementation) {
    return implementation.startsWith("br")
        || implementation.startsWith("jit:avx512")
        || implementation.contains("gemm");
  }

  private static ConvolutionSpec spec(Direction direction, ConvSpec s, Geometry g, int images) {
    ConvolutionSpec.Axis h =
        new ConvolutionSpec.Axis(
            g.height(), g.kernelH(), s.strideH(), s.dilationH(), s.padTop(), s.padBottom());
    ConvolutionSpec.Axis w =
        new ConvolutionSpec.Axis(
            g.width(), g.kernelW(), s.strideW(), s.dilationW(), s.padLeft(), s.padRight());
    return ConvolutionSpec.of(direction, images, h, w, g.channels(), g.filters())
        .groups(s.groups());
  }

  private static String label(Direction direction, Geometry g) {
    String kind =
        switch (direction) {
          case FORWARD -> "conv2d";
          case BACKWARD_DATA -> "conv2dBackwardData";
          case BACKWARD_WEIGHTS -> "conv2dBackwardWeights";
        };
    return kind + " " + g;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    boolean gradient = direction == Direction.BACKWARD_WEIGHTS;
    if (reorder != null && !gradient) {
      reorder.execute(f.scratch(0), second.address(f), f.address(packed));
    }
    f.workers().run(parts.length, task);
    if (gradient && packed >= 0) {
      f.workers().run(Math.ceilDiv(packedFloats, SUM), sum);
      if (reorder != null) {
        reorder.execute(f.scratch(0), f.address(packed), result.address(f));
      }
    }
  }

  private void part(int i, int worker) {
    Part p = parts[i];
    for (int from = p.from; from < p.to; from += slice) {
      int count = Math.min(slice, p.to - from);
      Call call = count == slice || p.rest == null ? p.whole : p.rest;
      if (direction == Direction.BACKWARD_WEIGHTS) {
        gradient(call, i, from, count, worker);
      } else {
        images(call, from, count, worker);
      }
    }
  }

  private void images(Call call, int from, int count, int worker) {
    boolean forward = direction == Direction.FORWARD;
    long scratch = frame.scratch(worker);
    long read = first.bytes() * (forward ? geometry.imageSize() : geometry.mapSize());
    long written = 4 * (forward ? geometry.mapSize() : geometry.imageSize());
    long x = first.address(frame) + read * from;
    long weights = reorder == null ? second.address(frame) : frame.address(packed);
    long out = result.address(frame) + written * from;
    if (!forward) {
      Prefetch.read(x, read * count);
    }
    if (biased) {
      call.execute(scratch, x, weights, out, epilogue.bias(frame, 0));
    } else {
      call.execute(scratch, x, weights, out);
    }
    int floats = Math.toIntExact(written / 4 * count);
    Epilogue rest = biased ? epilogue.withoutBias() : epilogue;
    rest.finish(frame, out, floats, geometry.filters());
  }

  private void gradient(Call call, int part, int from, int count, int worker) {
    long scratch = frame.scratch(worker);
    long image = first.bytes() * geometry.imageSize();
    long map = second.bytes() * geometry.mapSize();
    long x = first.address(frame) + image * from;
    long dy = second.address(frame) + map * from;
    long sum =
        packed < 0 ? result.address(frame) : frame.address(packed) + 4L * part * packedFloats;
    Prefetch.read(x, image * count);
    Prefetch.read(dy, map * count);
    if (from == parts[part].from) {
      call.execute(scratch, x, dy, sum);
    } else {
      call.execute(scratch, x, dy, scratch + sliceGradient);
      BinaryKernels.apply(BinaryOp.Kind.ADD, sum, sum, scratch + sliceGradient, packedFloats);
    }
  }

  /** Adds up some elements of all tasks' gradients of filters. */
  private void sum(int i, int worker) {
    int from = SUM * i;
    int count = Math.min(SUM, packedFloats - from);
    long first = frame.address(packed) + 4L * from;
    long to = reorder == null ? result.address(frame) + 4L * from : first;
    if (parts.length == 1 && to != first) {
      MoveKernels.copy(to, first, count);
    }
    for (int p = 1; p < parts.length; p++) {
      long a = p == 1 ? first : to;
      BinaryKernels.apply(BinaryOp.Kind.ADD, to, a, first + 4L * p * packedFloats, count);
    }
  }

  @Override
  public List<Primitive> primitives() {
    List<Primitive> all = new ArrayList<>();
    for (Part p : parts) {
      all.add(p.whole.primitive());
      if (p.rest != null) {
        all.add(p.rest.primitive());
      }
    }
    if (reorder != null) {
      all.add(reorder.primitive());
    }
    return all;
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public double flops() {
    return geometry.flops();
  }

  @Override
  public String label() {
    return label;
  }
}
