package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.nn.layer.Network;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Gradient descent on all examples and on small batches, written on plain arrays and with the
 * framework: the same losses, in other times. For one pass over the examples the former makes one
 * step, the latter many.
 *
 * <pre>
 * ./shinso run plain-arrays --data mnist
 * </pre>
 */
public final class PlainArrays implements Demo {
  private static final Quantity DIFFERENCE =
      Quantity.smaller("largest difference of the loss in 10 steps", "nats");
  private static final Quantity DESCENT = Quantity.smaller("last loss, gradient descent", "nats");
  private static final Quantity STOCHASTIC =
      Quantity.smaller("last loss, stochastic gradient descent", "nats");
  private static final Quantity TIME = Quantity.of("time", "s");

  private static final int COMPARED = 10;

  @Override
  public Card card() {
    return Card.of("plain-arrays", "gradient descent without the framework, and with it")
        .rows("H24")
        .source(
            "Rumelhart, Hinton and Williams, \"Learning representations by"
                + " back-propagating errors\", 1986");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, 10_000, 60_000),
        HIDDEN.row(32, 100, 100),
        EPOCHS.row(12, 20, 20),
        BATCH.row(20, 20, 20),
        RATE.row(0.1, 0.1, 0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(DIFFERENCE, 1e-4, 1e-4, 1e-4),
        Claim.atMost(DESCENT, 2.2, 2.0, 2.0),
        Claim.atMost(STOCHASTIC, 1.0, 0.3, 0.3));
  }

  @Override
  public void run(Run run) {
    Dataset train = run.data().train();
    int passes = run.get(EPOCHS);
    Batches small = run.batches(train);
    Pair descent = new Pair(run, "descent", run.batches(train, train.size()), passes);
    Pair stochastic = new Pair(run, "stochastic", small, passes * small.perEpoch());
    run.score(DIFFERENCE, () -> Math.max(descent.distance(), stochastic.distance()));
    run.score(DESCENT, () -> descent.plain.last(1));
    run.score(STOCHASTIC, () -> stochastic.plain.last(small.perEpoch()));
    run.score(TIME.of("plain arrays, gradient descent"), () -> end(descent.plain));
    run.score(TIME.of("framework, gradient descent"), () -> end(descent.framework));
    run.score(TIME.of("plain arrays, stochastic"), () -> end(stochastic.plain));
    run.score(TIME.of("framework, stochastic"), () -> end(stochastic.framework));
    run.show(
        "losses",
        () ->
            Figure.panels(
                    "Loss of %d passes over %d examples".formatted(passes, train.size()),
                    List.of(
                        descent.overSteps("Gradient descent"),
                        descent.overTime("Gradient descent, by time"),
                        stochastic.overSteps("Stochastic gradient descent"),
                        stochastic.overTime("Stochastic gradient descent, by time")),
                    2)
                .caption("On the left the two curves lie on one another."));
  }

  private static double end(Course course) {
    return course.seconds()[course.seconds().length - 1];
  }

  /** The same descent on plain arrays and with the framework. */
  private static final class Pair {
    private final Course plain;
    private final Course framework;

    Pair(Run run, String name, Batches batches, int steps) {
      double rate = run.get(RATE);
      plain =
          run.once(
              name + "-plain",
              Course.class,
              () -> Course.plain(network(run), batches, steps, rate));
      framework =
          run.once(
              name + "-framework",
              Course.class,
              () -> Course.framework(network(run), batches, steps, rate));
    }

    private static Network network(Run run) {
      return Network.of(28, 28, 1)
          .flatten()
          .dense(run.get(HIDDEN))
          .relu()
          .dense(10)
          .build(run.rng("model"));
    }

    double distance() {
      return Course.distance(plain, framework, COMPARED);
    }

    Lines overSteps(String title) {
      double[] steps = IntStream.range(0, plain.loss().length).asDoubleStream().toArray();
      return chart(title, "step", steps, steps);
    }

    Lines overTime(String title) {
      return chart(title, "seconds", plain.seconds(), framework.seconds());
    }

    private Lines chart(String title, String axis, double[] plainX, double[] frameworkX) {
      return Figure.lines(title)
          .axes(axis, "loss, nats")
          .series("plain arrays", plainX, plain.loss())
          .series("framework", frameworkX, framework.loss())
          .smooth()
          .size(560, 380);
    }
  }
}
