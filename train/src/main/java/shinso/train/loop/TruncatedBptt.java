package shinso.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Streams.Chunk;
import shinso.train.loop.SupervisedLearner.Measure;

/**
 * Truncated back-propagation through time: long sequences are read a {@linkplain
 * shinso.train.data.Chunks chunk} at a time. The state is carried from chunk to chunk, the gradient
 * stays in one. With chunks as long as the sequences this is full back-propagation through time.
 *
 * <p>Source: Williams and Peng, "An efficient gradient-based algorithm for on-line training of
 * recurrent network trajectories" (1990), where it is BPTT(h; h'), with h = h' the chunk's length.
 */
public final class TruncatedBptt implements Learner {
  private static final String LOSS = "loss";

  private final Recurrent network;
  private final Measure each;
  private final Optimizer optimizer;
  private final Map<String, Measure> metrics;
  private final UnaryOperator<List<Tensor>> gradients;
  private final Streams carried;

  private TruncatedBptt(
      Recurrent network,
      Measure each,
      Optimizer optimizer,
      Map<String, Measure> metrics,
      UnaryOperator<List<Tensor>> gradients,
      Streams carried) {
    this.network = network;
    this.each = each;
    this.optimizer = optimizer;
    this.metrics = metrics;
    this.gradients = gradients;
    this.carried = carried;
  }

  /**
   * Returns a learner with a state of zeros.
   *
   * @param each the loss of each step, {@code [streams, steps]}, such as {@code
   *     Losses::softmaxCrossEntropyEach}; its mean over the steps that there are is made small
   * @param streams how many sequences are read side by side
   * @throws IllegalArgumentException if the network has a part that reads sequences from both ends
   */
  public static TruncatedBptt of(
      Recurrent network, Measure each, Optimizer optimizer, int streams) {
    Streams carried =
        Streams.of(
            "carried", streams, network.stateShapes(), Parameters.trainable(network).values());
    return new TruncatedBptt(network, each, optimizer, Map.of(), UnaryOperator.identity(), carried);
  }

  /**
   * Returns this with a further number to measure.
   *
   * @param each of each step, {@code [streams, steps]}
   */
  public TruncatedBptt metric(String name, Measure each) {
    Map<String, Measure> all = new LinkedHashMap<>(metrics);
    if (name.equals(LOSS) || all.put(name, each) != null) {
      throw new IllegalArgumentException("the name '" + name + "' is taken; choose another");
    }
    return new TruncatedBptt(network, this.each, optimizer, all, gradients, carried);
  }

  /** Returns this with gradients scaled down so that their norm together is at most a limit. */
  public TruncatedBptt clipNorm(double limit) {
    return new TruncatedBptt(
        network,
        each,
        optimizer,
        metrics,
        g -> Gradients.clipByNorm(gradients.apply(g), limit),
        carried);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(network);
  }

  /** Returns the optimiser's state and what is carried from chunk to chunk. */
  @Override
  public Map<String, Param> state() {
    Map<String, Param> all = new LinkedHashMap<>(optimizer.state(Parameters.trainable(network)));
    all.putAll(carried.state());
    return all;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Chunk chunk = Chunk.of(batch);
    Pass pass = Pass.training(rng).withLengths(chunk.lengths());
    Recurrent.Output y = network.run(chunk.x(), carried.at(chunk), pass);
    Tensor loss = chunk.mean(each, y.output());
    List<Tensor> terms = new ArrayList<>(pass.penalties());
    Tensor objective = terms.stream().reduce(loss, Tensor::add);
    List<Param> params = List.copyOf(Parameters.trainable(network).values());
    List<Tensor> g = gradients.apply(Autodiff.gradients(objective, params));
    Step step = Step.of(optimizer.update(params, g)).and(pass.updates()).and(carried.to(y.state()));
    return measured(step, chunk, loss, y.output());
  }

  /** Returns metrics of each chunk read from a state of zeros; give whole sequences as chunks. */
  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Chunk chunk = Chunk.of(batch);
    Pass pass = Pass.inference().withLengths(chunk.lengths());
    Tensor y = network.forward(chunk.x(), pass);
    return measured(Step.of(List.of()), chunk, chunk.mean(each, y), y);
  }

  private Step measured(Step step, Chunk chunk, Tensor loss, Tensor output) {
    Step all = step.metric(LOSS, loss, chunk.count());
    for (Map.Entry<String, Measure> m : metrics.entrySet()) {
      all = all.metric(m.getKey(), chunk.mean(m.getValue(), output), chunk.count());
    }
    return all;
  }
}
