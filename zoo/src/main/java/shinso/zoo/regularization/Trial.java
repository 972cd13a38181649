package shinso.zoo.regularization;

import shinso.nn.adversarial.Attack;
import shinso.nn.layer.Layer;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.optim.Optimizer;
import shinso.train.judge.Quantity;
import shinso.train.judge.Robustness;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.Run;

/** What comparisons of classifiers share. */
final class Trial {
  /** The share of test examples that are taken for something else. */
  static final Quantity TEST_ERROR = Quantity.share("test error", Quantity.Better.SMALLER);

  private Trial() {}

  /** Returns a learner by softmax cross-entropy. */
  static SupervisedLearner learner(Layer network, Optimizer rule) {
    return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, rule)
        .metric("accuracy", Metrics::accuracy);
  }

  /** Returns the error on the test set. */
  static double error(Run run, Classifier classifier) {
    return error(run, classifier, Attack.NONE);
  }

  /** Returns the error on the test set after an attack. */
  static double error(Run run, Classifier classifier, Attack attack) {
    return Robustness.error(classifier, attack, run.data().test(), run.rng("attack")).value();
  }
}
