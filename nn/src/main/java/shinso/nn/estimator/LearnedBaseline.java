package shinso.nn.estimator;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.State;

/**
 * The baseline of neural variational inference and learning: a network C(x) that is told the input,
 * a running mean of what it leaves, and a running variance by which the signal is scaled down.
 *
 * <pre>
 * l = J − C(x)
 * c ← α c + (1 − α) mean(l),   v ← α v + (1 − α) var(l)
 * signal = (l − c) / max(1, √v)
 * </pre>
 *
 * <p>As in the paper, c and v are those after this batch, whose part in them is 1 − α; scaling
 * changes the length of the gradient, not its direction. The network descends ½ (l − c)² / max(1,
 * √v), whose gradient is that of the paper's algorithm.
 *
 * <p>Source: Mnih and Gregor, "Neural variational inference and learning in belief networks"
 * (2014).
 *
 * @param network C, {@code [b, *] -> [b, 1]}
 * @param mean c, a scalar
 * @param variance v, a scalar
 * @param decay α in [0, 1)
 */
public record LearnedBaseline(Layer network, @State Param mean, @State Param variance, double decay)
    implements Baseline {
  /**
   * Checks the decay.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public LearnedBaseline {
    RunningMean.requireDecay(decay);
  }

  /** Returns a baseline whose averages begin at 0. */
  public static LearnedBaseline of(Layer network, double decay) {
    Param mean = Param.of(Tensor.scalar(0));
    return new LearnedBaseline(network, mean, Param.of(Tensor.scalar(0)), decay);
  }

  @Override
  public Centred of(Tensor cost, Tensor given) {
    Tensor expected = network.forward(given.stopGradient(), Pass.inference()); // [b, 1]
    Tensor l = cost.stopGradient().sub(expected.reshape(cost.shape())); // [b]
    Update c = RunningMean.average(mean, decay, l.mean());
    Update v = RunningMean.average(variance, decay, l.variance());
    Tensor scale = v.value().sqrt().maximum(1).cast(cost.dtype());
    Tensor left = l.sub(c.value().cast(cost.dtype()));
    Tensor loss = left.square().div(scale).mean().mul(0.5);
    return new Centred(left.div(scale).stopGradient(), loss, List.of(c, v));
  }
}
