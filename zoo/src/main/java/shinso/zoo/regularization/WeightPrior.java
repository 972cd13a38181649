package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Minimizer;
import shinso.nn.penalty.Penalties;
import shinso.nn.penalty.SoftWeightSharing;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

/** A prior of the weights of a small network for regression, all of which it is fitted with. */
public enum WeightPrior {
  NONE("no penalty"),
  DECAY("weight decay"),
  SHARING("soft weight-sharing");

  private final String title;

  WeightPrior(String title) {
    this.title = title;
  }

  /** Returns what it is called in tables. */
  String title() {
    return title;
  }

  /**
   * What a network is fitted with.
   *
   * @param hidden units
   * @param groups of weights
   * @param iterations most iterations of L-BFGS
   */
  public record Setup(int hidden, int groups, int iterations) {}

  /**
   * What came out.
   *
   * @param validation mean squared error
   * @param test mean squared error
   * @param initial the weights before
   * @param weights the weights after
   * @param means the centres of the groups, empty if there are none
   * @param deviations of the groups
   */
  public record Fit(
      double validation,
      double test,
      double[] initial,
      double[] weights,
      double[] means,
      double[] deviations) {}

  /** Fits a network, weights and groups together, at a strength λ of the prior. */
  Fit fit(Split data, Setup setup, double lambda, Rng rng) {
    int inputs = data.train().fields().getFirst().shape().dim(0);
    Network net = Network.of(inputs).dense(setup.hidden).tanh().dense(1).build(rng);
    List<Param> all = new ArrayList<>(Parameters.trainable(net).values());
    List<Param> weights = all.stream().filter(Parameters::isWeight).toList();
    double[] initial = numbers(weights);
    SoftWeightSharing groups = SoftWeightSharing.of(setup.groups, 1);
    if (this == SHARING) {
      all.addAll(Parameters.trainable(groups).values());
    }
    Supplier<Tensor> penalty =
        () ->
            switch (this) {
              case NONE -> Tensor.scalar(0);
              case DECAY -> Penalties.l2(lambda, weights);
              case SHARING -> groups.penalty(lambda, weights);
            };
    Minimizer.lbfgs()
        .iterations(setup.iterations)
        .minimize(all, () -> error(net, data.train()).add(penalty.get()));
    boolean shares = this == SHARING;
    return new Fit(
        error(net, data.validation()).item(),
        error(net, data.test()).item(),
        initial,
        numbers(weights),
        shares ? groups.means().value().toDoubleArray() : new double[0],
        shares ? groups.deviations().toDoubleArray() : new double[0]);
  }

  private static double[] numbers(List<Param> params) {
    return params.stream().flatMapToDouble(p -> Arrays.stream(p.value().toDoubleArray())).toArray();
  }

  private static Tensor error(Network net, Dataset data) {
    List<Tensor> all = data.whole();
    return Losses.mse(net.forward(all.getFirst(), Pass.inference()), all.getLast());
  }
}
