package shinso.zoo.autoregressive;

import static shinso.zoo.harness.Training.RATE;

import java.util.function.Function;
import shinso.nn.model.DensityModel;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.Run;

/** Learning of digits by exact likelihood, and its measurement. */
final class DigitLikelihood {
  private DigitLikelihood() {}

  /** Learns with a rate that falls to nothing along a cosine, and scores the test digits. */
  static void learn(Run run, DensityModel model, Function<Schedule, Optimizer> rule) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train("train", LossLearner.likelihood(model, rule.apply(rate)), batches)
        .evaluate("test", digits.test().every(10))
        .rate(rate)
        .go();
    run.score(
        Quantity.TEST_LOG_LIKELIHOOD.under(Protocol.on(run.source().name())),
        () -> PerExample.mean(digits.test(), run.rng("test"), (x, rng) -> model.logProbability(x)));
  }
}
