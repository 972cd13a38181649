package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Unpool;

/**
 * The Laplacian pyramid of pictures: what each size adds to the next smaller one.
 *
 * <pre>
 * I₀ = I,   Iₖ₊₁ = d(Iₖ)
 * hₖ = Iₖ − u(Iₖ₊₁),   h_K = I_K
 * Iₖ = hₖ + u(Iₖ₊₁)
 * </pre>
 *
 * <p>d blurs and keeps every second row and column, u puts zeros between rows and columns and
 * smooths, both with the weights (1, 4, 6, 4, 1) / 16 in either direction. At the border the
 * weights outside are left away and the others made larger, so that an even picture stays even.
 *
 * <p>Sources: Burt and Adelson, "The Laplacian pyramid as a compact image code" (1983); Denton,
 * Chintala, Szlam and Fergus, "Deep generative image models using a Laplacian pyramid of
 * adversarial networks" (2015).
 */
public final class LaplacianPyramid {
  private static final Unpool SPREAD = new Unpool(2, Unpool.Filling.CORNER);
  private static final double[] WEIGHTS = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};

  private LaplacianPyramid() {}

  /**
   * Returns d(x): {@code [b, h, w, c] -> [b, h / 2, w / 2, c]}.
   *
   * @throws IllegalArgumentException if h or w is odd
   */
  public static Tensor reduce(Tensor x) {
    Check.rank("laplacian pyramid", x.shape(), 4, "[batch, height, width, channels]");
    if (x.shape().dim(1) % 2 != 0 || x.shape().dim(2) % 2 != 0) {
      throw new IllegalArgumentException(
          "laplacian pyramid: pictures of %s can't be halved".formatted(x.shape()));
    }
    return smooth(x, 2).div(smooth(one(x), 2));
  }

  /** Returns d applied so many times. */
  public static Tensor reduce(Tensor x, int times) {
    Tensor y = x;
    for (int i = 0; i < times; i++) {
      y = reduce(y);
    }
    return y;
  }

  /** Returns u(x): {@code [b, h, w, c] -> [b, 2 h, 2 w, c]}. */
  public static Tensor expand(Tensor x) {
    Check.rank("laplacian pyramid", x.shape(), 4, "[batch, height, width, channels]");
    return smooth(spread(x), 1).div(smooth(spread(one(x)), 1));
  }

  /**
   * Returns h₀, …, h_K.
   *
   * @param levels K
   */
  public static List<Tensor> of(Tensor x, int levels) {
    List<Tensor> all = new ArrayList<>();
    Tensor image = x;
    for (int k = 0; k < levels; k++) {
      Tensor smaller = reduce(image);
      all.add(image.sub(expand(smaller)));
      image = smaller;
    }
    all.add(image);
    return List.copyOf(all);
  }

  /** Returns I₀ of h₀, …, h_K. */
  public static Tensor picture(List<Tensor> pyramid) {
    Tensor image = pyramid.getLast();
    for (Tensor detail : pyramid.reversed().subList(1, pyramid.size())) {
      image = detail.add(expand(image));
    }
    return image;
  }

  private static Tensor spread(Tensor x) {
    return SPREAD.forward(x, Pass.inference());
  }

  private static Tensor one(Tensor x) {
    return x.slice(0, 0, 1).slice(3, 0, 1).fullLike(1);
  }

  private static Tensor smooth(Tensor x, int stride) {
    int channels = x.shape().dim(3);
    Tensor line = Tensor.of(WEIGHTS, WEIGHTS.length).cast(x.dtype());
    Tensor filter = line.unsqueeze(1).mul(line).reshape(5, 5, 1, 1);
    Tensor each = filter.broadcastTo(Shape.of(5, 5, 1, channels));
    return x.conv2d(each, ConvSpec.VALID.withPadding(2).withStride(stride).withGroups(channels));
  }
}
