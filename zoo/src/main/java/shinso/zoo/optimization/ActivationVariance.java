package shinso.zoo.optimization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Activation;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * How the variance of activations changes from layer to layer before training. Rectifiers halve
 * what weights of variance 1/in keep, so that He's 2/in is right for them; with tanh, 1/in loses
 * little, and weights of 0.01 leave nothing after a few layers.
 *
 * <pre>
 * ./shinso run activation-variance
 * </pre>
 */
public final class ActivationVariance implements Demo {
  private static final Setting<Integer> LAYERS = Setting.integer("layers", "layers", 2, 1_000);
  private static final Setting<Integer> UNITS = Setting.integer("units", "units a layer", 1, 4_096);
  private static final int EXAMPLES = 100;
  private static final Quantity FACTOR = Quantity.of("factor a layer", "");

  @Override
  public Card card() {
    return Card.of("activation-variance", "variance of activations by depth and initialisation")
        .rows("B13")
        .source(
            "LeCun et al. 1998, section 4.6; Glorot and Bengio 2010; He et al. 2015, section 2.2")
        .reported(
            "a layer of rectifiers keeps the variance with He's weights, halves it with 1/in");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(LAYERS.row(20, 30, 30), UNITS.row(256, 512, 1_024));
  }

  /** The deviation of the logarithm of a factor is about √(5 / (units · layers)). */
  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.near(FACTOR.of("LeCun normal"), 0.5, 0.06, 0.04, 0.03).published("1/2"),
        Claim.near(FACTOR.of("LeCun uniform"), 0.5, 0.06, 0.04, 0.03).published("1/2"),
        Claim.near(FACTOR.of("Glorot normal"), 0.5, 0.06, 0.04, 0.03).published("1/2"),
        Claim.near(FACTOR.of("Glorot uniform"), 0.5, 0.06, 0.04, 0.03).published("1/2"),
        Claim.near(FACTOR.of("He normal"), 1, 0.12, 0.08, 0.06).published("1"),
        Claim.near(FACTOR.of("He uniform"), 1, 0.12, 0.08, 0.06).published("1"));
  }

  private static Map<String, Initializer> initializers() {
    Map<String, Initializer> all = new LinkedHashMap<>();
    all.put("LeCun normal", Initializer.lecunNormal());
    all.put("LeCun uniform", Initializer.lecunUniform());
    all.put("Glorot normal", Initializer.glorotNormal());
    all.put("Glorot uniform", Initializer.glorotUniform());
    all.put("He normal", Initializer.heNormal());
    all.put("He uniform", Initializer.heUniform());
    all.put("N(0, 0.01²)", Initializer.normal(0.01));
    return all;
  }

  /** Returns the mean square of what goes into the activation of each layer. */
  private static double[] variances(Run run, Activation f, Initializer init) {
    int units = run.get(UNITS);
    Rng rng = run.rng("weights");
    Tensor x = Tensor.normal(run.rng("inputs"), EXAMPLES, units);
    List<Tensor> squares = new ArrayList<>();
    for (int layer = 0; layer < run.get(LAYERS); layer++) {
      Tensor a = x.matmul(init.draw(Shape.of(units, units), rng.split(layer))); // [n, units]
      squares.add(a.square().mean());
      x = f.apply(a);
    }
    return Tensor.stack(0, squares).toDoubleArray();
  }

  @Override
  public void run(Run run) {
    int last = run.get(LAYERS) - 1;
    initializers()
        .forEach((name, init) -> {
          if (!name.startsWith("N")) {
            run.score(
                FACTOR.of(name),
                () -> {
                  double[] v = variances(run, Activation.RELU, init);
                  return Math.pow(v[last] / v[0], 1.0 / last);
                });
          }
        });
    run.show(
        "variances",
        () ->
            Figure.panels(
                "Variance before the activation, by layer",
                List.of(
                    chart(run, "Rectifiers", Activation.RELU),
                    chart(run, "tanh", Activation.TANH),
                    chart(run, "sigmoid", Activation.SIGMOID)),
                2));
  }

  private static Lines chart(Run run, String title, Activation f) {
    Lines chart = Figure.lines(title).axes("layer", "variance").logY().yRange(1e-8, 10);
    double[] layers = IntStream.rangeClosed(1, run.get(LAYERS)).asDoubleStream().toArray();
    for (Map.Entry<String, Initializer> init : initializers().entrySet()) {
      chart = chart.series(init.getKey(), layers, variances(run, f, init.getValue()));
    }
    return chart;
  }
}
