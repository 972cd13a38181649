package shinso.nn.model;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A network with dropout as the ensemble that it is: predictions are averaged over masks drawn
 * anew, instead of being made once with all units.
 *
 * <pre>
 * p(y | x) = 1/k Σᵢ p(y | x, μᵢ)            arithmetic
 * p(y | x) ∝ (Πᵢ p(y | x, μᵢ))^(1/k)        geometric
 * </pre>
 *
 * <p>All units at once, their inputs scaled, are the geometric mean over all masks if one affine
 * map and the softmax follow, and an approximation to it otherwise.
 *
 * <p>Sources: Srivastava et al., "Dropout" (2014), section 7.5; Warde-Farley et al., "An empirical
 * analysis of dropout in piecewise linear networks" (2014); Gal and Ghahramani (2016).
 *
 * @param network its output in inference is the logits, {@code [b, *] -> [b, classes]}
 * @param masks k; 10 to 20 are often enough
 * @param mean how the k distributions become one
 * @param rng of the masks, the same ones whenever it is asked about batches of one shape
 */
public record MonteCarloDropout(Layer network, int masks, Mean mean, Rng rng)
    implements Classifier {
  /** A mean of distributions. */
  public enum Mean {
    /** Of the probabilities. */
    ARITHMETIC,
    /** Of the log-probabilities, made to add up to 1 again. */
    GEOMETRIC
  }

  /**
   * Checks the number of masks.
   *
   * @throws IllegalArgumentException if there is none
   */
  public MonteCarloDropout {
    if (masks < 1) {
      throw new IllegalArgumentException("Monte-Carlo dropout: at least 1 mask, not " + masks);
    }
  }

  /** Returns the arithmetic mean over masks. */
  public static MonteCarloDropout of(Layer network, int masks, Rng rng) {
    return new MonteCarloDropout(network, masks, Mean.ARITHMETIC, rng);
  }

  /** Returns the logarithms of the mean's probabilities, {@code [b, classes]}. */
  @Override
  public Tensor logits(Tensor x) {
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < masks; i++) {
      Tensor z = network.forward(x, Pass.inference().drawing(rng.split(i)));
      each.add(z.logSoftmax(-1)); // [b, classes]
    }
    Tensor all = Tensor.stack(0, each); // [k, b, classes]
    return switch (mean) {
      case ARITHMETIC -> all.logSumExp(0).sub(Math.log(masks));
      case GEOMETRIC -> all.mean(0).logSoftmax(-1);
    };
  }
}
