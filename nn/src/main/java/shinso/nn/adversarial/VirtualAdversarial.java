package shinso.nn.adversarial;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;
import shinso.nn.penalty.Regularizer;

/**
 * Virtual adversarial training: the output must not change much in the direction in which it
 * changes most. No targets are needed.
 *
 * <pre>
 * Δ(r, x) = KL(p(· | x) ‖ p(· | x + r))
 * R = λ / b Σₓ Δ(ε u, x),   u the first eigenvector of H = ∇∇ᵣ Δ(r, x) at r = 0
 * d ← H d / ‖H d‖           power iteration from a random d
 * </pre>
 *
 * <p>The products H d are second derivatives of Δ. The papers take a difference of two first
 * derivatives instead, since those at r = 0 are 0.
 *
 * <p>Sources: Miyato, Maeda, Koyama, Nakae and Ishii, "Distributional smoothing with virtual
 * adversarial training" (2016), section 2 and algorithm 1; Miyato, Maeda, Koyama and Ishii,
 * "Virtual adversarial training" (2018).
 *
 * @param epsilon ε, the Euclidean length of the change
 * @param iterations steps of power iteration; the papers find one to be enough
 * @param lambda λ, the weight of the term
 */
public record VirtualAdversarial(double epsilon, int iterations, double lambda)
    implements Regularizer {
  /** Added to squared lengths: a network whose output doesn't depend on x has no direction. */
  private static final double TINY = 1e-30;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if ε or λ is negative or there is no iteration
   */
  public VirtualAdversarial {
    if (!(epsilon >= 0 && lambda >= 0) || iterations < 1) {
      throw new IllegalArgumentException(
          ("virtual adversarial training: ε and λ are not negative, and there is at least 1"
                  + " iteration; not %s, %s and %d")
              .formatted(epsilon, lambda, iterations));
    }
  }

  /** Returns the term with one step of power iteration and λ = 1. */
  public static VirtualAdversarial of(double epsilon) {
    return new VirtualAdversarial(epsilon, 1, 1);
  }

  /**
   * Returns the change ε u of each example, {@code [b, *] -> [b, *]}. No gradient flows through it.
   *
   * @param classifier p is the softmax of its logits
   * @param rng of the first direction
   */
  public Tensor perturbation(Classifier classifier, Tensor x, Rng rng) {
    Tensor here = x.stopGradient();
    Tensor r = here.zerosLike().stopGradient();
    Tensor p = classifier.logits(here).softmax(-1).stopGradient();
    Tensor delta = Losses.klDivergence(classifier.logits(here.add(r)), p);
    Tensor d = unit(x.normalLike(rng));
    for (int k = 0; k < iterations; k++) {
      Tensor hd = Autodiff.hessianVectorProduct(delta, List.of(r), List.of(d)).getFirst();
      d = unit(hd).stopGradient();
    }
    return d.mul(epsilon);
  }

  @Override
  public Tensor of(Layer network, List<Tensor> batch, Tensor output, Pass pass) {
    Tensor x = batch.getFirst();
    Tensor r = perturbation(in -> network.forward(in, pass), x, pass.rng());
    Tensor p = output.softmax(-1).stopGradient();
    return Losses.klDivergence(network.forward(x.add(r), pass), p).mul(lambda);
  }

  /** Each example divided by its length. */
  private static Tensor unit(Tensor d) {
    int[] axes = IntStream.range(1, d.shape().rank()).toArray();
    // By the largest element first: squares of small numbers would be 0 in single precision.
    Tensor largest = d.abs().maxKeep(axes).maximum(TINY);
    Tensor scaled = d.div(largest);
    return scaled.div(scaled.square().sumKeep(axes).add(TINY).sqrt());
  }
}
