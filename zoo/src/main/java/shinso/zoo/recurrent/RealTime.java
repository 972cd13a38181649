package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import shinso.core.backend.StepProfile;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Activation;
import shinso.nn.layer.FeedbackRnn;
import shinso.nn.optim.Sgd;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.Learner;
import shinso.train.loop.Rtrl;
import shinso.train.loop.TruncatedBptt;
import shinso.zoo.harness.*;

/**
 * Two ways to one gradient of a network with feedback from hidden units and outputs: back through
 * time, which keeps all of the sequence, and forward with it in real time, which keeps the
 * derivatives by all weights.
 *
 * <pre>
 * ./shinso run rtrl
 * </pre>
 */
public final class RealTime implements Demo {
  private static final Quantity DIFFERENCE =
      Quantity.smaller("largest difference of the gradients", "");
  private static final Quantity KEPT = Quantity.smaller("numbers kept, longest ÷ one step", "");
  private static final Quantity OPERATIONS =
      Quantity.smaller("operations, twice the width ÷ the width", "");
  private static final int INPUTS = 2;
  private static final int[] LENGTHS = {1, 4, 16, 64};
  private static final int[] WIDTHS = {4, 8, 16, 32};
  private static final int LENGTH = 8;
  private static final int WIDTH = 16;

  @Override
  public Card card() {
    return Card.of("rtrl", "real-time recurrent learning beside back-propagation through time")
        .rows("F1", "F2", "F3")
        .source("Williams and Zipser 1989; Williams and Peng 1990")
        .reported("n units, T steps: n⁴ and n² operations a step, n³ and n T numbers kept");
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(DIFFERENCE, 1e-5, 1e-5, 1e-5).published("0 with fixed weights"),
        Claim.near(KEPT.of(Way.RTRL.name), 1, 0, 0, 0),
        Claim.near(KEPT.of(Way.BPTT.name), 64, 0, 0, 0),
        Claim.atLeast(OPERATIONS.of(Way.RTRL.name), 10, 10, 10).published("16 for many units"),
        Claim.atMost(OPERATIONS.of(Way.BPTT.name), 4, 4, 4).published("4 for many units"));
  }

  private enum Way {
    BPTT("through time"),
    RTRL("in real time");

    private final String name;

    Way(String name) {
      this.name = name;
    }

    Learner learner(Run run, int width) {
      FeedbackRnn net =
          FeedbackRnn.of(
              INPUTS, width, 1, Activation.TANH, Initializer.glorotUniform(), run.rng("model"));
      return this == BPTT
          ? TruncatedBptt.of(net, Way::each, Sgd.of(1), 1)
          : Rtrl.of(net, Way::each, Sgd.of(1), 1);
    }

    /** Numbers that are there between two steps, or all the time until the way back. */
    double kept(Run run, int width, int time) {
      int carried =
          learner(run, width).state().entrySet().stream()
              .filter(e -> e.getKey().startsWith("carried"))
              .mapToInt(e -> e.getValue().shape().size())
              .sum();
      return this == BPTT ? (double) time * carried : carried;
    }

    StepProfile profile(Run run, int width, int time) {
      Program step = Program.of(learner(run, width)::train);
      Tensor[] batch = sequence(run, time);
      // Often enough for kernels to be compiled when the median is taken.
      return StepProfile.of(() -> IntStream.range(0, 60).forEach(i -> step.run(Rng.of(i), batch)));
    }

    double operations(Run run, int width) {
      return profile(run, width, LENGTH).rows().stream().mapToDouble(StepProfile.Row::flops).sum();
    }

    /** One sequence: input, length, that it starts, target. */
    static Tensor[] sequence(Run run, int time) {
      Rng rng = run.rng("sequence");
      return new Tensor[] {
        Tensor.normal(rng.split("x"), 1, time, INPUTS),
        Tensor.of(new int[] {time}),
        Tensor.of(new int[] {1}),
        Tensor.uniform(rng.split("target"), 1, time, 1)
      };
    }

    static Tensor each(Tensor y, Tensor target) {
      return y.sub(target).square().sum(-1);
    }
  }

  /** The largest difference of what one step of gradient descent makes of the weights. */
  private static double difference(Run run) {
    List<List<Param>> weights = new ArrayList<>();
    for (Way way : Way.values()) {
      Learner learner = way.learner(run, WIDTH);
      Program.of(learner::train).run(Rng.of(0), Way.sequence(run, LENGTH));
      weights.add(List.copyOf(learner.model().values()));
    }
    double largest = 0;
    for (int i = 0; i < weights.get(0).size(); i++) {
      Tensor d = weights.get(0).get(i).value().sub(weights.get(1).get(i).value());
      largest = Math.max(largest, d.abs().max().item());
    }
    return largest;
  }

  @Override
  public void run(Run run) {
    run.score(DIFFERENCE, () -> difference(run));
    int longest = LENGTHS[LENGTHS.length - 1];
    int widest = WIDTHS[WIDTHS.length - 1];
    for (Way way : Way.values()) {
      run.score(KEPT.of(way.name), () -> way.kept(run, WIDTH, longest) / way.kept(run, WIDTH, 1));
      run.score(
          OPERATIONS.of(way.name),
          () -> way.operations(run, widest) / way.operations(run, widest / 2));
    }
    run.show("costs", () -> costs(run));
  }

  private static Figure costs(Run run) {
    String kept = "Numbers kept";
    String millis = "Milliseconds";
    return Figure.panels(
        "One gradient: %d hidden units, or %d steps".formatted(WIDTH, LENGTH),
        List.of(
            byLength(kept, (way, t) -> way.kept(run, WIDTH, t)),
            byWidth(kept, (way, n) -> way.kept(run, n, LENGTH)),
            byLength(millis, (way, t) -> way.profile(run, WIDTH, t).millis()),
            byWidth(millis, (way, n) -> way.profile(run, n, LENGTH).millis())),
        2);
  }

  private static Lines byLength(String what, ToDoubleBiFunction<Way, Integer> cost) {
    return chart(what, "steps of the sequence", LENGTHS, cost);
  }

  private static Lines byWidth(String what, ToDoubleBiFunction<Way, Integer> cost) {
    return chart(what, "hidden units", WIDTHS, cost);
  }

  private static Lines chart(
      String what, String by, int[] sizes, ToDoubleBiFunction<Way, Integer> cost) {
    double[] x = IntStream.of(sizes).asDoubleStream().toArray();
    Lines chart =
        Figure.lines(what + " by " + by).axes(by, what.toLowerCase(Locale.ROOT)).logX().logY();
    for (Way way : Way.values()) {
      double[] y = IntStream.of(sizes).mapToDouble(n -> cost.applyAsDouble(way, n)).toArray();
      chart = chart.series(way.name, x, y);
    }
    return chart;
  }
}
