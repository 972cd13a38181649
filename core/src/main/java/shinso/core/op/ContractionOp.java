package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * An operation that multiplies and sums: bilinear, so that its gradients are contractions again.
 */
public sealed interface ContractionOp extends Op {

  @Override
  default DType dtype(List<DType> inputs) {
    DType type = Check.sameType(label(), inputs.get(0), inputs.get(1));
    Check.floating(label(), type);
    return type;
  }

  /**
   * Matrix product of the last two axes, the axes before them being a batch: {@code [*, m, k] x [*,
   * k, n] -> [*, m, n]}.
   *
   * @param transposeA whether the left operand is stored as {@code [*, k, m]}
   * @param transposeB whether the right operand is stored as {@code [*, n, k]}
   */
  record MatMul(boolean transposeA, boolean transposeB) implements ContractionOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Check.matmul(inputs.get(0), inputs.get(1), transposeA, transposeB);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Tensor a = inputs.get(0);
      Tensor b = inputs.get(1);
      Tensor da = transposeA ? product(b, g, transposeB, true) : product(g, b, false, !transposeB);
      Tensor db = transposeB ? product(g, a, true, transposeA) : product(a, g, !transposeA, false);
      return new @Nullable Tensor[] {da, db};
    }

    private static Tensor product(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
      return TensorAccess.apply(new MatMul(transposeA, transposeB), a, b);
    }

    @Override
    public String label() {
      return "matmul";
    }
  }

  /**
   * 2-D convolution (cross-correlation) of images {@code [n, h, w, c]} with filters {@code [kh, kw,
   * c / groups, f]}, giving {@code [n, oh, ow, f]}.
   *
   * @see <a href="https://www.deeplearningbook.org/contents/convnets.html">Goodfellow et al.,
   *     equation 9.6</a>
   */
  record Conv2d(ConvSpec spec) implements ContractionOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Check.convolution(inputs.get(0), inputs.get(1), spec);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Tensor x = inputs.get(0);
      Tensor w = inputs.get(1);
      return new @Nullable Tensor[] {
        backwardData(spec, x.shape(), g, w), backwardWeights(spec, w.shape(), x, g)
      };
    }

    @Override
    public String label() {
      return "conv2d";
    }
  }

  /**
   * The adjoint of {@link Conv2d} in the image, also called transposed convolution: {@code [n, oh,
   * ow, f]} with filters {@code [kh, kw, c / groups, f]} gives {@code [n, height, width, c]}.
   */
  record Conv2dBackwardData(ConvSpec spec, int height, int width) implements ContractionOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape g = inputs.get(0);
      Shape w = inputs.get(1);
      Check.rank(label(), g, 4, "[batch, height, width, filters]");
      Check.rank(label(), w, 4, "[kernelHeight, kernelWidth, channels / groups, filters]");
      Shape x = Shape.of(g.dim(0), height, width, w.dim(2) * spec.groups());
      Check.adjoint(label(), Check.convolution(x, w, spec), g);
      return x;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Tensor dy = inputs.get(0);
      Tensor w = inputs.get(1);
      return new @Nullable Tensor[] {
        TensorAccess.apply(new Conv2d(spec), g, w), backwardWeights(spec, w.shape(), g, dy)
      };
    }

    @Override
    public String label() {
      return "conv2dBackwardData";
    }
  }

  /**
   * The adjoint of {@link Conv2d} in the filters: images {@code [n, h, w, c]} and {@code [n, oh,
   * ow, f]} give {@code [kernelH, kernelW, c / groups, f]}.
   */
  record Conv2dBackwardWeights(ConvSpec spec, int kernelH, int kernelW) implements ContractionOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = inputs.get(0);
      Shape g = inputs.get(1);
      Check.rank(label(), x, 4, "[batch, height, width, channels]");
      Check.rank(label(), g, 4, "[batch, height, width, filters]");
      Shape w = Shape.of(kernelH, kernelW, x.dim(3) / spec.groups(), g.dim(3));
      Check.adjoint(label(), Check.convolution(x, w, spec), g);
      return w;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Tensor x = inputs.get(0);
      Tensor dy = inputs.get(1);
      return new @Nullable Tensor[] {
        backwardData(spec, x.shape(), dy, g), TensorAccess.apply(new Conv2d(spec), x, g)
      };
    }

    @Override
    public String label() {
      return "conv2dBackwardWeights";
    }
  }

  private static Tensor backwardData(ConvSpec spec, Shape x, Tensor dy, Tensor w) {
    return TensorAccess.apply(new Conv2dBackwardData(spec, x.dim(1), x.dim(2)), dy, w);
  }

  private static Tensor backwardWeights(ConvSpec spec, Shape w, Tensor x, Tensor dy) {
    return TensorAccess.apply(new Conv2dBackwardWeights(spec, w.dim(0), w.dim(1)), x, dy);
  }
}
