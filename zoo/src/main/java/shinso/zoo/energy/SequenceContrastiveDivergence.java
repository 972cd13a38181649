package shinso.zoo.energy;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.PseudoLikelihood;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Contrastive divergence for sequences: the machine of each frame is told apart from k steps of
 * Gibbs sampling away from the frame, and the gradient with respect to its biases goes back through
 * time.
 *
 * <pre>
 * ∂C/∂θ ≈ mean over frames of ∂Fₜ(v⁽ᵗ⁾)/∂θ − ∂Fₜ(v⁽ᵗ⁾*)/∂θ,   v⁽ᵗ⁾* after k steps from v⁽ᵗ⁾
 * </pre>
 *
 * <p>Batches are sequences {@code [b, time, visible]} and their lengths I32 {@code [b]}.
 *
 * <p>Source: Boulanger-Lewandowski, Bengio and Vincent 2012, section 4, the algorithm of training.
 *
 * @param machine the model
 * @param k steps of Gibbs sampling
 * @param rule moves the parameters
 * @param clip the longest that the gradient of all parameters may be
 */
public record SequenceContrastiveDivergence(RnnRbm machine, int k, Optimizer rule, double clip)
    implements Learner {
  @Override
  public Map<String, Param> model() {
    return Parameters.all(machine);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(machine));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = RnnRbm.frames(batch.getFirst()); // [n, visible]
    RnnRbm.Biases t = machine.biases(batch.getFirst());
    Tensor end = machine.gibbs(v, t.frozen(), k, rng).stopGradient();
    Tensor counts = counts(batch);
    Tensor gap = Losses.mean(machine.freeEnergy(v, t).sub(machine.freeEnergy(end, t)), counts);
    List<Param> theta = List.copyOf(Parameters.trainable(machine).values());
    List<Tensor> g = Gradients.clipByNorm(Autodiff.gradients(gap, theta), clip);
    return Step.of(rule.update(theta, g)).metric("free energy gap", gap, counts.sum());
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = RnnRbm.frames(batch.getFirst());
    RnnRbm.Biases t = machine.biases(batch.getFirst());
    Tensor counts = counts(batch);
    Tensor error = machine.reconstruct(v, t, rng.split(0)).sub(v).square().sum(1);
    Tensor pseudo = PseudoLikelihood.estimate(x -> machine.freeEnergy(x, t), v, rng.split(1));
    return Step.of(List.of())
        .metric("reconstruction error", Losses.mean(error, counts), counts.sum())
        .metric("pseudo-likelihood", Losses.mean(pseudo, counts), counts.sum());
  }

  /** Which frames belong to sequences: {@code [n]}. */
  private static Tensor counts(List<Tensor> batch) {
    Tensor mask = Recurrent.mask(batch.get(1), batch.getFirst().shape().dim(1));
    return mask.reshape(mask.shape().size()).cast(batch.getFirst().dtype());
  }
}
