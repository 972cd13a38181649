package shinso.train.loop;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.nn.penalty.Regularizer;
import shinso.train.data.Dataset;

/**
 * Learning to classify from few examples with labels and many without: softmax cross-entropy of
 * labelled examples, drawn with replacement in each step, plus a term of these and of the batch,
 * whose labels are not looked at in training.
 *
 * @param network its output is the logits
 * @param term of all examples, such as virtual adversarial training
 * @param examples those with labels, {@code [n, *]}
 * @param labels their I32 classes, {@code [n]}
 * @param draws how many of them there are in a step
 * @param rule moves the parameters
 */
public record SemiSupervisedLearner(
    Layer network, Regularizer term, Tensor examples, Tensor labels, int draws, Optimizer rule)
    implements Learner {
  /**
   * Checks the numbers of examples.
   *
   * @throws IllegalArgumentException if there is no example or label, or there are not as many
   */
  public SemiSupervisedLearner {
    int n = examples.shape().dim(0);
    if (n < 1 || draws < 1 || labels.shape().size() != n) {
      throw new IllegalArgumentException(
          ("semi-supervised: as many labels as examples with labels, at least 1, and at least 1 in a"
                  + " step; not %s, %s and %d")
              .formatted(labels.shape(), examples.shape(), draws));
    }
  }

  /** Returns a learner whose labelled examples are those of a data set, all held in memory. */
  public static SemiSupervisedLearner of(
      Layer network, Regularizer term, Dataset labelled, int draws, Optimizer rule) {
    List<Tensor> all = labelled.batch(labelled.all());
    return new SemiSupervisedLearner(network, term, all.getFirst(), all.getLast(), draws, rule);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(network);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(network));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    int n = examples.shape().dim(0);
    Tensor drawn = Tensor.uniform(rng.split("labels"), draws).mul(n).floor().cast(DType.I32);
    Tensor chosen = drawn.minimum(Tensor.constant(n - 1, DType.I32)); // a product may round up to n
    Pass pass = Pass.training(rng.split("pass"));

    // One batch of all, for the loss as for the term: normalised apart, the few would be told from
    // the many by statistics of their own.
    Tensor all = Tensor.concat(0, List.of(examples.gather(0, chosen), batch.getFirst()));
    Tensor output = network.forward(all, pass);
    Tensor loss = Losses.softmaxCrossEntropy(output.slice(0, 0, draws), labels.gather(0, chosen));
    Tensor penalty = term.of(network, List.of(all), output, pass.keepingStatistics());

    List<Param> params = List.copyOf(Parameters.trainable(network).values());
    List<Tensor> g = Autodiff.gradients(loss.add(penalty), params);
    return Step.of(rule.update(params, g))
        .and(pass.updates())
        .metric("loss", loss)
        .metric("penalty", penalty);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor logits = network.forward(batch.getFirst(), Pass.inference());
    Tensor target = batch.getLast();
    return Step.of(List.of())
        .metric("loss", Losses.softmaxCrossEntropy(logits, target))
        .metric("accuracy", Metrics.accuracy(logits, target));
  }
}
