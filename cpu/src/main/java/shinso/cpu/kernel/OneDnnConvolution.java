package shinso.cpu.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.cpu.layout.Layout;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.ConvolutionSpec;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Binary;
import shinso.cpu.simd.BinaryKernels;
import shinso.cpu.simd.MoveKernels;

/**
 * A convolution or one of its gradients by oneDNN, each task taking some of the images. Filters are
 * brought into the format that oneDNN prefers before, and gradients of filters back from it after
 * the tasks' parts have been added in order.
 */
final class OneDnnConvolution implements Kernel {
  private final Direction direction;
  private final Operand first;
  private final Operand second;
  private final @Nullable Operand bias;
  private final Operand result;
  private final boolean relu;
  private final int mapSize;
  private final String label;
  private final double flops;
  private final Part[] parts;
  private final @Nullable Call reorder;
  private final int packed;
  private final int packedFloats;
  private final long scratchBytes;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  /**
   * One task: its call, and where its images begin in the two operands and the result, in bytes.
   */
  private record Part(Call call, long first, long second, long result, int images) {}

  OneDnnConvolution(
      OneDnn oneDnn,
      Direction direction,
      ConvSpec spec,
      Geometry g,
      Operand first,
      Operand second,
      @Nullable Operand bias,
      boolean relu,
      Operand result,
      Workspace workspace) {
    this.direction = direction;
    this.first = first;
    this.second = second;
    this.bias = bias;
    this.result = result;
    this.relu = relu;
    this.mapSize = g.outHeight * g.outWidth * g.filters;
    this.label = label(direction, g);
    this.flops = g.flops();
    int tasks = Blocks.tasks(g.flops());
    boolean gradient = direction == Direction.BACKWARD_WEIGHTS;
    List<Blocks.Range> ranges =
        Blocks.ranges(g.batch, gradient ? Math.min(tasks, Blocks.GRADIENT_TASKS) : tasks, 1);
    parts = new Part[ranges.size()];
    long image = 4L * g.height * g.width * g.channels;
    long map = 4L * g.outHeight * g.outWidth * g.filters;
    long scratch = 0;
    Primitive p = null;
    for (int i = 0; i < parts.length; i++) {
      Blocks.Range r = ranges.get(i);
      ConvolutionSpec s = spec(direction, spec, g, r.count());
      // With 512 bits the forward kernel reads plain filters as fast; everything else is slow on
      // them.
      if (direction != Direction.FORWARD || !oneDnn.isa().startsWith("avx512")) {
        s = s.withPackedWeights();
      }
      if (bias != null) {
        s = s.withBias();
      }
      p = oneDnn.primitive(s);
      scratch = Math.max(scratch, p.scratchBytes());
      parts[i] =
          switch (direction) {
            case FORWARD -> new Part(p.bind(), r.from() * image, 0, r.from() * map, r.count());
            case BACKWARD_DATA ->
                new Part(p.bind(), r.from() * map, 0, r.from() * image, r.count());
            case BACKWARD_WEIGHTS ->
                new Part(p.bind(), r.from() * image, r.from() * map, 0, r.count());
          };
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
    packed = plain && copies == 1 ? -1 : workspace.allocate(4L * packedFloats * copies);
    scratchBytes = scratch;
  }

  private static ConvolutionSpec spec(Direction direction, ConvSpec s, Geometry g, int images) {
    ConvolutionSpec.Axis h =
        new ConvolutionSpec.Axis(
            g.height, g.kernelH, s.strideH(), s.dilationH(), s.padTop(), s.padBottom());
    ConvolutionSpec.Axis w =
        new ConvolutionSpec.Axis(
            g.width, g.kernelW, s.strideW(), s.dilationW(), s.padLeft(), s.padRight());
    return ConvolutionSpec.of(direction, images, h, w, g.channels, g.filters).groups(s.groups());
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
    if (gradient) {
      long sum = packed < 0 ? result.address(f) : f.address(packed);
      for (int i = 1; i < parts.length; i++) {
        BinaryKernels.apply(Binary.ADD, sum, sum, sum + 4L * i * packedFloats, packedFloats);
      }
      if (reorder != null) {
        reorder.execute(f.scratch(0), sum, result.address(f));
      } else if (packed >= 0) {
        MoveKernels.copy(result.address(f), sum, packedFloats);
      }
    }
  }

  private void part(int i, int worker) {
    Part p = parts[i];
    long scratch = frame.scratch(worker);
    long x = first.address(frame) + p.first;
    if (direction == Direction.BACKWARD_WEIGHTS) {
      long out = packed < 0 ? result.address(frame) : frame.address(packed) + 4L * i * packedFloats;
      p.call.execute(scratch, x, second.address(frame) + p.second, out);
      return;
    }
    long weights = reorder == null ? second.address(frame) : frame.address(packed);
    long out = result.address(frame) + p.result;
    if (bias == null) {
      p.call.execute(scratch, x, weights, out);
    } else {
      p.call.execute(scratch, x, weights, out, bias.address(frame));
    }
    if (relu) {
      Rows.rectify(out, 1, p.images * mapSize, p.images * mapSize);
    }
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public double flops() {
    return flops;
  }

  @Override
  public String label() {
    return label;
  }

  /** The sizes of a convolution. */
  record Geometry(
      int batch,
      int height,
      int width,
      int channels,
      int kernelH,
      int kernelW,
      int filters,
      int outHeight,
      int outWidth,
      int groups) {

    static Geometry of(Layout x, Layout w, Layout y, int groups) {
      return new Geometry(
          x.dim(0), x.dim(1), x.dim(2), x.dim(3), w.dim(0), w.dim(1), w.dim(3), y.dim(1), y.dim(2),
          groups);
    }

    double flops() {
      return 2.0 * batch * outHeight * outWidth * filters * kernelH * kernelW * channels / groups;
    }

    @Override
    public String toString() {
      return "%dx%dx%dx%d * %dx%dx%d"
          .formatted(batch, height, width, channels, kernelH, kernelW, filters);
    }
  }
}
