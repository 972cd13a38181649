package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Shape;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Attribute;

/** Writes products, convolutions and pooling: ONNX has images and filters with channels first. */
final class Contractions {
  /** Filters {@code [kh, kw, c, f]} as {@code [f, c, kh, kw]}. */
  private static final Form FILTERS = new Form(List.of(3, 2, 0, 1));

  private final Values values;
  private final Sketch sketch;

  Contractions(Values values) {
    this.values = values;
    this.sketch = values.sketch;
  }

  /**
   * Writes a product or a convolution.
   *
   * @param bias a vector that is added, or null
   */
  Value write(ContractionOp op, Shape shape, Value a, Value b, @Nullable Value bias) {
    return switch (op) {
      case ContractionOp.MatMul m -> matmul(m, shape, a, b, bias);
      case ContractionOp.Conv2d c -> {
        Map<String, Attribute> attributes = attributes(c.spec());
        yield convolution("Conv", attributes, shape, a, b, bias);
      }
      case ContractionOp.Conv2dBackwardData c -> {
        Map<String, Attribute> attributes = attributes(c.spec());
        ConvSpec s = c.spec();
        int h = painted(a.shape.dim(1), s.strideH(), s.dilationH(), b.shape.dim(0));
        int w = painted(a.shape.dim(2), s.strideW(), s.dilationW(), b.shape.dim(1));
        attributes.put(
            "output_padding",
            Attribute.of(
                c.height() + s.padTop() + s.padBottom() - h,
                c.width() + s.padLeft() + s.padRight() - w));
        yield convolution("ConvTranspose", attributes, shape, a, b, bias);
      }
      case ContractionOp.Conv2dBackwardWeights _ ->
          throw new OnnxException(
              "the gradient of a convolution's filters has no operator in ONNX;"
                  + " export what the model computes in inference");
    };
  }

  private static int painted(int size, int stride, int dilation, int kernel) {
    return (size - 1) * stride + (kernel - 1) * dilation + 1;
  }

  private static Map<String, Attribute> attributes(ConvSpec s) {
    Map<String, Attribute> a = new LinkedHashMap<>();
    a.put("strides", Attribute.of(s.strideH(), s.strideW()));
    a.put("dilations", Attribute.of(s.dilationH(), s.dilationW()));
    a.put("pads", Attribute.of(s.padTop(), s.padLeft(), s.padBottom(), s.padRight()));
    a.put("group", Attribute.of(s.groups()));
    return a;
  }

  private Value convolution(
      String op,
      Map<String, Attribute> attributes,
      Shape shape,
      Value x,
      Value w,
      @Nullable Value bias) {
    attributes.put("kernel_shape", Attribute.of(w.shape.dim(0), w.shape.dim(1)));
    List<String> in = new ArrayList<>();
    in.add(values.name(x, Form.CHANNELS_FIRST));
    in.add(values.name(w, FILTERS));
    if (bias != null) {
      in.add(values.vectorName(bias));
    }
    String name = sketch.node(op, in, attributes);
    return Value.named(shape, x.dtype, Form.CHANNELS_FIRST, name);
  }

  private Value matmul(
      ContractionOp.MatMul m, Shape shape, Value a, Value b, @Nullable Value bias) {
    String name;
    if (shape.rank() == 2 && (bias != null || m.transposeA() || m.transposeB())) {
      Map<String, Attribute> turned = new LinkedHashMap<>();
      if (m.transposeA()) {
        turned.put("transA", Attribute.of(1));
      }
      if (m.transposeB()) {
        turned.put("transB", Attribute.of(1));
      }
      List<String> in = new ArrayList<>(List.of(values.plain(a), values.plain(b)));
      if (bias != null) {
        in.add(values.vectorName(bias));
      }
      name = sketch.node("Gemm", in, turned);
    } else {
      name = sketch.node("MatMul", matrix(a, m.transposeA()), matrix(b, m.transposeB()));
    }
    return Value.named(shape, a.dtype, Form.plain(shape.rank()), name);
  }

  private String matrix(Value v, boolean transposed) {
    if (!transposed) {
      return values.plain(v);
    }
    int rank = v.shape.rank();
    List<Integer> order = new ArrayList<>(Form.plain(rank).order());
    order.set(rank - 2, rank - 1);
    order.set(rank - 1, rank - 2);
    return values.name(v, new Form(order));
  }

  /** Writes the product of all rows of x with a matrix, {@code [*, k] x [k, n]}. */
  Value rows(Value x, Value w, Shape shape) {
    String name = sketch.node("MatMul", values.plain(x), values.plain(w));
    return Value.named(shape, x.dtype, Form.plain(shape.rank()), name);
  }

  private static Map<String, Attribute> attributes(PoolSpec s) {
    Map<String, Attribute> a = new LinkedHashMap<>();
    a.put("kernel_shape", Attribute.of(s.height(), s.width()));
    a.put("strides", Attribute.of(s.strideH(), s.strideW()));
    a.put("pads", Attribute.of(s.padTop(), s.padLeft(), s.padBottom(), s.padRight()));
    return a;
  }

  Value window(WindowOp op, Shape shape, List<Value> in) {
    String x = values.name(in.getFirst(), Form.CHANNELS_FIRST);
    String name =
        switch (op) {
          case WindowOp.MaxPool p -> sketch.node("MaxPool", List.of(x), attributes(p.spec()));
          case WindowOp.AveragePool p -> {
            Map<String, Attribute> a = attributes(p.spec());
            a.put("count_include_pad", Attribute.of(p.countPadding() ? 1 : 0));
            yield sketch.node("AveragePool", List.of(x), a);
          }
          case WindowOp.MaxPoolGather p -> {
            String from = flat(values.name(in.get(1), Form.CHANNELS_FIRST));
            yield sketch.node("Gather", from, positions(x, p.spec()));
          }
          case WindowOp.MaxPoolScatter p -> scatter(in, x, p.spec());
          case WindowOp.AveragePoolBackward _ ->
              throw new OnnxException(
                  "the gradient of average pooling has no operator in ONNX;"
                      + " export what the model computes in inference");
        };
    return Value.named(shape, in.getFirst().dtype, Form.CHANNELS_FIRST, name);
  }

  private String flat(String name) {
    return sketch.node("Reshape", name, sketch.integers(-1));
  }

  /** Returns where the maxima are, counted over the whole batch. */
  private String positions(String x, PoolSpec spec) {
    return sketch.node("MaxPool", List.of(x), 2, attributes(spec)).get(1);
  }

  private String scatter(List<Value> in, String x, PoolSpec spec) {
    String positions = flat(positions(x, spec));
    String updates = flat(values.name(in.get(1), Form.CHANNELS_FIRST));
    String zeros = sketch.node("Mul", flat(x), values.number(0, in.getFirst().dtype));
    String all =
        sketch.node(
            "ScatterElements",
            List.of(zeros, positions, updates),
            Map.of("axis", Attribute.of(0), "reduction", Attribute.of("add")));
    return sketch.node("Reshape", all, sketch.node("Shape", x));
  }
}
