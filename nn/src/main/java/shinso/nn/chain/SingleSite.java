package shinso.nn.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Gibbs sampling of binary units one after the other, each given all others: p(xᵢ = 1 | x₋ᵢ) =
 * σ(f(x with unit i on) − f(x with unit i off)). It is right for any log-weight f and takes 2 n of
 * them a sweep: for small models, and as a yardstick for block sampling.
 *
 * <p>A sweep in one order is not reversible; run backwards in time it is the sweep in the other
 * order.
 *
 * <p>Source: Geman and Geman, "Stochastic relaxation, Gibbs distributions, and the Bayesian
 * restoration of images" (1984).
 *
 * @param logWeight f, {@code [chains, n] -> [chains]}
 * @param backwards whether the last unit comes first
 */
public record SingleSite(UnaryOperator<Tensor> logWeight, boolean backwards) implements Transition {
  /** Returns sweeps from the first unit to the last. */
  public static SingleSite of(UnaryOperator<Tensor> logWeight) {
    return new SingleSite(logWeight, false);
  }

  /** Returns the sweeps of this run backwards in time. */
  public SingleSite reversed() {
    return new SingleSite(logWeight, !backwards);
  }

  @Override
  public Tensor next(Tensor x, Rng rng) {
    int n = x.shape().dim(1);
    List<Tensor> unit = new ArrayList<>(IntStream.range(0, n).mapToObj(i -> x.at(1, i)).toList());
    for (int k = 0; k < n; k++) {
      int i = backwards ? n - 1 - k : k;
      Tensor gain = with(unit, i, 1).sub(with(unit, i, 0)); // [chains]
      unit.set(i, gain.sigmoid().bernoulli(rng.split(i)));
    }
    return Tensor.stack(1, unit);
  }

  private Tensor with(List<Tensor> unit, int i, double value) {
    List<Tensor> changed = new ArrayList<>(unit);
    changed.set(i, unit.get(i).fullLike(value));
    return logWeight.apply(Tensor.stack(1, changed));
  }
}
