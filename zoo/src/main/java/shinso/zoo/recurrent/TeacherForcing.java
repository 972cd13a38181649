package shinso.zoo.recurrent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.loop.Learner;

/**
 * Ascent of the mean log-likelihood of the tokens of targets, each given the right ones before it,
 * or, with scheduled sampling, given the right one with probability ε and else one that the network
 * has drawn itself; no gradient flows through a draw.
 *
 * <p>Batches are those of {@link shinso.train.data.text.TokenPairs}. Measured are the {@code loss},
 * a mean over tokens in nats, the share of tokens that are the network's first choice ({@code
 * tokens}), and the share of targets all of whose tokens are ({@code exact}): greedy decoding gives
 * just those.
 *
 * <p>Source: Bengio, Vinyals, Jaitly and Shazeer, "Scheduled sampling for sequence prediction with
 * recurrent neural networks" (2015).
 */
final class TeacherForcing implements Learner {
  private final EncoderDecoder network;
  private final Optimizer rule;
  private final double limit;
  private final @Nullable Schedule chance;
  private final Param steps = Param.of(Tensor.scalar(0));

  private TeacherForcing(
      EncoderDecoder network, Optimizer rule, double limit, @Nullable Schedule chance) {
    this.network = network;
    this.rule = rule;
    this.limit = limit;
    this.chance = chance;
  }

  /** Returns a learner that sees the right tokens. */
  static TeacherForcing of(EncoderDecoder network, Optimizer rule) {
    return new TeacherForcing(network, rule, Double.POSITIVE_INFINITY, null);
  }

  /** Returns this with gradients whose norm together is at most a limit. */
  TeacherForcing clipNorm(double limit) {
    return new TeacherForcing(network, rule, limit, chance);
  }

  /** Returns this with scheduled sampling; ε by the number of steps done before. */
  TeacherForcing sampling(Schedule chance) {
    return new TeacherForcing(network, rule, limit, chance);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(network);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(Parameters.trainable(network)));
    if (chance != null) {
      state.put("sampling.steps", steps);
    }
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Pass pass = Pass.training(rng.split("pass"));
    EncoderDecoder.Teacher teacher =
        chance == null
            ? null
            : new EncoderDecoder.Teacher(chance.rate(steps.value()), rng.split("teacher"));
    Tensor logits = network.logits(batch, teacher, pass); // [b, t, tokens]
    Tensor loss = loss(logits, batch);
    List<Param> params = List.copyOf(Parameters.trainable(network).values());
    List<Tensor> g = Autodiff.gradients(loss, params);
    List<Tensor> clipped = limit < Double.POSITIVE_INFINITY ? Gradients.clipByNorm(g, limit) : g;
    Step step = Step.of(rule.update(params, clipped));
    if (chance != null) {
      step = step.and(List.of(new Update(steps, steps.value().add(1))));
    }
    return measured(step, loss, logits, batch);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor logits = network.logits(batch, null, Pass.inference());
    return measured(Step.of(List.of()), loss(logits, batch), logits, batch);
  }

  private static Tensor loss(Tensor logits, List<Tensor> batch) {
    Tensor each = Losses.softmaxCrossEntropyEach(logits, batch.getLast()); // [b, t]
    return Losses.mean(each, EncoderDecoder.mask(batch));
  }

  private static Step measured(Step step, Tensor loss, Tensor logits, List<Tensor> batch) {
    Tensor mask = EncoderDecoder.mask(batch); // [b, t]
    Tensor count = mask.sum();
    Tensor wrong = logits.argmax(-1).notEqual(batch.getLast()).cast(DType.F32).mul(mask);
    Tensor exact = wrong.sum(1).equal(0).mean();
    return step.metric("loss", loss, count)
        .metric("tokens", wrong.sum().div(count).rsub(1), count)
        .metric("exact", exact);
  }
}
