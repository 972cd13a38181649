package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.train.data.text.TextWindows;
import shinso.train.loop.Learner;

/**
 * Truncated back-propagation through time of a language model: the state passes from a window of a
 * text to the next, the gradient does not.
 *
 * <pre>
 * h₀ of a window = h of the last step of the window before, as a constant
 * loss = −1/n Σ_t log p(x_{t+1} | x_t, h_t)
 * </pre>
 *
 * <p>Sources: Williams and Peng, "An efficient gradient-based algorithm for on-line training of
 * recurrent network trajectories" (1990); Mikolov et al. 2010. Unlike {@link
 * shinso.train.loop.TruncatedBptt} it evaluates a text window by window, too, since a whole one is
 * too long for a chunk. Batches are those of {@link TextWindows} in their order. The loss is in
 * nats a token, and with it evaluations have {@code bits} a token, loss / ln 2, and {@code
 * perplexity}, e^loss.
 */
public final class LanguageModelLearner implements Learner {
  private final LanguageModel model;
  private final Optimizer rule;
  private final double clip;
  private final int streams;

  /** What passes from a window to the next in training. */
  private final List<Param> memory;

  /** The same in evaluations, by the number of streams. */
  private final Map<Integer, List<Param>> evaluated = new LinkedHashMap<>();

  /**
   * Makes a learner.
   *
   * @param rule moves the parameters
   * @param clip the longest that the gradient of all parameters may be
   * @param streams how many windows stand in a batch of training
   */
  public LanguageModelLearner(LanguageModel model, Optimizer rule, double clip, int streams) {
    this.model = model;
    this.rule = rule;
    this.clip = clip;
    this.streams = streams;
    this.memory = zeros(streams);
  }

  private List<Param> zeros(int rows) {
    return model.network().stateShapes().stream()
        .map(shape -> Shape.of(rows).concat(shape))
        .map(shape -> Param.of(Tensor.owning(new float[shape.size()], shape)))
        .toList();
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(model);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> all = new LinkedHashMap<>(rule.state(Parameters.trainable(model)));
    IntStream.range(0, memory.size()).forEach(i -> all.put("memory." + i, memory.get(i)));
    return all;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    // Some examples of a batch, as a check of derivatives takes them, begin with zeros.
    List<Param> carried = batch.getFirst().shape().dim(0) == streams ? memory : List.of();
    Recurrent.Output out = run(batch, carried, Pass.training(rng));
    Tensor loss = Losses.softmaxCrossEntropy(out.output(), batch.getLast());
    List<Param> theta = List.copyOf(Parameters.trainable(model).values());
    List<Tensor> g = Gradients.clipByNorm(Autodiff.gradients(loss, theta), clip);
    return Step.of(rule.update(theta, g)).and(carry(out, carried)).metric("loss", loss);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    List<Param> carried = evaluated.computeIfAbsent(batch.getFirst().shape().dim(0), this::zeros);
    Recurrent.Output out = run(batch, carried, Pass.inference());
    return Step.of(carry(out, carried))
        .metric("loss", Losses.softmaxCrossEntropy(out.output(), batch.getLast()));
  }

  @Override
  public Map<String, Double> overall(Map<String, Tensor> means) {
    Tensor loss = means.get("loss");
    if (loss == null) {
      return Map.of();
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("bits", loss.item() / Math.log(2));
    numbers.put("perplexity", Math.exp(loss.item()));
    return numbers;
  }

  /** Runs over windows, each from where the one before it ended. */
  private Recurrent.Output run(List<Tensor> batch, List<Param> carried, Pass pass) {
    Tensor goesOn = batch.get(1).unsqueeze(1); // [b, 1]
    List<Tensor> state = carried.stream().map(h -> h.value().mul(goesOn)).toList();
    return model.run(batch.getFirst(), start(state), pass); // [b, time, tokens]
  }

  private static @Nullable List<Tensor> start(List<Tensor> state) {
    return state.isEmpty() ? null : state;
  }

  private static List<Update> carry(Recurrent.Output out, List<Param> carried) {
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < carried.size(); i++) {
      updates.add(new Update(carried.get(i), out.state().get(i)));
    }
    return updates;
  }
}
