package shinso.interchange.onnx.read;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Convolutions, pooling and products. Sequences {@code [n, c, t]} are images with one row. */
final class ImageOperators {
  private ImageOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Conv", Operator.of(ImageOperators::convolution));
    all.put("ConvTranspose", Operator.of(ImageOperators::transposed));
    all.put("MaxPool", ImageOperators::maxPool);
    all.put("AveragePool", Operator.of(ImageOperators::averagePool));
    all.put("GlobalAveragePool", Operator.of(c -> global(c, true)));
    all.put("GlobalMaxPool", Operator.of(c -> global(c, false)));
    all.put("MatMul", Operator.of(c -> Operand.of(c.tensor(0).matmul(c.tensor(1)))));
    all.put("Gemm", Operator.of(ImageOperators::gemm));
  }

  /** Numbers for two directions; a sequence has those of the second one. */
  private record Window(
      int[] kernel, int[] strides, int[] dilations, int[] pads, boolean isSequence) {
    static Window of(Call c, int rank, int[] kernel) {
      int n = rank - 2;
      if (n != 1 && n != 2) {
        throw c.bad(
            "works on %d-dimensional data; images and sequences are supported".formatted(n));
      }
      int[] strides = c.counts("strides", n, 1);
      int[] dilations = c.counts("dilations", n, 1);
      int[] pads = c.counts("pads", 2 * n, 0);
      return n == 2
          ? new Window(kernel, strides, dilations, pads, false)
          : new Window(
              new int[] {1, kernel[0]},
              new int[] {1, strides[0]},
              new int[] {1, dilations[0]},
              new int[] {0, pads[0], 0, pads[1]},
              true);
    }

    /** As ONNX has them: top, left, bottom, right; or such that nothing gets smaller. */
    ConvSpec convolution(Call c, Shape image, int groups) {
      ConvSpec spec =
          new ConvSpec(strides[0], strides[1], 0, 0, 0, 0, dilations[0], dilations[1], groups);
      return switch (c.text("auto_pad", "NOTSET")) {
        case "NOTSET", "VALID" -> spec.withPadding(pads[0], pads[2], pads[1], pads[3]);
        case "SAME_UPPER" -> spec.same(image.dim(1), image.dim(2), kernel[0], kernel[1]);
        case "SAME_LOWER" -> {
          ConvSpec same = spec.same(image.dim(1), image.dim(2), kernel[0], kernel[1]);
          yield same.withPadding(same.padBottom(), same.padTop(), same.padRight(), same.padLeft());
        }
        default -> throw c.bad("has auto_pad = " + c.text("auto_pad", ""));
      };
    }

    PoolSpec pooling(Call c, Shape image) {
      ConvSpec s = convolution(c, image, 1);
      boolean rounds = c.integer("ceil_mode", 0) != 0;
      int below = rounds ? rest(0, s.padTop() + image.dim(1), s.padBottom()) : 0;
      int behind = rounds ? rest(1, s.padLeft() + image.dim(2), s.padRight()) : 0;
      if (below + behind > 0 && c.integer("count_include_pad", 0) != 0) {
        throw c.bad("counts its padding and has ceil_mode = 1; only one of both is supported");
      }
      return new PoolSpec(
          kernel[0],
          kernel[1],
          strides[0],
          strides[1],
          s.padTop(),
          s.padBottom() + below,
          s.padLeft(),
          s.padRight() + behind);
    }

    /** Returns how far a last window, which begins before the padding behind, goes beyond it. */
    private int rest(int axis, int before, int behind) {
      int span = dilations[axis] * (kernel[axis] - 1) + 1;
      int steps = Math.ceilDiv(before + behind - span, strides[axis]);
      int last = Math.min(steps, (before - 1) / strides[axis]) * strides[axis];
      return Math.max(0, last + span - before - behind);
    }

    Operand result(Tensor images) {
      return isSequence ? Operand.of(images.squeeze(1).permute(0, 2, 1)) : Operand.images(images);
    }
  }

  /** Returns the input as images with channels last. */
  private static Tensor images(Call c, Operand x) {
    return switch (x.shape().rank()) {
      case 3 -> x.tensor().permute(0, 2, 1).unsqueeze(1);
      case 4 -> x.images();
      default ->
          throw c.bad("works on %s; images and sequences are supported".formatted(x.shape()));
    };
  }

  /** Returns filters {@code [f, c, kh, kw]} or {@code [f, c, k]} with two directions. */
  private static Tensor filters(Call c, Operand x) {
    Tensor w = c.tensor(1);
    if (w.shape().rank() != x.shape().rank()) {
      throw c.bad("has filters %s for %s".formatted(w.shape(), x.shape()));
    }
    return w.shape().rank() == 3 ? w.unsqueeze(2) : w;
  }

  private static int[] kernel(Shape filters, int rank) {
    return rank == 3 ? new int[] {filters.dim(3)} : new int[] {filters.dim(2), filters.dim(3)};
  }

  private static Tensor biased(Call c, Tensor y) {
    return c.optional(2) == null ? y : y.add(c.tensor(2));
  }

  private static Operand convolution(Call c) {
    Operand in = c.in(0);
    Tensor x = images(c, in);
    Tensor w = filters(c, in);
    Window window = Window.of(c, in.shape().rank(), kernel(w.shape(), in.shape().rank()));
    ConvSpec spec = window.convolution(c, x.shape(), c.count("group", 1));
    return window.result(biased(c, x.conv2d(w.permute(2, 3, 1, 0), spec)));
  }

  private static Operand transposed(Call c) {
    Operand in = c.in(0);
    Tensor x = images(c, in);
    Tensor w = filters(c, in);
    Window window = Window.of(c, in.shape().rank(), kernel(w.shape(), in.shape().rank()));
    if (c.has("output_shape") || c.text("auto_pad", "NOTSET").startsWith("SAME")) {
      throw c.bad("is told the size of its output; only pads and output_padding are supported");
    }
    ConvSpec spec = window.convolution(c, x.shape(), c.count("group", 1));
    int[] extra = c.counts("output_padding", in.shape().rank() - 2, 0);
    int extraH = extra.length == 1 ? 0 : extra[0];
    int extraW = extra[extra.length - 1];
    int height =
        (x.shape().dim(1) - 1) * spec.strideH()
            + (w.shape().dim(2) - 1) * spec.dilationH()
            + 1
            + extraH
            - spec.padTop()
            - spec.padBottom();
    int width =
        (x.shape().dim(2) - 1) * spec.strideW()
            + (w.shape().dim(3) - 1) * spec.dilationW()
            + 1
            + extraW
            - spec.padLeft()
            - spec.padRight();
    Tensor y = x.convTranspose2d(w.permute(2, 3, 1, 0), spec, height, width);
    return window.result(biased(c, y));
  }

  private static Window pooling(Call c, Operand in) {
    int n = in.shape().rank() - 2;
    return Window.of(c, in.shape().rank(), c.counts("kernel_shape", Math.max(n, 1), 1));
  }

  private static List<Operand> maxPool(Call c) {
    Operand in = c.in(0);
    Tensor x = images(c, in);
    Window window = pooling(c, in);
    PoolSpec spec = window.pooling(c, x.shape());
    Operand y =
        window.result(
            window.dilations[0] == 1 && window.dilations[1] == 1
                ? x.maxPool(spec)
                : x.maxPool(spec, window.dilations[0], window.dilations[1]));
    if (c.node().outputs().size() < 2) {
      return List.of(y);
    }
    c.require("storage_order", 0);
    if (window.isSequence || window.dilations[0] * window.dilations[1] != 1) {
      throw c.bad("gives positions of sequences or of dilated windows, which isn't supported");
    }
    // Counted over the whole batch with channels first.
    Tensor pixels = x.maxPoolPositions(spec).permute(0, 3, 1, 2);
    Shape s = pixels.shape();
    Tensor planes = Tensor.iota(s.dim(0) * s.dim(1)).mul(x.shape().dim(1) * x.shape().dim(2));
    return List.of(y, Operand.of(pixels.add(planes.reshape(s.dim(0), s.dim(1), 1, 1))));
  }

  private static Operand averagePool(Call c) {
    Operand in = c.in(0);
    Tensor x = images(c, in);
    Window window = pooling(c, in);
    PoolSpec spec = window.pooling(c, x.shape());
    boolean counts = c.integer("count_include_pad", 0) != 0;
    return window.result(
        window.dilations[0] == 1 && window.dilations[1] == 1
            ? x.averagePool(spec, counts)
            : x.averagePool(spec, window.dilations[0], window.dilations[1], counts));
  }

  private static Operand global(Call c, boolean mean) {
    Operand in = c.in(0);
    if (in.shape().rank() == 4) {
      Tensor x = in.images();
      return Operand.images(mean ? x.meanKeep(1, 2) : x.maxKeep(1, 2));
    }
    int[] axes = IntStream.range(2, in.shape().rank()).toArray();
    return Operand.of(mean ? in.tensor().meanKeep(axes) : in.tensor().maxKeep(axes));
  }

  private static Operand gemm(Call c) {
    Tensor a = c.integer("transA", 0) != 0 ? c.tensor(0).transpose() : c.tensor(0);
    Tensor b = c.integer("transB", 0) != 0 ? c.tensor(1).transpose() : c.tensor(1);
    Tensor y = scaled(a.matmul(b), c.number("alpha", 1));
    @Nullable Operand bias = c.optional(2);
    return Operand.of(bias == null ? y : y.add(scaled(bias.tensor(), c.number("beta", 1))));
  }

  private static Tensor scaled(Tensor x, double factor) {
    return factor == 1 ? x : x.mul(factor);
  }
}
