package shinso.nn.adversarial;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.penalty.Regularizer;

/**
 * Adversarial training: with this term the softmax cross-entropy J becomes
 *
 * <pre>
 * α J(x, t) + (1 − α) J(x′, t)
 * </pre>
 *
 * where x′ is what an attack makes of x against the network as it is.
 *
 * <p>Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples"
 * (2015), section 6; Madry et al. (2018) take α = 0.
 *
 * @param attack makes the examples
 * @param alpha α, the weight of the examples as they are
 */
public record AdversarialTraining(Attack attack, double alpha) implements Regularizer {
  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if α is not in [0, 1]
   */
  public AdversarialTraining {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("adversarial training: α is in [0, 1], not " + alpha);
    }
  }

  /** Returns the term with α = ½, as in the paper. */
  public static AdversarialTraining of(Attack attack) {
    return new AdversarialTraining(attack, 0.5);
  }

  @Override
  public Tensor of(Layer network, List<Tensor> batch, Tensor output, Pass pass) {
    Tensor t = batch.getLast();
    Tensor found = attack.examples(x -> network.forward(x, pass), batch.getFirst(), t, pass.rng());
    Tensor attacked = Losses.softmaxCrossEntropy(network.forward(found, pass), t);
    return attacked.sub(Losses.softmaxCrossEntropy(output, t)).mul(1 - alpha);
  }
}
