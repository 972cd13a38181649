package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.estimator.Baseline;
import shinso.nn.estimator.Draw;
import shinso.nn.estimator.Estimator;
import shinso.nn.estimator.MuProp;
import shinso.nn.estimator.OptimalBaseline;
import shinso.nn.estimator.RunningMean;
import shinso.nn.estimator.ScoreFunction;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Descent of E_h [−log p(y | h)], the cost of a stochastic network, along an estimate of its
 * gradient from one draw of the hidden units. Batches are pictures, of which the upper half is x
 * and the lower one y; measured is the {@code loss}, −log of the mean of p(y | h) over ten draws.
 */
final class EstimatedLearning implements Learner {
  private static final int DRAWS = 10;

  private final StochasticNetwork network;
  private final Way way;
  private final Optimizer rule;
  private final Param steps = Param.of(Tensor.scalar(0));

  /** How the gradient gets through the layers that draw. */
  sealed interface Way {
    /** It passes the draws; the estimator may depend on the number of steps, {@code []}. */
    record Passing(Function<Tensor, Estimator> at) implements Way {}

    /** The cost, less a baseline, is credited to all layers. */
    record Credited(Baseline baseline) implements Way {}

    /** The cost, less the best constant for each logit, is credited to it. */
    record BestCredited() implements Way {}

    /** MuProp, with a running mean of what noise costs. */
    record Expanded(RunningMean price) implements Way {}
  }

  /** Of the costs {@code [b]} a surrogate, {@code []}, and what else changes in the step. */
  private record Surrogate(Tensor cost, Tensor loss, List<Update> updates) {}

  EstimatedLearning(StochasticNetwork network, Way way, Optimizer rule) {
    this.network = network;
    this.way = way;
    this.rule = rule;
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(network);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(learned()));
    Parameters.all(baseline()).forEach((name, p) -> state.put("baseline." + name, p));
    state.put("steps", steps);
    return state;
  }

  private Map<String, Param> learned() {
    Map<String, Param> all = new LinkedHashMap<>(Parameters.trainable(network));
    Parameters.trainable(baseline()).forEach((name, p) -> all.put("baseline." + name, p));
    return all;
  }

  /** The records that the way has parameters in. */
  private List<Baseline> baseline() {
    return switch (way) {
      case Way.Credited c when c.baseline() instanceof Record -> List.of(c.baseline());
      case Way.Expanded e -> List.of(e.price());
      default -> List.of();
    };
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor x = upper(batch.getFirst());
    Tensor y = lower(batch.getFirst());
    Surrogate surrogate =
        switch (way) {
          case Way.Passing p -> passing(p.at().apply(steps.value()), x, y, rng);
          case Way.Credited c -> credited(c.baseline(), x, y, rng);
          case Way.BestCredited _ -> bestCredited(x, y, rng);
          case Way.Expanded e -> expanded(e.price(), x, y, rng);
        };
    List<Param> theta = List.copyOf(learned().values());
    return Step.of(rule.update(theta, Autodiff.gradients(surrogate.loss, theta)))
        .and(surrogate.updates)
        .and(List.of(new Update(steps, steps.value().add(1))))
        .metric("one-draw loss", surrogate.cost.mean());
  }

  private Surrogate passing(Estimator estimator, Tensor x, Tensor y, Rng rng) {
    Tensor h = x;
    for (int l = 0; l < network.drawn(); l++) {
      h = estimator.draw(network.above(l, h), rng.split(l)).value();
    }
    Tensor cost = network.cost(h, y); // [b]
    return new Surrogate(cost, cost.mean(), List.of());
  }

  /** A layer, what it was drawn from, and what was drawn. */
  private record Node(Bernoulli p, Draw draw) {}

  private List<Node> nodes(Tensor x, Rng rng) {
    List<Node> nodes = new ArrayList<>();
    Tensor h = x;
    for (int l = 0; l < network.drawn(); l++) {
      Bernoulli p = network.above(l, h);
      Draw draw = new ScoreFunction().draw(p.independent(1), rng.split(l));
      nodes.add(new Node(p, draw));
      h = draw.value();
    }
    return nodes;
  }

  private Surrogate credited(Baseline baseline, Tensor x, Tensor y, Rng rng) {
    List<Node> nodes = nodes(x, rng);
    Tensor cost = network.cost(nodes.getLast().draw.value(), y); // [b]
    Baseline.Centred centred = baseline.of(cost, x);
    Tensor loss = cost.mean().add(centred.loss());
    for (Node node : nodes) {
      loss = loss.add(node.draw.credit(centred.signal()).mean());
    }
    return new Surrogate(cost, loss, centred.updates());
  }

  private Surrogate bestCredited(Tensor x, Tensor y, Rng rng) {
    List<Node> nodes = nodes(x, rng);
    Tensor cost = network.cost(nodes.getLast().draw.value(), y); // [b]
    Tensor loss = cost.mean();
    for (Node node : nodes) {
      loss = loss.add(OptimalBaseline.credit(node.draw, cost, node.p.logits()).mean());
    }
    return new Surrogate(cost, loss, List.of());
  }

  private Surrogate expanded(RunningMean price, Tensor x, Tensor y, Rng rng) {
    List<MuProp.Node> all = new ArrayList<>();
    Tensor mean = x;
    List<Node> nodes = nodes(x, rng);
    for (int l = 0; l < nodes.size(); l++) {
      Node node = nodes.get(l);
      mean = network.above(l, mean).mean();
      all.add(new MuProp.Node(node.draw, node.p.mean(), mean));
    }
    Tensor cost = network.cost(nodes.getLast().draw.value(), y); // [b]
    Tensor atMean = network.cost(mean, y);
    Tensor credit = MuProp.credit(cost, atMean.add(price.mean().value()), all);
    List<Update> updates = price.of(cost.sub(atMean), x).updates();
    return new Surrogate(cost, cost.add(credit).mean(), updates);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst();
    Tensor log = network.logProbability(upper(v), lower(v), DRAWS, rng);
    return Step.of(List.of()).metric("loss", log.mean().neg());
  }

  /** Returns the upper halves of pictures: {@code [b, h, w, 1] -> [b, h w / 2]}. */
  static Tensor upper(Tensor pictures) {
    return pictures.slice(1, 0, pictures.shape().dim(1) / 2).flatten(1);
  }

  /** Returns the lower halves of pictures: {@code [b, h, w, 1] -> [b, h w / 2]}. */
  static Tensor lower(Tensor pictures) {
    int height = pictures.shape().dim(1);
    return pictures.slice(1, height / 2, height).flatten(1);
  }
}
