package shinso.zoo.regularization;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.nn.optim.Minimizer;
import shinso.nn.penalty.Penalties;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;

/**
 * A linear support vector machine with squared hinge loss on standardised features, one class
 * against the rest:
 *
 * <pre>
 * Σₖ mean max(0, 1 − tₖ yₖ)² + λ/2 ‖w‖²,     tₖ = 1 for the class itself, −1 for the others
 * </pre>
 *
 * <p>Source: Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised feature
 * learning" (2011), section 3.2.2.
 *
 * @param features of examples, {@code [b, *] -> [b, f]}
 * @param centre their means, {@code [f]}
 * @param scale their deviations, {@code [f]}
 * @param svm {@code [f] -> [classes]}
 */
public record FeatureClassifier(Layer features, Param centre, Param scale, Dense svm)
    implements Classifier {
  /** Added to the variance of a feature, so that one that hardly varies isn't blown up. */
  private static final double LEAST_VARIANCE = 0.01;

  private static final int BATCH = 20;

  /** Returns a classifier that has seen nothing yet. */
  public static FeatureClassifier of(Layer features, int size, int classes) {
    return new FeatureClassifier(
        features,
        Param.of(Tensor.zeros(size)),
        Param.of(Tensor.ones(size)),
        Dense.of(size, classes, Initializer.zeros(), Rng.of(0)));
  }

  @Override
  public Tensor logits(Tensor x) {
    return svm.forward(standardised(features.forward(x, Pass.inference())), Pass.inference());
  }

  private Tensor standardised(Tensor f) {
    return f.sub(centre.value()).div(scale.value());
  }

  /**
   * Fits the machine to labelled examples, whose features are all kept in memory.
   *
   * @param lambda λ
   * @param iterations most iterations of L-BFGS
   */
  public Minimizer.Minimum fit(Dataset train, double lambda, int iterations) {
    Tensor f = features(train);
    centre.assign(f.mean(0));
    scale.assign(f.variance(0).add(LEAST_VARIANCE).sqrt());
    Tensor z = standardised(f).evaluate();
    int classes = svm.weight().shape().dim(1);
    Tensor t = Tensor.of(train.labels(), train.size()).oneHot(classes).mul(2).sub(1).evaluate();
    return Minimizer.lbfgs()
        .iterations(iterations)
        .minimize(
            Parameters.trainable(svm).values(),
            () -> {
              Tensor margin = svm.forward(z, Pass.inference()).mul(t).rsub(1).relu();
              Tensor loss = margin.square().sum(1).mean();
              return loss.add(Penalties.l2(lambda, List.of(svm.weight())));
            });
  }

  private Tensor features(Dataset data) {
    Program program =
        Program.compile((Tensor x) -> Step.outputs(features.forward(x, Pass.inference())));
    int size = centre.shape().dim(0);
    float[] all = new float[Math.multiplyExact(data.size(), size)];
    int filled = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, BATCH).epoch(0)) {
      while (epoch.hasNext()) {
        float[] part = program.run(epoch.next().getFirst()).output(0).toFloatArray();
        System.arraycopy(part, 0, all, filled, part.length);
        filled += part.length;
      }
    }
    return Tensor.of(all, data.size(), size);
  }

  /** Returns the share of examples that are classified rightly. */
  public double accuracy(Dataset data) {
    Program program =
        Program.of(
            (in, rng) -> Step.outputs(logits(in.getFirst()).argmax(1).equal(in.getLast()).sum()));
    double right = 0;
    try (Batches.Epoch epoch = Batches.inOrder(data, BATCH).epoch(0)) {
      while (epoch.hasNext()) {
        right += program.run(Rng.of(0), epoch.next().toArray(Tensor[]::new)).output(0).item();
      }
    }
    return right / data.size();
  }
}
