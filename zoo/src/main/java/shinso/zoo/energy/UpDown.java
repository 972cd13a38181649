package shinso.zoo.energy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * The up-down algorithm, contrastive wake-sleep, which tunes all layers of a deep belief network
 * together after they have been learned greedily.
 *
 * <pre>
 * up:    h ~ q(h | v);               climb Σₗ log p(hˡ⁻¹ | hˡ) in W
 * top:   k steps of Gibbs from hᴸ⁻¹;  contrastive divergence of the top machine
 * down:  x ~ p(x | where they end);   climb Σₗ log q(xˡ | xˡ⁻¹) in R
 * </pre>
 *
 * <p>Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets" (2006),
 * section 5 and appendix B.
 *
 * @param dbn the network
 * @param k the steps of Gibbs sampling at the top
 * @param rule moves the parameters
 */
public record UpDown(Dbn dbn, int k, Optimizer rule) implements Learner {
  /**
   * Checks k.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public UpDown {
    if (k < 1) {
      throw new IllegalArgumentException("up-down: 1 step at the top or more, not " + k);
    }
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(dbn);
  }

  @Override
  public Map<String, Param> state() {
    return new LinkedHashMap<>(rule.state(model()));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst().flatten(1).bernoulli(rng.split("data"));
    List<Tensor> wake = dbn.drawnUp(v, rng.split("up")).stream().map(Tensor::stopGradient).toList();
    Tensor end = wake.getLast();
    for (int i = 0; i < k; i++) {
      end = dbn.top().gibbs(end, rng.split(i));
    }
    List<Tensor> dream =
        dbn.drawnDown(end, rng.split("down")).stream().map(Tensor::stopGradient).toList();

    Tensor gap = dbn.top().freeEnergy(wake.getLast()).sub(dbn.top().freeEnergy(dream.getLast()));
    Tensor generated = gap.mul(0);
    Tensor recognised = gap.mul(0);
    for (int l = 0; l < dbn.layers().size(); l++) {
      Dbn.Directed layer = dbn.layers().get(l);
      generated = generated.add(Dbn.logBernoulli(wake.get(l), layer.down(wake.get(l + 1))));
      recognised = recognised.add(Dbn.logBernoulli(dream.get(l + 1), layer.up(dream.get(l))));
    }
    Tensor loss = gap.sub(generated).sub(recognised).mean();
    List<Param> theta = List.copyOf(model().values());
    return Step.of(rule.update(theta, Autodiff.gradients(loss, theta)))
        .metric("wake, downwards", generated.mean())
        .metric("sleep, upwards", recognised.mean());
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst().flatten(1).bernoulli(rng.split("data"));
    return Step.of(List.<Update>of())
        .metric("bound without log Z", dbn.logWeight(v, rng.split("up")).mean());
  }
}
