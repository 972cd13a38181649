package shinso.zoo.linear;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Standardization;
import shinso.nn.loss.Losses;
import shinso.nn.loss.RegressionReport;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Nesterov;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Linear regression on tables: gradient descent comes to the least squares that the closed form
 * gives; a ridge and the lasso shrink the weights, of which the lasso brings some to exactly 0.
 *
 * <pre>
 * ./shinso run table-regression --data diabetes
 * ./shinso run table-regression --data california-housing
 * </pre>
 */
public final class TableRegression implements Recipe<TableRegression.Model> {
  private static final Setting<Double> LAMBDA =
      Setting.number("lambda", "λ of the ridge, for each training row", 0, 1_000);
  private static final Setting<Integer> PLACE =
      Setting.integer("place", "which α of the path is taken, of 40 down to a thousandth", 0, 39);

  private static final Quantity DISTANCE =
      Quantity.smaller("largest distance of a weight by descent from the closed form", "");
  private static final Quantity ALL = Quantity.of("R² of least squares on all rows", "");
  private static final Quantity TEST = Quantity.larger("R² on test rows", "");
  private static final Quantity ZEROS = Quantity.of("weights that are 0", "");

  /**
   * A linear model of inputs and a target in their own units.
   *
   * @param inputs standardises the inputs
   * @param map from standardised inputs to the standardised target
   * @param target standardises the target
   */
  public record Model(Standardization inputs, LinearRegression map, Standardization target)
      implements Layer, Regressor {
    /** Returns the standardised prediction: {@code [n, d] -> [n, 1]}. */
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return map.predict(inputs.forward(x, pass));
    }

    /** Returns the prediction: {@code [n, d] -> [n, 1]}. */
    @Override
    public Tensor predict(Tensor x) {
      return target.inverse(forward(x, Pass.inference()));
    }

    /** Half of the mean squared error of standardised predictions. */
    private Tensor error(Tensor y, Tensor t) {
      return Losses.mse(y, target.forward(t, Pass.inference())).mul(0.5);
    }

    private Model untrained() {
      int d = map.weight().shape().dim(0);
      return new Model(inputs, LinearRegression.of(d, 1), target);
    }

    private Model fit(Dataset train, double lambda) {
      map.fit(x(train), t(train), lambda);
      return this;
    }

    private Tensor x(Dataset data) {
      return inputs.forward(data.whole().getFirst(), Pass.inference()).evaluate();
    }

    private Tensor t(Dataset data) {
      return target.forward(data.whole().getLast(), Pass.inference()).evaluate();
    }

    private double explained(Dataset data) {
      List<Tensor> all = data.whole();
      return RegressionReport.of(RegressionReport.sums(predict(all.getFirst()), all.getLast()))
          .rSquared();
    }
  }

  @Override
  public Card card() {
    return Card.of("table-regression", "least squares, ridge and lasso on tables of numbers")
        .rows("A1", "A3", "A4", "A12")
        .source(
            "Efron, Hastie, Johnstone and Tibshirani, \"Least angle regression\", 2004; Hoerl and"
                + " Kennard 1970; Tibshirani 1996")
        .reported("diabetes: R² 0.5177 of least squares on all rows");
  }

  @Override
  public List<DataSource> data() {
    return List.of(TableSource.DIABETES, TableSource.CALIFORNIA_HOUSING);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        STEPS.row(500, 10_000, 10_000), RATE.always(0.1), LAMBDA.always(0.03), PLACE.always(18));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(DISTANCE, 0.1, 1e-3, 1e-3),
        Claim.near(ALL, 0.5177, 1e-4, 1e-4, 1e-4).on("diabetes").published("0.5177"),
        Claim.atLeast(TEST.of("least squares"), 0.35, 0.35, 0.35).on("diabetes"),
        Claim.atLeast(TEST.of("lasso"), 0.35, 0.35, 0.35).on("diabetes"),
        Claim.atLeast(TEST.of("least squares"), 0.6, 0.6, 0.6).on("california-housing"),
        Claim.atLeast(ZEROS.of("lasso"), 1, 1, 1));
  }

  @Override
  public Model model(Run run) {
    Dataset train = run.data().train();
    int d = train.fields().getFirst().shape().size();
    return new Model(
        run.standardization("inputs", train, 0),
        LinearRegression.of(d, 1),
        run.standardization("target", train, 1));
  }

  @Override
  public void run(Run run, Model model) {
    Dataset train = run.data().train();
    Dataset test = run.data().test();
    SupervisedLearner learner =
        SupervisedLearner.of(model, model::error, Nesterov.of(run.get(RATE), 0.9));
    run.train("descent", learner, Batches.inOrder(train, train.size())).steps(run.get(STEPS)).go();
    Model exact = model.untrained();
    run.perform("least-squares", exact.map, log -> exact.fit(train, 0));
    run.score(
        DISTANCE,
        () -> exact.map.weight().value().sub(model.map.weight().value()).abs().max().item());
    run.score(
        ALL,
        () -> {
          Dataset all = Dataset.concat(List.of(train, test));
          return model.untrained().fit(all, 0).explained(all);
        });

    Model ridge = model.untrained();
    run.perform("ridge", ridge.map, log -> ridge.fit(train, run.get(LAMBDA) * train.size()));
    LassoPath path =
        run.once(
            "lasso",
            LassoPath.class,
            () -> LassoPath.of(model.x(train), model.t(train), 40, 1e-3, run.get(STEPS) / 5));
    Model lasso = model.untrained();
    double[] w = path.weights(run.get(PLACE));
    lasso.map.weight().assign(Tensor.of(w, w.length, 1).cast(lasso.map.weight().dtype()));
    Comparison shrunk = run.compare("shrinkage", "Least squares, ridge and lasso", TEST, ZEROS);
    shrunk.variant("least squares", () -> exact.explained(test), () -> zeros(exact));
    shrunk.variant("ridge", () -> ridge.explained(test), () -> zeros(ridge));
    shrunk.variant("lasso", () -> lasso.explained(test), () -> zeros(lasso));
    shrunk.show();

    List<String> names = ((TableSource) run.source()).featureNames();
    run.show(
        "paths",
        () ->
            Figure.panels(
                "Weights of standardised features against the strength of the penalty",
                List.of(
                    chart("Lasso", "α", names, path),
                    chart("Ridge", "λ / N", names, ridges(model.untrained(), train))),
                1));
  }

  /** Returns the weights of ridges of strengths from 100 rows' worth to 10⁻⁴ of them. */
  private static LassoPath ridges(Model model, Dataset train) {
    double[] lambdas = new double[13];
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < lambdas.length; i++) {
      lambdas[i] = 100 * Math.pow(10, -i / 2.0);
      model.fit(train, lambdas[i] * train.size());
      weights.add(model.map.weight().value().squeeze(1));
    }
    return new LassoPath(lambdas, Tensor.stack(0, weights).evaluate());
  }

  private static Lines chart(String title, String axis, List<String> names, LassoPath path) {
    Lines chart = Figure.lines(title).axes(axis, "weight").logX().size(900, 460);
    for (int j = 0; j < names.size(); j++) {
      double[] w = path.weights().at(1, j).toDoubleArray();
      chart = chart.series(names.get(j), path.alphas(), w);
    }
    return chart;
  }

  private static double zeros(Model model) {
    return Arrays.stream(model.map.weight().value().toDoubleArray()).filter(w -> w == 0).count();
  }
}
