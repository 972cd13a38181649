package shinso.nn.layer;

import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * Looks at all steps of a sequence, more at those that fit a query: with the annotations h_j of the
 * steps and a query s,
 *
 * <pre>
 * e_j = score(s, h_j)
 * α_j = exp(e_j) / Σ_k exp(e_k)
 * c = Σ_j α_j h_j
 * </pre>
 *
 * <p>The sums are over the steps that are there: those that a sequence is filled up with have α =
 * 0.
 */
public sealed interface Attention {
  /**
   * What is looked at, made ready once for all queries.
   *
   * @param annotations h, {@code [batch, time, features]}
   * @param keys what queries are compared with, {@code [batch, time, *]}
   * @param mask 1 for steps of the sequence and 0 after its end, {@code [batch, time]}
   */
  record Memory(Tensor annotations, Tensor keys, Tensor mask) {}

  /**
   * What a query found.
   *
   * @param context c, {@code [batch, features]}
   * @param weights α, {@code [batch, time]}
   */
  record Found(Tensor context, Tensor weights) {}

  /** Returns what annotations are compared by: {@code [batch, time, features -> *]}. */
  Tensor keys(Tensor annotations);

  /** Returns e for queries {@code [batch, features]} and keys: {@code [batch, time]}. */
  Tensor scores(Tensor query, Tensor keys);

  /**
   * Makes sequences ready to be looked at.
   *
   * @param annotations h, {@code [batch, time, features]}
   * @param mask 1 for steps of the sequence and 0 after its end, {@code [batch, time]}; each
   *     sequence has a step
   */
  default Memory memory(Tensor annotations, Tensor mask) {
    Check.rank("attention", annotations.shape(), 3, "[batch, time, features]");
    Check.sameShape("attention, the mask", annotations.shape().slice(0, 2), mask.shape());
    return new Memory(annotations, keys(annotations), mask);
  }

  /** Returns what queries {@code [batch, features]} find, one a sequence. */
  default Found look(Tensor query, Memory memory) {
    Tensor e = scores(query, memory.keys); // [b, time]
    Tensor weights = Tensor.select(memory.mask, e, Double.NEGATIVE_INFINITY).softmax(-1);
    Tensor context = weights.unsqueeze(1).matmul(memory.annotations).squeeze(1); // [b, features]
    return new Found(context, weights);
  }

  /**
   * {@code score(s, h) = vᵀ tanh(W s + U h)}.
   *
   * <p>Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align
   * and translate" (2015), appendix A.1.2.
   *
   * @param query W, {@code [query features, units]}
   * @param key U, {@code [features, units]}
   * @param vector v, {@code [units]}
   */
  record Additive(Param query, Param key, Param vector) implements Attention {
    /** Returns an attention with drawn weights. */
    public static Additive of(
        int queryFeatures, int features, int units, Initializer init, Rng rng) {
      return new Additive(
          Param.of(init.draw(Shape.of(queryFeatures, units), rng.split("query"))),
          Param.of(init.draw(Shape.of(features, units), rng.split("key"))),
          Param.of(init.draw(Shape.of(units, 1), rng.split("vector")).reshape(units)));
    }

    @Override
    public Tensor keys(Tensor annotations) {
      return annotations.matmul(key.value());
    }

    @Override
    public Tensor scores(Tensor s, Tensor keys) {
      Tensor sum = keys.add(s.matmul(query.value()).unsqueeze(1)); // [b, time, units]
      return sum.tanh().mul(vector.value()).sum(-1);
    }
  }

  /**
   * {@code score(s, h) = sᵀ W h}, or sᵀ h without W.
   *
   * <p>Source: Luong, Pham and Manning, "Effective approaches to attention-based neural machine
   * translation" (2015), section 3.1, "general" and "dot".
   *
   * @param weight W, {@code [query features, features]}, or null for features of both that are
   *     compared as they are
   */
  record Multiplicative(@Nullable Param weight) implements Attention {
    /** Returns an attention with drawn weights. */
    public static Multiplicative of(int queryFeatures, int features, Initializer init, Rng rng) {
      return new Multiplicative(Param.of(init.draw(Shape.of(queryFeatures, features), rng)));
    }

    @Override
    public Tensor keys(Tensor annotations) {
      return weight == null ? annotations : annotations.matmul(weight.value().transpose());
    }

    @Override
    public Tensor scores(Tensor s, Tensor keys) {
      return keys.matmul(s.unsqueeze(2)).squeeze(2);
    }
  }
}
