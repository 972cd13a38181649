package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;

/**
 * Boosting of classifiers with K classes: each member is trained on weights that have grown where
 * those before it erred, and votes with what its own error is worth.
 *
 * <pre>
 * wᵢ = 1/n
 * for m = 1 … M:
 *   fit T⁽ᵐ⁾ to the examples with weights w
 *   err = Σᵢ wᵢ [cᵢ ≠ T⁽ᵐ⁾(xᵢ)] / Σᵢ wᵢ
 *   α⁽ᵐ⁾ = log((1 − err) / err) + log(K − 1)
 *   wᵢ ← wᵢ exp(α⁽ᵐ⁾ [cᵢ ≠ T⁽ᵐ⁾(xᵢ)]), and made to sum to 1
 * C(x) = argmaxₖ Σₘ α⁽ᵐ⁾ [T⁽ᵐ⁾(x) = k]
 * </pre>
 *
 * <p>With two classes it is AdaBoost.
 *
 * <p>Source: Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost" (2009), algorithm 2.
 *
 * @param members T, which give logits {@code [b, K]}
 * @param votes α, {@code [M]}; 0 for members that are not trained yet
 */
public record Samme(List<Layer> members, Param votes) implements Classifier {
  /** An error of 0 would be worth an infinite vote. */
  private static final double LEAST_ERROR = 1e-10;

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if there isn't one vote for each member
   */
  public Samme {
    members = List.copyOf(members);
    Check.sameShape("samme, the votes", Shape.of(members.size()), votes.shape());
  }

  /** Returns so many untrained members without a vote. */
  public static Samme of(int count, IntFunction<Layer> member) {
    return new Samme(
        IntStream.range(0, count).mapToObj(member).toList(), Param.of(Tensor.zeros(count)));
  }

  /** Trains a member. */
  @FunctionalInterface
  public interface Fit {
    /**
     * Trains a member on the weighted examples.
     *
     * @param weights one for each example, their mean being 1: {@code [n]}
     */
    void fit(Layer member, Tensor weights);
  }

  /**
   * A round of boosting.
   *
   * @param number from 1
   * @param error err, weighted
   * @param vote α
   * @param weights those of the next round, which sum to 1
   */
  public record Round(int number, double error, double vote, double[] weights) {}

  /** Hears of each round. */
  @FunctionalInterface
  public interface Listener {
    /** Hears of a round that is done. */
    void round(Round round);
  }

  /**
   * Trains the members one after another. It ends early, the votes of the rest being 0, with a
   * member that is no better than chance, err ≥ 1 − 1/K, which gets no vote, and with one that
   * makes no error, behind which all weights would stay as they are.
   *
   * @param x {@code [n, *]}
   * @param labels I32 classes, {@code [n]}
   * @param classes K
   * @throws IllegalArgumentException if there is only one class
   */
  public void boost(Tensor x, Tensor labels, int classes, Fit fit, Listener listener) {
    if (classes < 2) {
      throw new IllegalArgumentException("samme: there are at least two classes, not " + classes);
    }
    int[] c = labels.toIntArray();
    double[] w = new double[c.length];
    double[] alpha = new double[members.size()];
    Arrays.fill(w, 1.0 / c.length);
    for (int m = 0; m < members.size(); m++) {
      Layer member = members.get(m);
      fit.fit(member, weights(w));
      int[] said = member.forward(x, Pass.inference()).argmax(-1).toIntArray();
      double err = 0;
      for (int i = 0; i < c.length; i++) {
        err += said[i] == c[i] ? 0 : w[i];
      }
      if (err >= 1 - 1.0 / classes) {
        break;
      }
      double e = Math.max(err, LEAST_ERROR);
      alpha[m] = Math.log((1 - e) / e) + Math.log(classes - 1);
      votes.assign(Tensor.of(alpha, alpha.length).cast(votes.dtype()));
      for (int i = 0; i < c.length; i++) {
        w[i] *= said[i] == c[i] ? 1 : Math.exp(alpha[m]);
      }
      double sum = Arrays.stream(w).sum();
      Arrays.setAll(w, i -> w[i] / sum);
      listener.round(new Round(m + 1, err, alpha[m], w.clone()));
      if (err == 0) {
        break;
      }
    }
  }

  private static Tensor weights(double[] w) {
    float[] scaled = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      scaled[i] = (float) (w[i] * w.length);
    }
    return Tensor.of(scaled, w.length);
  }

  /** Returns the votes for the classes: {@code [b, *] -> [b, K]}. */
  @Override
  public Tensor logits(Tensor x) {
    return rounds(x).at(0, members.size() - 1);
  }

  /**
   * Returns the votes for the classes after each round: {@code [b, *] -> [M, b, K]}. A member that
   * has no vote changes nothing.
   */
  public Tensor rounds(Tensor x) {
    Tensor sum = null;
    List<Tensor> all = new ArrayList<>();
    for (int m = 0; m < members.size(); m++) {
      Tensor y = members.get(m).forward(x, Pass.inference()); // [b, K]
      Tensor vote = y.argmax(-1).oneHot(y.shape().dim(-1)).mul(votes.value().at(0, m));
      sum = sum == null ? vote : sum.add(vote);
      all.add(sum);
    }
    return Tensor.stack(0, all);
  }
}
