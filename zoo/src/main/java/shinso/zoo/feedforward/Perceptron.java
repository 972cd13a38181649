package shinso.zoo.feedforward;

import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.train.loop.Learner;

/**
 * The perceptron: a neuron with a step that learns its weights from its mistakes (Rosenblatt, "The
 * perceptron", 1958; Novikoff, "On convergence proofs for perceptrons", 1962).
 *
 * <pre>
 * y = 1 if wᵀ x + b &gt; 0, else 0
 * w ← w + s x,  b ← b + s   where s (wᵀ x + b) ≤ 0, with s = 1 for class 1 and −1 for class 0
 * </pre>
 *
 * <p>If a plane through the origin of (x, 1) has all examples at a distance of at least γ on their
 * right sides, and none is longer than R, it makes at most (R/γ)² mistakes, in whatever order it
 * sees them. If there is no such plane, as for XOR, it never ends.
 *
 * @param weight w, {@code [d]}
 * @param bias b, {@code []}
 */
public record Perceptron(Param weight, Param bias) implements Classifier {
  /** Returns a perceptron of d inputs with zeros. */
  public static Perceptron of(int d) {
    return new Perceptron(Param.of(Tensor.zeros(d)), Param.of(Tensor.zeros()));
  }

  /** Returns wᵀ x + b: {@code [n, d] -> [n]}. */
  public Tensor activation(Tensor x) {
    return x.mul(weight.value()).sum(1).add(bias.value());
  }

  /** Returns 0 and the activation; no probabilities: {@code [n, d] -> [n, 2]}. */
  @Override
  public Tensor logits(Tensor x) {
    Tensor u = activation(x);
    return Tensor.stack(1, List.of(u.zerosLike(), u));
  }

  /** Returns which examples are on the wrong side or on the plane, as 1 and 0: {@code [n]}. */
  public Tensor mistakes(Tensor x, Tensor labels) {
    return activation(x).mul(sides(labels)).lessEqual(0);
  }

  /** s, −1 and 1. */
  private static Tensor sides(Tensor labels) {
    return labels.cast(DType.F32).mul(2).sub(1);
  }

  /**
   * Rosenblatt's rule; the metric {@code mistakes} is their share. Batches of one example are what
   * he describes; in a larger one the corrections by all of its mistakes add up.
   *
   * @param perceptron learns
   */
  public record Rule(Perceptron perceptron) implements Learner {
    @Override
    public Map<String, Param> model() {
      return Parameters.all(perceptron);
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor x = batch.getFirst();
      Tensor mistaken = perceptron.mistakes(x, batch.getLast()); // [n]
      Tensor s = sides(batch.getLast()).mul(mistaken); // [n]
      Update w =
          new Update(
              perceptron.weight, perceptron.weight.value().add(x.mul(s.unsqueeze(1)).sum(0)));
      Update b = new Update(perceptron.bias, perceptron.bias.value().add(s.sum()));
      return Step.of(List.of(w, b)).metric("mistakes", mistaken.mean());
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor mistaken = perceptron.mistakes(batch.getFirst(), batch.getLast());
      return Step.of(List.of()).metric("mistakes", mistaken.mean());
    }
  }
}
