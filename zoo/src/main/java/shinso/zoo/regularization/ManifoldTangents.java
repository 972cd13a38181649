package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/**
 * The directions in which a code follows its input most: the first right singular vectors of J(x) =
 * ∂h/∂x, which span the tangent plane of the manifold near which the data lie.
 *
 * <pre>
 * J(x) = U S Vᵀ,   tangents: the first k rows of Vᵀ
 * </pre>
 *
 * <p>They are found by orthogonal iteration V ← orth(Jᵀ J V), all examples at once, with products
 * of J and Jᵀ instead of the matrix, and turned within their plane at the end (Rayleigh and Ritz).
 *
 * <p>Source: Rifai, Dauphin, Vincent, Bengio and Muller, "The manifold tangent classifier" (2011),
 * section 3.
 *
 * @param values singular values, descending, {@code [b, k]}
 * @param vectors orthonormal rows, {@code [b, k, p]}
 */
public record ManifoldTangents(Tensor values, Tensor vectors) {
  private static final double TINY = 1e-30;

  /**
   * Returns the tangents at some examples.
   *
   * @param encoder from inputs to codes, {@code [b, p] -> [b, h]}, each row for itself
   * @param x {@code [b, p]}
   * @param k how many
   * @param iterations of which each shrinks what is not wanted by (sₖ₊₁ / sₖ)²
   * @param rng of the directions to begin with
   * @throws IllegalArgumentException if inputs or codes have fewer than k numbers
   */
  public static ManifoldTangents of(
      UnaryOperator<Tensor> encoder, Tensor x, int k, int iterations, Rng rng) {
    int b = x.shape().dim(0);
    int p = x.shape().dim(1);
    int h = encoder.apply(x).shape().dim(1);
    if (k < 1 || k > Math.min(p, h) || iterations < 1) {
      throw new IllegalArgumentException(
          "from %d inputs to a code of %d there are not %d tangents, by %d iterations"
              .formatted(p, h, k, iterations));
    }
    Program iterate =
        Program.compile((Tensor in, Tensor v) -> {
          Tensor repeated = repeated(in, k);
          Tensor code = encoder.apply(repeated);
          Tensor jv = jv(code, repeated, v);
          Tensor jtjv = Autodiff.vjp(List.of(code), List.of(repeated), List.of(jv)).getFirst();
          return Step.outputs(orthonormal(jtjv.reshape(b, k, p)));
        });
    Tensor v = orthonormal(Tensor.normal(rng, b, k, p).cast(x.dtype())).evaluate();
    for (int i = 0; i < iterations; i++) {
      v = iterate.run(x, v).output(0);
    }
    Tensor repeated = repeated(x, k);
    Tensor code = encoder.apply(repeated);
    Tensor jv = jv(code, repeated, v).reshape(b, k, code.shape().dim(1)).swapAxes(1, 2).evaluate();
    LinearAlgebra.Svd within = LinearAlgebra.svd(jv); // J V = U S Rᵀ, so J ≈ U S (V R)ᵀ
    Tensor turned = within.v().swapAxes(1, 2).matmul(v);
    return new ManifoldTangents(within.values(), turned.evaluate());
  }

  /** {@code [b, p] -> [b k, p]}. */
  private static Tensor repeated(Tensor x, int k) {
    Shape s = x.shape();
    return x.unsqueeze(1).tile(1, k).reshape(s.dim(0) * k, s.dim(1)).stopGradient();
  }

  private static Tensor jv(Tensor code, Tensor x, Tensor v) {
    return Autodiff.jvp(List.of(code), List.of(x), List.of(v.reshape(x.shape()))).getFirst();
  }

  /** Gram and Schmidt, one row after another against all that are left: {@code [b, k, p]}. */
  static Tensor orthonormal(Tensor v) {
    int k = v.shape().dim(1);
    Tensor left = v;
    List<Tensor> done = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      Tensor row = left.slice(1, 0, 1); // [b, 1, p]
      // By the largest element first: squares of small numbers would be 0 in single precision.
      Tensor scaled = row.div(row.abs().maxKeep(2).add(TINY));
      Tensor unit = scaled.div(scaled.square().sumKeep(2).sqrt().add(TINY));
      done.add(unit);
      Tensor rest = left.slice(1, 1, k - i); // [b, k − i − 1, p]
      left = rest.sub(rest.matmul(unit.swapAxes(1, 2)).mul(unit));
    }
    return Tensor.concat(1, done);
  }
}
