package shinso.nn.layer;

import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Affine map {@code y = x W + b}: {@code [*, in] -> [*, out]}.
 *
 * @param weight {@code [in, out]}
 * @param bias {@code [out]}, or null for a linear map
 */
public record Dense(Param weight, @Nullable Param bias) implements Layer {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they are not {@code [in, out]} and {@code [out]}
   */
  public Dense {
    Shape w = weight.shape();
    if (w.rank() != 2 || (bias != null && !bias.shape().equals(Shape.of(w.dim(1))))) {
      throw new IllegalArgumentException(
          "dense: weight [in, out] and bias [out], not %s and %s"
              .formatted(w, bias == null ? "none" : bias.shape()));
    }
  }

  /** Returns a layer with drawn weights and a bias of zeros. */
  public static Dense of(int in, int out, Initializer init, Rng rng) {
    return new Dense(draw(in, out, init, rng), Param.of(Tensor.zeros(out)));
  }

  /** Returns a layer with drawn weights and without bias. */
  public static Dense withoutBias(int in, int out, Initializer init, Rng rng) {
    return new Dense(draw(in, out, init, rng), null);
  }

  private static Param draw(int in, int out, Initializer init, Rng rng) {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException(
          "dense: at least one input and one output, not %d and %d".formatted(in, out));
    }
    return Param.of(init.draw(Shape.of(in, out), rng));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = x.matmul(weight.value());
    return bias == null ? y : y.add(bias.value());
  }

  /** Returns the numbers of inputs and outputs. */
  @Override
  public String toString() {
    Shape w = weight.shape();
    return "Dense(%d → %d%s)".formatted(w.dim(0), w.dim(1), bias == null ? ", no bias" : "");
  }

  /**
   * How {@link Network} makes a dense layer.
   *
   * @param hasBias whether a bias is added
   * @param initializer of the weight; null for the one that suits the activation that follows
   */
  public record Options(boolean hasBias, @Nullable Initializer initializer) {
    /** A bias, and weights that suit the activation that follows. */
    public static final Options DEFAULT = new Options(true, null);

    /** Returns this without bias. */
    public Options noBias() {
      return new Options(false, initializer);
    }

    /** Returns this with another distribution of initial weights. */
    public Options init(Initializer init) {
      return new Options(hasBias, init);
    }
  }
}
