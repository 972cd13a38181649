package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.List;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Distance of pictures that small moves, turns and other harmless changes don't count in: that of
 * the planes which touch the manifolds of all changed pictures.
 *
 * <pre>
 * one-sided   D² = min over α     ‖ x + α Tₓ − y ‖²
 * two-sided   D² = min over α, β  ‖ x + α Tₓ − y − β T_y ‖²
 *
 * T, with the slopes gₓ, g_y of the smoothed picture and (x, y) from its middle:
 * shift to the right      gₓ              parallel hyperbolic   x gₓ − y g_y
 * shift downwards         g_y             diagonal hyperbolic   y gₓ + x g_y
 * rotation                y gₓ − x g_y    thickness             gₓ² + g_y²
 * scaling                 x gₓ + y g_y
 * </pre>
 *
 * <p>Tangents are brought to length 1, and κ (‖α‖² + ‖β‖²) is added to the squared distance: the
 * springs of the source, which keep tangents that are nearly alike from reaching far.
 *
 * <p>Source: Simard, LeCun and Denker, "Efficient pattern recognition using a new transformation
 * distance" (1993); Simard, LeCun, Denker and Victorri, "Transformation invariance in pattern
 * recognition" (1998), sections 2 and 3.
 *
 * @param sigma standard deviation of the Gaussian that smooths pictures, in pixels
 * @param kappa κ, of the springs
 */
public record TangentDistance(double sigma, double kappa) {
  /** What the tangents stand for, in their order. */
  public static final List<String> NAMES =
      List.of(
          "shift right",
          "shift down",
          "rotation",
          "scaling",
          "hyperbolic",
          "diagonal",
          "thickness");

  /** Standard deviations after which the Gaussian is cut off. */
  private static final double REACH = 3;

  private static final double TINY = 1e-12;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if σ or κ is not positive
   */
  public TangentDistance {
    if (!(sigma > 0 && kappa > 0)) {
      throw new IllegalArgumentException(
          "tangent distance: σ and κ are positive, not %s and %s".formatted(sigma, kappa));
    }
  }

  /** Returns the pictures smoothed, {@code [n, h, w, 1] -> [n, h w]}. */
  public Tensor smoothed(Tensor pictures) {
    return filtered(pictures).at(-1, 0);
  }

  /**
   * Returns the tangents of pictures in the order of {@link #NAMES}, not scaled: {@code [n, h, w,
   * 1] -> [n, 7, h w]}.
   *
   * @throws IllegalArgumentException if the pictures have another shape
   */
  public Tensor tangents(Tensor pictures) {
    Tensor filtered = filtered(pictures); // [n, h w, 3]
    Tensor gx = filtered.at(-1, 1); // [n, h w]
    Tensor gy = filtered.at(-1, 2);
    Shape s = pictures.shape();
    Tensor x = fromMiddle(s.dim(1), s.dim(2), 1, pictures.dtype()); // [h w]
    Tensor y = fromMiddle(s.dim(1), s.dim(2), 0, pictures.dtype());
    return Tensor.stack(
        1,
        List.of(
            gx,
            gy,
            y.mul(gx).sub(x.mul(gy)),
            x.mul(gx).add(y.mul(gy)),
            x.mul(gx).sub(y.mul(gy)),
            y.mul(gx).add(x.mul(gy)),
            gx.square().add(gy.square())));
  }

  /**
   * Returns squared distances to several pictures, moved along the tangents of the first only.
   *
   * @param x {@code [b, h, w, 1]}
   * @param y {@code [b, c, h, w, 1]}
   * @return {@code [b, c]}
   */
  public Tensor oneSided(Tensor x, Tensor y) {
    Tensor difference = difference(x, y); // [b, c, p]
    return remaining(difference, toAll(unit(tangents(x)), y));
  }

  /**
   * Returns squared distances to several pictures, moved along the tangents of both.
   *
   * @param x {@code [b, h, w, 1]}
   * @param y {@code [b, c, h, w, 1]}
   * @return {@code [b, c]}
   */
  public Tensor twoSided(Tensor x, Tensor y) {
    Tensor difference = difference(x, y); // [b, c, p]
    Tensor ty = unit(tangents(flat(y))); // [b c, 7, p]
    Tensor theirs = ty.reshape(y.shape().slice(0, 2).concat(ty.shape().slice(1, 3)));
    Tensor both = Tensor.concat(2, List.of(toAll(unit(tangents(x)), y), theirs.neg()));
    return remaining(difference, both);
  }

  /**
   * What is left of d when multiples of the rows of z are added: with (z zᵀ + κ) γ = −z d it is
   * ‖d‖² + γ · z d.
   *
   * @param d {@code [b, c, p]}
   * @param z {@code [b, c, k, p]}
   */
  private Tensor remaining(Tensor d, Tensor z) {
    int k = z.shape().dim(2);
    Tensor zd = z.matmul(d.unsqueeze(-1)); // [b, c, k, 1]
    Tensor springs = Tensor.eye(k).cast(d.dtype()).mul(kappa);
    Tensor gamma = solve(z.matmul(z.swapAxes(2, 3)).add(springs), zd.neg());
    return d.square().sum(-1).add(gamma.mul(zd).sum(-1, -2));
  }

  /**
   * Solves many small systems with positive definite matrices at once, by elimination: {@code [..,
   * k, k]} and {@code [.., k, 1]} give {@code [.., k, 1]}.
   */
  static Tensor solve(Tensor a, Tensor b) {
    int k = a.shape().dim(-1);
    Tensor system = Tensor.concat(-1, List.of(a, b)); // [.., k, k + 1]
    for (int j = 0; j < k; j++) {
      Tensor pivot = system.slice(-2, j, j + 1); // [.., 1, k + 1]
      Tensor row = pivot.div(pivot.slice(-1, j, j + 1));
      // The pivot's own row becomes the row divided by it: a − (a − 1) a / a.
      Tensor hot = Tensor.iota(k).equal(j).cast(a.dtype()).unsqueeze(-1); // [k, 1]
      system = system.sub(system.slice(-1, j, j + 1).sub(hot).mul(row));
    }
    return system.slice(-1, k, k + 1);
  }

  private Tensor difference(Tensor x, Tensor y) {
    Tensor far = smoothed(flat(y)); // [b c, p]
    Shape pairs = y.shape().slice(0, 2).concat(far.shape().slice(1, 2));
    return smoothed(x).unsqueeze(1).sub(far.reshape(pairs));
  }

  /** {@code [b, c, h, w, 1] -> [b c, h, w, 1]}. */
  private static Tensor flat(Tensor y) {
    Shape s = y.shape();
    return y.reshape(Shape.of(s.dim(0) * s.dim(1)).concat(s.slice(2, 5)));
  }

  /** {@code [b, k, p] -> [b, c, k, p]}. */
  private static Tensor toAll(Tensor t, Tensor y) {
    return t.unsqueeze(1).tile(1, y.shape().dim(1));
  }

  private static Tensor unit(Tensor t) {
    return t.div(t.square().sumKeep(-1).add(TINY).sqrt());
  }

  /** Columns or rows counted from the middle, in half widths, {@code [h w]}. */
  private static Tensor fromMiddle(int h, int w, int axis, DType dtype) {
    int length = axis == 0 ? h : w;
    return Tensor.iota(Shape.of(h, w), axis)
        .cast(dtype)
        .sub((length - 1) / 2.0)
        .div(length / 2.0)
        .reshape(h * w);
  }

  /** The smoothed picture and its slopes to the right and downwards, {@code [n, h w, 3]}. */
  private Tensor filtered(Tensor pictures) {
    Shape s = pictures.shape();
    if (s.rank() != 4 || s.dim(3) != 1) {
      throw new IllegalArgumentException(
          "tangent distance: grey pictures are [n, height, width, 1], not " + s);
    }
    int reach = (int) Math.ceil(REACH * sigma);
    Tensor filters = filters(reach).cast(pictures.dtype());
    Tensor y = pictures.conv2d(filters, ConvSpec.VALID.withPadding(reach));
    return y.reshape(s.dim(0), s.dim(1) * s.dim(2), 3);
  }

  /** A Gaussian and its derivatives, turned around as correlation wants them. */
  private Tensor filters(int reach) {
    List<Double> values = new ArrayList<>();
    double sum = 0;
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        double g = Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
        sum += g;
        values.addAll(List.of(g, g * x / (sigma * sigma), g * y / (sigma * sigma)));
      }
    }
    double total = sum;
    int side = 2 * reach + 1;
    double[] scaled = values.stream().mapToDouble(v -> v / total).toArray();
    return Tensor.of(scaled, side, side, 1, 3);
  }
}
