package shinso.zoo.mixture;

import java.util.List;
import java.util.Locale;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Mixture;
import shinso.nn.distribution.Normal;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.model.Regressor;

/**
 * A network whose outputs are the parameters of a mixture of K spherical Gaussians over L targets,
 * so that one input may have several answers.
 *
 * <pre>
 * p(t | x) = Σₖ πₖ(x) N(t | μₖ(x), σₖ²(x) I)
 * πₖ = softmax(aᵖ)ₖ,  σₖ = exp(aˢₖ) + floor,  μₖₗ = aᵐₖₗ
 * </pre>
 *
 * <p>The outputs stand in the order aᵖ (K), aˢ (K), aᵐ (K L). Likelihoods are sums of exponentials
 * of logarithms throughout, so that far targets and narrow kernels neither overflow nor vanish.
 *
 * <p>Source: Bishop, "Mixture density networks" (1994); "Pattern recognition and machine learning"
 * (2006), section 5.6, equations 5.148 to 5.160.
 *
 * @param network {@code [b, *] -> [b, (L + 2) K]}
 * @param components K
 * @param targets L
 * @param floor the smallest σ; 0 for none. A kernel that falls onto one target has no other bound
 */
public record MixtureDensityNetwork(Layer network, int components, int targets, double floor)
    implements Regressor {
  private static final int MOST_ITERATIONS = 1_000;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if K or L is less than 1, or the floor negative or infinite
   */
  public MixtureDensityNetwork {
    if (components < 1 || targets < 1) {
      throw new IllegalArgumentException(
          "mixture density network: %d components and %d targets; take at least 1 of each"
              .formatted(components, targets));
    }
    if (!(floor >= 0 && floor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "mixture density network: the smallest σ is ≥ 0, not %s", floor));
    }
  }

  /**
   * Returns a network without a floor.
   *
   * @param hidden what comes before the layer of outputs, which is added
   */
  public static MixtureDensityNetwork of(
      Network.Builder hidden, int components, int targets, Rng rng) {
    Network network = hidden.dense((targets + 2) * components).build(rng);
    return new MixtureDensityNetwork(network, components, targets, 0);
  }

  /** Returns this with a smallest σ. */
  public MixtureDensityNetwork withFloor(double smallest) {
    return new MixtureDensityNetwork(network, components, targets, smallest);
  }

  /**
   * Returns the mixture that outputs stand for: {@code [b]} distributions of vectors {@code [L]}.
   *
   * @param outputs {@code [b, (L + 2) K]}
   * @throws IllegalArgumentException if the shape is another
   */
  public Mixture density(Tensor outputs) {
    int k = components;
    Shape s = outputs.shape();
    Check.sameShape(
        "mixture density network, the outputs", Shape.of(s.dim(0), (targets + 2) * k), s);
    List<Tensor> a = outputs.split(1, k, k, k * targets);
    Tensor mu = a.get(2).reshape(-1, k, targets); // [b, k, l]
    return new Mixture(a.get(0), new Normal(mu, logSigma(a.get(1)).unsqueeze(2)).independent(1));
  }

  /** log σ = log(exp(a) + floor). */
  private Tensor logSigma(Tensor a) {
    double log = Math.log(floor);
    return floor == 0 ? a : a.sub(log).softplus().add(log);
  }

  /** Returns p(t | x) for inputs: {@code [b, *] ->} a batch of b mixtures. */
  public Mixture given(Tensor x) {
    return density(network.forward(x, Pass.inference()));
  }

  /**
   * Returns the mean negative log-likelihood in nats (5.153, over the number of examples); the loss
   * of a {@link shinso.train.loop.SupervisedLearner} over {@link #network}.
   *
   * @param outputs {@code [b, (L + 2) K]}
   * @param target {@code [b, L]}
   * @throws IllegalArgumentException if a shape is another
   */
  public Tensor negativeLogLikelihood(Tensor outputs, Tensor target) {
    Check.sameShape(
        "mixture density network, the targets",
        Shape.of(outputs.shape().dim(0), targets),
        target.shape());
    return density(outputs).logProbability(target).mean().neg();
  }

  /** Returns the conditional means Σₖ πₖ μₖ (5.158): {@code [b, *] -> [b, L]}. */
  @Override
  public Tensor predict(Tensor x) {
    return given(x).mean();
  }

  /**
   * Returns the conditional variances E‖t − E t‖² = Σₖ πₖ (L σₖ² + ‖μₖ − Σ πμ‖²) (5.160; printed
   * there without L): {@code [b, *] -> [b]}.
   */
  public Tensor variance(Tensor x) {
    return given(x).variance().sum(1);
  }

  /** Returns the mean of the component with the largest πₖ for each input: {@code [b, L]}. */
  public Tensor approximateMode(Tensor x) {
    Mixture p = given(x);
    Tensor hot = p.logits().argmax(1).oneHot(components).unsqueeze(2); // [b, k, 1]
    return Tensor.select(hot, p.components().mean(), 0).sum(1);
  }

  /**
   * Returns where the density is largest for each input: {@code [b, *] -> [b, L]}. From every
   * component's mean the fixed point of
   *
   * <pre>
   * t = Σₖ γₖ(t) σₖ⁻² μₖ / Σₖ γₖ(t) σₖ⁻²
   * </pre>
   *
   * is iterated, each step of which makes the density larger; the best of the K ends is the mode.
   *
   * <p>Source: Carreira-Perpiñán, "Mode-finding for mixtures of Gaussian distributions" (2000),
   * section 3.
   *
   * @param tolerance the iteration ends when no target moves farther, or after 1,000 steps
   */
  public Tensor mode(Tensor x, double tolerance) {
    Mixture p = given(x.evaluate());
    Tensor logits = p.logits().evaluate();
    Tensor mu = p.components().mean().evaluate(); // [b, k, l]
    Tensor sigma = p.components().variance().sqrt().evaluate(); // [b, k, l]
    Mixture kept = new Mixture(logits, Normal.ofScale(mu, sigma).independent(1));
    Tensor t = mu.permute(1, 0, 2).evaluate(); // [k, b, l]: a start at each mean
    double moved = Double.POSITIVE_INFINITY;
    for (int i = 0; i < MOST_ITERATIONS && moved > tolerance; i++) {
      Tensor next = step(kept, mu, sigma, t);
      Tensor far = next.sub(t).abs().max();
      List<Tensor> both = Tensor.evaluate(List.of(next, far));
      t = both.get(0);
      moved = both.get(1).item();
    }
    Tensor best = kept.logProbability(t).argmax(0).oneHot(components); // [b, k]
    return Tensor.select(best.transpose().unsqueeze(2), t, 0).sum(0).evaluate();
  }

  private static Tensor step(Mixture p, Tensor mu, Tensor sigma, Tensor t) {
    // γₖ σₖ⁻² in logarithms, [starts, b, k, 1]: their ratio is all that counts.
    Tensor log = p.logResponsibilities(t).unsqueeze(3).sub(sigma.slice(2, 0, 1).log().mul(2));
    return log.softmax(2).mul(mu).sum(2); // [starts, b, l]
  }
}
