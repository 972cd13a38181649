package shinso.zoo.laboratory;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.MultivariateNormal;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The evidence lower bound on a model whose log p(x) is known: the bound stays below it for every
 * guess q at the posterior, touches it at the posterior, and the gap is KL(q ‖ p(z | x)).
 *
 * <pre>
 * ./shinso run evidence-bound
 * </pre>
 */
public final class EvidenceBound implements Demo {
  private static final Quantity MISSED =
      Quantity.smaller("largest |log p(x) − bound − divergence|", "nats");
  private static final Quantity LEAST = Quantity.larger("smallest gap", "nats");

  private static final int POINTS = 101;

  /** x = 2 z + noise of deviation 0.5, seen at 1.5. */
  private static final LinearGaussian MODEL =
      new LinearGaussian(Tensor.of(new double[] {2}, 1, 1), Tensor.of(new double[] {0}, 1), 0.5);

  private static final Tensor X = Tensor.of(new double[] {1.5}, 1, 1);

  @Override
  public Card card() {
    return Card.of("evidence-bound", "log p(x) and its lower bound where both are known")
        .rows("H30")
        .source(
            "Kingma and Welling, \"Auto-encoding variational Bayes\", 2014, equations 1 and 2;"
                + " Tipping and Bishop 1999");
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(MISSED, 1e-9, 1e-9, 1e-9), Claim.atLeast(LEAST, -1e-9, -1e-9, -1e-9));
  }

  @Override
  public void run(Run run) {
    MultivariateNormal truth = MODEL.posterior(X);
    double mean = truth.mean().item();
    double deviation = Math.sqrt(truth.variance().item());
    double[] means = between(mean - 1, mean + 1);
    double[] ratios = between(0.2, 3);
    Tensor byMean =
        guesses(means, IntStream.range(0, POINTS).mapToDouble(i -> deviation).toArray());
    Tensor byWidth =
        guesses(
            IntStream.range(0, POINTS).mapToDouble(i -> mean).toArray(),
            IntStream.range(0, POINTS).mapToDouble(i -> ratios[i] * deviation).toArray());
    run.score(MISSED, () -> Math.max(missed(byMean), missed(byWidth)));
    run.score(LEAST, () -> Math.min(gap(byMean).min().item(), gap(byWidth).min().item()));
    run.show(
        "bound",
        () ->
            Figure.panels(
                "The evidence lower bound on a linear Gaussian model",
                List.of(
                    chart("Guesses of the right width", "mean of q", means, byMean),
                    chart("Guesses at the right place", "width of q ÷ right", ratios, byWidth)),
                2));
  }

  private static double[] between(double low, double high) {
    return IntStream.range(0, POINTS)
        .mapToDouble(i -> low + (high - low) * i / (POINTS - 1))
        .toArray();
  }

  /** Returns guesses as rows of mean and deviation: {@code [n, 2]}. */
  private static Tensor guesses(double[] means, double[] deviations) {
    return Tensor.stack(1, List.of(Tensor.of(means, POINTS), Tensor.of(deviations, POINTS)));
  }

  private static MultivariateNormal q(Tensor guesses) {
    return new MultivariateNormal(
        guesses.slice(1, 0, 1), guesses.slice(1, 1, 2).unsqueeze(2)); // [n, 1], [n, 1, 1]
  }

  private static Tensor gap(Tensor guesses) {
    return MODEL.logProbability(X).sub(MODEL.evidenceBound(q(guesses), X));
  }

  private static double missed(Tensor guesses) {
    return gap(guesses).sub(Kl.of(q(guesses), MODEL.posterior(X))).abs().max().item();
  }

  private static Lines chart(String title, String axis, double[] x, Tensor guesses) {
    return Figure.lines(title)
        .axes(axis, "nats")
        .series("bound", x, MODEL.evidenceBound(q(guesses), X).toDoubleArray())
        .level("log p(x)", MODEL.logProbability(X).item())
        .size(560, 400);
  }
}
