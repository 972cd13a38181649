package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Last;
import shinso.nn.layer.Sequential;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Sequences;
import shinso.train.judge.Quantity;
import shinso.train.loop.Evaluation;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Two numbers far from the end of a sequence are to be added when it ends: gated units learn it, a
 * plain recurrent layer forgets. The gates that hold the state are open at first, as the cells of
 * 1997, which had no forget gates, always were.
 *
 * <pre>
 * ./shinso run adding-problem
 * </pre>
 */
public final class AddingProblem implements Demo {
  private static final Setting<Integer> LENGTH =
      Setting.integer("length", "steps of the shortest sequences", 4, 10_000);
  private static final Quantity ERROR = Quantity.smaller("mean squared error", "");
  private static final Quantity RIGHT =
      Quantity.share("sums right within 0.04", Quantity.Better.LARGER);

  @Override
  public Card card() {
    return Card.of("adding-problem", "sum of two numbers that came long ago: RNN, LSTM and GRU")
        .rows("F4", "F5")
        .source("Hochreiter and Schmidhuber, \"Long short-term memory\", 1997, section 5.4")
        .reported("length 100: LSTM wrong in 1 of 2560 sequences; a constant has the error 0.039");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        LENGTH.row(10, 100, 100),
        TRAIN.row(5_000, 50_000, 200_000),
        TEST.row(500, 2_560, 2_560),
        HIDDEN.row(16, 32, 32),
        Adding.BIAS.row(1.0, 4.0, 4.0),
        EPOCHS.row(2, 3, 3),
        BATCH.row(32, 50, 50),
        RATE.row(0.02, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(RIGHT.of("lstm"), 0.3, 0.99, 0.999).published("99.96 %"),
        Claim.atLeast(RIGHT.of("gru"), 0.3, 0.99, 0.999),
        Claim.atMost(RIGHT.of("rnn"), 1, 0.5, 0.5));
  }

  private static Tensor right(Tensor y, Tensor sum) {
    return y.sub(sum).abs().less(0.04).mean();
  }

  @Override
  public void run(Run run) {
    Sequences train = Adding.sequences(run.get(TRAIN), run.get(LENGTH), run.rng("train"));
    Sequences test = Adding.sequences(run.get(TEST), run.get(LENGTH), run.rng("test"));
    Batches batches = run.batches(train);
    Comparison cells = run.compare("cells", "The adding problem", ERROR, RIGHT);
    int longest = run.get(LENGTH) * 11 / 10;
    Adding.networks(longest, run.get(HIDDEN), run.get(Adding.BIAS), run.rng("networks"))
        .forEach((name, network) -> {
          Schedule rate = Schedule.oneCycle(run.get(RATE), run.steps(batches));
          SupervisedLearner learner =
              SupervisedLearner.of(Sequential.of(network, new Last()), Losses::mse, Adam.of(rate))
                  .withLengths()
                  .clipNorm(1)
                  .metric("right", AddingProblem::right);
          run.train(name, learner, batches)
              .evaluate("test", test)
              .evaluateEvery(Math.max(1, run.steps(batches) / 20))
              .rate(rate)
              .go();
          cells.variant(
              name, () -> measured(learner, test, "loss"), () -> measured(learner, test, "right"));
        });
    cells.show();
    run.show(
        "learning", () -> run.curves("Sums that are right", "test.right", "rnn", "lstm", "gru"));
  }

  private static double measured(SupervisedLearner learner, Sequences test, String metric) {
    Map<String, Tensor> all = Evaluation.of(learner, Rng.of(0)).on(Batches.inOrder(test, 256));
    return Objects.requireNonNull(all.get(metric), metric).item();
  }
}
