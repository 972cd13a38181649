package shinso.zoo.linear;

import static shinso.zoo.harness.Training.STEPS;
import static shinso.zoo.linear.TwoClasses.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.optim.Adam;
import shinso.train.figure.Figure;
import shinso.train.figure.Region;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Two ways to P(C | x) on the same points: Gaussians for the classes with Bayes' rule, and logistic
 * regression. Where the classes have one covariance, the generative and the discriminative model
 * come to the same line; where they have two, only a covariance for each class bends the boundary;
 * and points far off pull at a Gaussian, though logistic regression doesn't mind them.
 *
 * <pre>
 * ./shinso run generative-discriminative
 * </pre>
 */
public final class GenerativeDiscriminative implements Demo {
  private static final Setting<Integer> POINTS =
      Setting.integer("points", "points of each class that are learned from", 10, 100_000);

  private static final List<TwoClasses> PROBLEMS =
      List.of(ONE_COVARIANCE, TWO_COVARIANCES, OUTLIERS);

  private static final String SHARED = "Gaussians with one covariance";
  private static final String SEPARATE = "Gaussians with two covariances";
  private static final String LOGISTIC = "logistic regression";

  private static final Region SEEN = Region.of(-5, 8, -5, 5);
  private static final int TESTED = 10_000;

  private static Quantity error(TwoClasses problem) {
    return Quantity.share("test error, " + problem.name(), Quantity.Better.SMALLER);
  }

  @Override
  public Card card() {
    return Card.of(
            "generative-discriminative", "Gaussians of the classes against logistic regression")
        .rows("A7")
        .source(
            "Bishop, \"Pattern recognition and machine learning\", 2006, sections 4.2 and 4.3; Ng"
                + " and Jordan, \"On discriminative vs. generative classifiers\", 2002");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(POINTS.always(300), STEPS.row(300, 2_000, 2_000));
  }

  @Override
  public List<Claim> claims() {
    Quantity one = error(ONE_COVARIANCE);
    Quantity two = error(TWO_COVARIANCES);
    Quantity outliers = error(OUTLIERS);
    return List.of(
        Claim.near(one.of(SHARED), 0.1568, 0.01, 0.01, 0.01),
        Claim.near(one.of(LOGISTIC), 0.1568, 0.01, 0.01, 0.01),
        Claim.atMost(two.of(SEPARATE), 0.2, 0.2, 0.2),
        Claim.atLeast(two.of(SHARED), 0.25, 0.25, 0.25),
        Claim.atLeast(two.of(LOGISTIC), 0.25, 0.25, 0.25),
        Claim.atMost(outliers.of(LOGISTIC), 0.07, 0.07, 0.07),
        Claim.atLeast(outliers.of(SHARED), 0.075, 0.075, 0.075));
  }

  /** The models of one problem. */
  private record Models(
      GaussianClassifier shared, GaussianClassifier separate, LogisticRegression logistic) {
    static Models untrained() {
      return new Models(
          GaussianClassifier.shared(2, 2),
          GaussianClassifier.separate(2, 2),
          LogisticRegression.of(2));
    }

    /** The Gaussians in closed form, logistic regression by descent. */
    void fit(Tensor x, Tensor t, int steps) {
      shared.fit(x, t);
      separate.fit(x, t);
      List<Param> theta = List.of(logistic.weight(), logistic.bias());
      Adam rule = Adam.of(0.05);
      Program step =
          Program.compile((Tensor points, Tensor labels) -> {
            Tensor loss = logistic.crossEntropy(points, labels);
            return Step.of(rule.update(theta, Autodiff.gradients(loss, theta)));
          });
      for (int i = 0; i < steps; i++) {
        step.run(x, t);
      }
    }

    Map<String, Classifier> byName() {
      Map<String, Classifier> all = new LinkedHashMap<>();
      all.put(SHARED, shared);
      all.put(SEPARATE, separate);
      all.put(LOGISTIC, logistic);
      return all;
    }
  }

  @Override
  public void run(Run run) {
    Map<String, List<DoubleSupplier>> errors = new LinkedHashMap<>();
    List<Figure> maps = new ArrayList<>();
    for (TwoClasses problem : PROBLEMS) {
      Tensor x = problem.points(run.get(POINTS), run.rng("train"));
      Tensor t = labels(run.get(POINTS));
      Models models = Models.untrained();
      run.perform(
          problem.name().replace(' ', '-'), models, log -> models.fit(x, t, run.get(STEPS)));
      Tensor others = problem.points(TESTED, run.rng("test"));
      models
          .byName()
          .forEach((name, model) -> {
            errors.computeIfAbsent(name, n -> new ArrayList<>()).add(() -> error(model, others));
            maps.add(map(problem.name() + ": " + name, model, x));
          });
    }
    Comparison comparison =
        run.compare(
            "errors",
            "Test errors",
            PROBLEMS.stream().map(GenerativeDiscriminative::error).toArray(Quantity[]::new));
    errors.forEach(
        (name, values) -> comparison.variant(name, values.toArray(DoubleSupplier[]::new)));
    comparison.show();
    run.show(
        "boundaries", () -> Figure.panels("P(class 1 | x), lines at 0.1, 0.5 and 0.9", maps, 3));
  }

  private static double error(Classifier model, Tensor x) {
    return 1 - Metrics.accuracy(model.logits(x), labels(TESTED)).item();
  }

  private static Figure map(String title, Classifier model, Tensor x) {
    int n = x.shape().dim(0) / 2;
    return Figure.contours(
            title, SEEN.values(p -> model.logits(p.cast(x.dtype())).softmax(-1).at(1, 1)))
        .levels(0.1, 0.5, 0.9)
        .points("class 0", x.slice(0, 0, n))
        .points("class 1", x.slice(0, n, 2 * n))
        .size(480, 400);
  }
}
