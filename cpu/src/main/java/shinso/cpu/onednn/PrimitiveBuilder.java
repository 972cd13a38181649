package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.cpu.onednn.Primitive.Argument;

/**
 * Translates one spec into oneDNN's descriptors and compiles it; closing destroys what was needed
 * only on the way.
 *
 * <p>Images are {@code [batch, channel, height, width]} to oneDNN whatever their order in memory,
 * and weights {@code [group, out, in, height, width]} without the group if there is one only.
 */
final class PrimitiveBuilder implements AutoCloseable {
  private final long engine;
  private final Object problem;
  private final Arena arena = Arena.ofConfined();
  private final Deque<Runnable> destructors = new ArrayDeque<>();

  /** All formats made here, so that none is collected while a descriptor is made of it. */
  private final List<Format> formats = new ArrayList<>();

  private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);

  PrimitiveBuilder(long engine, Object problem) {
    this.engine = engine;
    this.problem = problem;
  }

  Primitive build() {
    return switch (problem) {
      case MatmulSpec spec -> matmul(spec);
      case ConvolutionSpec spec -> convolution(spec);
      case ReorderSpec spec -> reorder(spec);
      default -> throw new IllegalStateException("not a spec: " + problem);
    };
  }

  @Override
  public void close() {
    while (!destructors.isEmpty()) {
      destructors.pop().run();
    }
    formats.clear();
    arena.close();
  }

  private Primitive matmul(MatmulSpec spec) {
    List<Long> resultShape = new ArrayList<>(spec.batch());
    resultShape.addAll(List.of(spec.m(), spec.n()));
    Format a = matrix(spec.a(), spec.batch(), spec.m(), spec.k());
    Format b = matrix(spec.b(), spec.batch(), spec.k(), spec.n());
    Format c = matrix(spec.c(), spec.batch(), spec.m(), spec.n());
    Format wantedB = spec.packedB() ? any(spec.b().type(), b.shape()) : b;
    DataType biasType = spec.bias();
    Format bias = biasType == null ? null : vector(biasType, resultShape.size(), spec.n());
    List<Argument> arguments = new ArrayList<>();
    List<Argument> tensors = new ArrayList<>();
    long attr = attributes(spec.postOps(), resultShape, tensors);
    check(
        "dnnl_matmul_primitive_desc_create",
        Dnnl.matmulPrimitiveDescCreate(
            out, engine, a.desc(), wantedB.desc(), descOf(bias), c.desc(), attr));
    long descriptor = descriptor();
    arguments.add(new Argument(Dnnl.ARG_SRC, a, a));
    arguments.add(new Argument(Dnnl.ARG_WEIGHTS, chosen(descriptor, Dnnl.ARG_WEIGHTS, b), b));
    arguments.add(new Argument(Dnnl.ARG_DST, c, c));
    if (bias != null) {
      arguments.add(new Argument(Dnnl.ARG_BIAS, bias, bias));
    }
    arguments.addAll(tensors);
    return primitive(spec, descriptor, arguments);
  }

  /** A stride of zero along a batch dimension is a size of one to oneDNN. */
  private Format matrix(StridedLayout layout, List<Long> batch, long rows, long columns) {
    List<Long> shape = new ArrayList<>(batch);
    shape.add(rows);
    shape.add(columns);
    return broadcast(layout, shape);
  }

  private Primitive convolution(ConvolutionSpec spec) {
    ConvolutionSpec.Axis h = spec.height();
    ConvolutionSpec.Axis w = spec.width();
    boolean backwardData = spec.direction() == ConvolutionSpec.Direction.BACKWARD_DATA;
    boolean backwardWeights = spec.direction() == ConvolutionSpec.Direction.BACKWARD_WEIGHTS;
    DataType weightType = backwardWeights ? spec.output() : spec.input();
    Format x =
        image(
            backwardData ? spec.output() : spec.input(),
            spec.batch(),
            h.size(),
            w.size(),
            spec.inChannels());
    Format y =
        image(
            spec.direction() == ConvolutionSpec.Direction.FORWARD ? spec.output() : spec.input(),
            spec.batch(),
            h.outSize(),
            w.outSize(),
            spec.outChannels());
    Format weights = weights(spec, weightType);
    Format wanted = spec.packed() ? any(weightType, weights.shape()) : weights;
    Format bias = spec.bias() ? vector(DataType.F32, 1, spec.outChannels()) : null;
    List<Argument> tensors = new ArrayList<>();
    long attr =
        attributes(
            spec.postOps(),
            List.of(spec.batch(), h.outSize(), w.outSize(), spec.outChannels()),
            tensors);
    MemorySegment strides = pair(h.stride(), w.stride());
    MemorySegment dilates = pair(h.dilation() - 1, w.dilation() - 1);
    MemorySegment before = pair(h.padBefore(), w.padBefore());
    MemorySegment after = pair(h.padAfter(), w.padAfter());
    // A gradient is made with the help of the convolution that it belongs to. There is none that
    // reads float32 and writes bfloat16.
    boolean mixed = spec.input() != spec.output() && (backwardData || backwardWeights);
    Format forwardX = mixed ? retyped(x, spec.input()) : x;
    Format forwardY = mixed ? retyped(y, spec.input()) : y;
    Format forwardWeights = mixed ? any(spec.input(), weights.shape()) : wanted;
    check(
        "dnnl_convolution_forward_primitive_desc_create",
        Dnnl.convolutionForwardPrimitiveDescCreate(
            out,
            engine,
            Dnnl.FORWARD_TRAINING,
            Dnnl.CONVOLUTION_DIRECT,
            forwardX.desc(),
            forwardWeights.desc(),
            backwardData ? 0 : descOf(bias),
            forwardY.desc(),
            strides,
            dilates,
            before,
            after,
            attr));
    long forward = descriptor();
    List<Argument> arguments = new ArrayList<>();
    long descriptor =
        switch (spec.direction()) {
          case FORWARD -> {
            arguments.add(new Argument(Dnnl.ARG_SRC, x, x));
            arguments.add(
                new Argument(
                    Dnnl.ARG_WEIGHTS, chosen(forward, Dnnl.ARG_WEIGHTS, weights), weights));
            arguments.add(new Argument(Dnnl.ARG_DST, y, y));
            if (bias != null) {
              arguments.add(new Argument(Dnnl.ARG_BIAS, bias, bias));
            }
            arguments.addAll(tensors);
            yield forward;
          }
          case BACKWARD_DATA -> {
            check(
                "dnnl_convolution_backward_data_primitive_desc_create",
                Dnnl.convolutionBackwardDataPrimitiveDescCreate(
                    out,
                    engine,
                    Dnnl.CONVOLUTION_DIRECT,
                    x.desc(),
                    wanted.desc(),
                    y.desc(),
                    strides,
                    dilates,
                    before,
                    after,
                    forward,
                    attr));
            long backward = descriptor();
            arguments.add(new Argument(Dnnl.ARG_DIFF_DST, y, y));
            arguments.add(
                new Argument(
                    Dnnl.ARG_WEIGHTS, chosen(backward, Dnnl.ARG_WEIGHTS, weights), weights));
            arguments.add(new Argument(Dnnl.ARG_DIFF_SRC, x, x));
            yield backward;
          }
          case BACKWARD_WEIGHTS -> {
            check(
                "dnnl_convolution_backward_weights_primitive_desc_create",
                Dnnl.convolutionBackwardWeightsPrimitiveDescCreate(
                    out,
                    engine,
                    Dnnl.CONVOLUTION_DIRECT,
                    x.desc(),
                    wanted.desc(),
                    descOf(bias),
                    y.desc(),
                    strides,
                    dilates,
                    before,
                    after,
                    forward,
                    attr));
            long backward = descriptor();
            arguments.add(new Argument(Dnnl.ARG_SRC, x, x));
            arguments.add(new Argument(Dnnl.ARG_DIFF_DST, y, y));
            arguments.add(
                new Argument(
                    Dnnl.ARG_DIFF_WEIGHTS,
                    chosen(backward, Dnnl.ARG_DIFF_WEIGHTS, weights),
                    weights));
            if (bias != null) {
              arguments.add(new Argument(Dnnl.ARG_DIFF_BIAS, bias, bias));
            }
            yield backward;
          }
        };
    return primitive(spec, descriptor, arguments);
  }

  /** Dense {@code [batch, height, width, channel]}. */
  private Format image(DataType type, long batch, long height, long width, long channels) {
    List<Long> strides = StridedLayout.dense(type, batch, height, width, channels).strides();
    return strided(type, imageOrder(List.of(batch, height, width, channels)), imageOrder(strides));
  }

  /** The same image with elements of another type. */
  private Format retyped(Format image, DataType type) {
    List<Long> s = image.shape();
    return image(type, s.get(0), s.get(2), s.get(3), s.get(1));
  }

  private static List<Long> imageOrder(List<Long> nhwc) {
    return List.of(nhwc.get(0), nhwc.get(3), nhwc.get(1), nhwc.get(2));
  }

  /** Dense {@code [height, width, in / groups, out]}, where each group's outputs are neighbours. */
  private Format weights(ConvolutionSpec spec, DataType type) {
    long in = spec.inChannels() / spec.groups();
    long outs = spec.outChannels() / spec.groups();
    long tap = in * spec.outChannels();
    long height = spec.height().kernel();
    long width = spec.width().kernel();
    if (spec.groups() == 1) {
      return strided(
          type,
          List.of(outs, in, height, width),
          List.of(1L, spec.outChannels(), width * tap, tap));
    }
    return strided(
        type,
        List.of(spec.groups(), outs, in, height, width),
        List.of(outs, 1L, spec.outChannels(), width * tap, tap));
  }

  private Primitive reorder(ReorderSpec spec) {
    long attr = attributes(List.of(), List.of(), new ArrayList<>());
    check(
        "dnnl_reorder_primitive_desc_create",
        Dnnl.reorderPrimitiveDescCreate(
            out, spec.from().desc(), engine, spec.to().desc(), engine, attr));
    long descriptor = descriptor();
    return primitive(
        spec,
        descriptor,
        List.of(
            new Argument(Dnnl.ARG_SRC, spec.from(), spec.from()),
            new Argument(Dnnl.ARG_DST, spec.to(), spec.to())));
  }

  /**
   * Attributes every primitive has, with its post-operations, whose tensors are added to {@code
   * tensors}.
   */
  private long attributes(List<PostOp> postOps, List<Long> resultShape, List<Argument> tensors) {
    check("dnnl_primitive_attr_create", Dnnl.primitiveAttrCreate(out));
    long attr = created(Dnnl::primitiveAttrDestroy);
    check(
        "dnnl_primitive_attr_set_scratchpad_mode",
        Dnnl.primitiveAttrSetScratchpadMode(attr, Dnnl.SCRATCHPAD_USER));
    check("dnnl_primitive_attr_set_deterministic", Dnnl.primitiveAttrSetDeterministic(attr, 1));
    check("dnnl_post_ops_create", Dnnl.postOpsCreate(out));
    long chain = created(Dnnl::postOpsDestroy);
    for (int i = 0; i < postOps.size(); i++) {
      int index = Dnnl.ARG_POST_OP * (i + 1);
      switch (postOps.get(i)) {
        case PostOp.Sum() ->
            check("dnnl_post_ops_append_sum", Dnnl.postOpsAppendSum(chain, 1, 0, 0));
        case PostOp.Elementwise(Eltwise function, float a, float b) ->
            check(
                "dnnl_post_ops_append_eltwise",
                Dnnl.postOpsAppendEltwise(chain, function.code, a, b));
        case PostOp.WithTensor(BinaryPostOp function, StridedLayout layout) -> {
          Format operand = tensor(layout, resultShape);
          appendBinary(chain, function.code, operand, null);
          tensors.add(new Argument(index | Dnnl.ARG_SRC_1, operand, operand));
        }
        case PostOp.Select(StridedLayout otherLayout, StridedLayout conditionLayout) -> {
          Format other = tensor(otherLayout, resultShape);
          Format condition = tensor(conditionLayout, resultShape);
          appendBinary(chain, Dnnl.BINARY_SELECT, other, condition);
          tensors.add(new Argument(index | Dnnl.ARG_SRC_1, other, other));
          tensors.add(new Argument(index | Dnnl.ARG_SRC_2, condition, condition));
        }
      }
    }
    check("dnnl_primitive_attr_set_post_ops", Dnnl.primitiveAttrSetPostOps(attr, chain));
    return attr;
  }

  private void appendBinary(long chain, int function, Format first, @Nullable Format second) {
    check(
        "dnnl_post_ops_append_binary_v2",
        Dnnl.postOpsAppendBinary(chain, function, first.desc(), descOf(second)));
  }

  private Format tensor(StridedLayout layout, List<Long> resultShape) {
    if (problem instanceof ConvolutionSpec) {
      StridedLayout ordered = new StridedLayout(layout.type(), imageOrder(layout.strides()));
      return broadcast(ordered, imageOrder(resultShape));
    }
    return broadcast(layout, resultShape);
  }

  private Format broadcast(StridedLayout layout, List<Long> fullShape) {
    List<Long> shape = new ArrayList<>(fullShape);
    List<Long> strides = new ArrayList<>(layout.strides());
    long extent = 1;
    for (int i = 0; i < shape.size(); i++) {
      extent = Math.max(extent, strides.get(i) * shape.get(i));
    }
    for (int i = 0; i < shape.size(); i++) {
      if (strides.get(i) == 0) {
        shape.set(i, 1L);
        strides.set(i, i == shape.size() - 1 ? 1 : extent);
      }
    }
    return strided(layout.type(), shape, strides);
  }

  Format strided(DataType type, List<Long> shape, List<Long> strides) {
    check(
        "dnnl_memory_desc_create_with_strides",
        Dnnl.memoryDescCreateWithStrides(
            out, shape.size(), array(shape), type.code, array(strides)));
    return described(shape);
  }

  private Format any(DataType type, List<Long> shape) {
    check(
        "dnnl_memory_desc_create_with_tag",
        Dnnl.memoryDescCreateWithTag(out, shape.size(), array(shape), type.code, Dnnl.TAG_ANY));
    return described(shape);
  }

  private Format described(List<Long> shape) {
    Format format = new Format(out.get(ValueLayout.JAVA_LONG, 0), shape);
    formats.add(format);
    return format;
  }

  /** A vector along the last dimension of a tensor of this rank. */
  private Format vector(DataType type, int rank, long size) {
    List<Long> shape = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      shape.add(1L);
    }
    shape.add(size);
    List<Long> strides = new ArrayList<>();
    for (int i = 1; i < rank; i++) {
      strides.add(size);
    }
    strides.add(1L);
    return strided(type, shape, strides);
  }

  private Format chosen(long descriptor, int argument, Format plain) {
    long desc = Dnnl.primitiveDescQueryMd(descriptor, Dnnl.QUERY_ARGUMENT, argument);
    return Format.copyOf(desc, plain.shape());
  }

  private Primitive primitive(Spec spec, long descriptor, List<Argument> arguments) {
    check(
        "dnnl_primitive_desc_query",
        Dnnl.primitiveDescQuery(descriptor, Dnnl.QUERY_IMPLEMENTATION, 0, out));
    String implementation = Dnnl.string(out.get(ValueLayout.JAVA_LONG, 0));
    long scratch = Dnnl.primitiveDescQueryMd(descriptor, Dnnl.QUERY_SCRATCHPAD, 0);
    check("dnnl_primitive_create", Dnnl.primitiveCreate(out, descriptor));
    return new Primitive(
        spec,
        out.get(ValueLayout.JAVA_LONG, 0),
        arguments,
        Format.copyOf(scratch, List.of()),
        implementation);
  }

  private long descriptor() {
    return created(Dnnl::primitiveDescDestroy);
  }

  private interface Destructor {
    int destroy(long handle);
  }

  private long created(Destructor destructor) {
    long handle = out.get(ValueLayout.JAVA_LONG, 0);
    destructors.push(() -> destructor.destroy(handle));
    return handle;
  }

  private static long descOf(@Nullable Format format) {
    return format == null ? 0 : format.desc();
  }

  private MemorySegment pair(long height, long width) {
    return arena.allocateFrom(ValueLayout.JAVA_LONG, height, width);
  }

  private MemorySegment array(List<Long> values) {
    return arena.allocateFrom(
        ValueLayout.JAVA_LONG, values.stream().mapToLong(Long::longValue).toArray());
  }

  private void check(String function, int status) {
    if (status != Dnnl.SUCCESS) {
      throw new OneDnnException(function, status, problem);
    }
  }
}
