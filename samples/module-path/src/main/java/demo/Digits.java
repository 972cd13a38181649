package demo;

import module shinso.train;

/** Trains a small network on drawn digits, and prints how good it is and what computed it. */
final class Digits {
  private Digits() {}

  /** Trains and prints. */
  public static void main(String[] args) {
    Split digits = Catalog.load("glyphs").limit(3000, 0, 500).withValidation(500, 1);
    Network net =
        Network.of(28, 28, 1).conv(16, 3).relu().maxPool(2).flatten().dense(10).build(Rng.of(1));
    var learner =
        SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Adam.of(1e-3))
            .metric("accuracy", Metrics::accuracy);
    Outcome outcome =
        Trainer.of(learner, Batches.shuffled(digits.train(), 64, 1))
            .epochs(2)
            .evaluateAtEnd("test", Batches.inOrder(digits.test(), 500))
            .run();
    System.out.println(outcome.metrics());
    System.out.println(Backends.preferred().describe());
  }
}
