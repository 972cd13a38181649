package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.model.Completer;
import shinso.train.loop.Learner;

/**
 * Convolutional deep belief network of two layers: the pooling units p of the first are what the
 * second sees.
 *
 * <pre>
 * E(v, h, p, h') = −Σₖ vᵀ(Wᵏ ∗ᵀ hᵏ) − Σₖ bₖ Σ hᵏ − c Σ v − Σₖₗ pᵏᵀ(Γᵏˡ ∗ᵀ h'ˡ) − Σₗ b'ₗ Σ h'ˡ
 * P(hᵏᵢⱼ = 1 | v, h') = exp(I(hᵏᵢⱼ) + I(pᵏ)) / (1 + Σ_{block} exp(I(hᵏ) + I(pᵏ)))    (section 3.6)
 * I(pᵏ) = Σₗ Γᵏˡ ∗ᵀ h'ˡ
 * </pre>
 *
 * <p>The layers are learned one after the other. The second one's visible biases belong to that and
 * are not a part of the joint energy.
 *
 * <p>Source: Lee, Grosse, Ranganath and Ng, "Convolutional deep belief networks for scalable
 * unsupervised learning of hierarchical representations" (2009), sections 3.4 to 3.6.
 *
 * @param first the layer that sees the pictures
 * @param second the layer that sees the first one's pooling units, which are binary
 */
public record ConvolutionalDbn(ConvolutionalRbm first, ConvolutionalRbm second)
    implements Completer {
  private static final int BURN_IN = 500;

  /**
   * Checks that the layers fit.
   *
   * @throws IllegalArgumentException if the second doesn't see what the first one's pooling units
   *     are
   */
  public ConvolutionalDbn {
    Shape seen = Shape.of(second.height(), second.width(), second.filters().shape().dim(2));
    if (!seen.equals(first.poolingShape()) || !second.isBinary()) {
      throw new IllegalArgumentException(
          "convolutional network: the second layer sees binary units %s, the first one pools to %s"
              .formatted(seen, first.poolingShape()));
    }
  }

  /**
   * Returns the features of pictures, P(p = 1 | v) and P(p' = 1 | p) with p at its mean: one for
   * each layer, {@code [b, rows, columns, maps]}.
   */
  public List<Tensor> features(Tensor v) {
    Tensor p = first.pooling(v);
    return List.of(p, second.pooling(p));
  }

  /**
   * Returns the learner of the second layer: it is given pictures, and another learner gets the
   * first layer's pooling units.
   *
   * @param learner of the second layer
   */
  public Learner above(Learner learner) {
    return new Above(first, learner);
  }

  private record Above(ConvolutionalRbm first, Learner learner) implements Learner {
    @Override
    public Map<String, Param> model() {
      return learner.model();
    }

    @Override
    public Map<String, Param> state() {
      return learner.state();
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      return learner.train(seen(batch), rng);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      return learner.evaluate(seen(batch), rng);
    }

    private List<Tensor> seen(List<Tensor> batch) {
      List<Tensor> fields = new ArrayList<>(batch);
      fields.set(0, first.pooling(batch.getFirst()).stopGradient());
      return fields;
    }
  }

  // ---- the joint distribution

  /**
   * Returns E(v, h, p, h') in nats, infinite where two units of a block are on: {@code [b]}.
   *
   * @param v {@code [b, visible]}
   * @param h the first layer's detection units, {@code [b, rows, columns, maps]}
   * @param above h', the second layer's
   */
  public Tensor energy(Tensor v, Tensor h, Tensor above) {
    Tensor p = first.pooling().pooled(h);
    Tensor upper = second.input(p).mul(above).sum(1, 2, 3); // [b]
    Tensor allowed = second.pooling().allowed(above);
    Tensor lower = first.energy(v, h.flatten(1));
    return Tensor.select(allowed, lower.sub(upper), Double.POSITIVE_INFINITY);
  }

  /**
   * Returns I(h) + I(p), what the first layer's detection units are told from both sides.
   *
   * @param above h', null for what is told from below alone
   */
  public Tensor input(Tensor v, @Nullable Tensor above) {
    Tensor below = first.input(v);
    return above == null ? below : below.add(first.pooling().spread(second.back(above)));
  }

  /** One step of Gibbs sampling of v and h', side by side, by way of h. */
  private Tensor gibbs(Tensor state, Rng rng) {
    int n = first.height() * first.width() * first.filters().shape().dim(2);
    Tensor v = state.slice(1, 0, n);
    Shape upper = Shape.of(state.shape().dim(0)).concat(second.detectionShape());
    Tensor above = state.slice(1, n, state.shape().dim(1)).reshape(upper);
    Tensor h = first.pooling().draw(input(v, above), rng.split(0));
    Tensor nextV = first.draw(first.visible(h), rng.split(1));
    Tensor p = first.pooling().pooled(h);
    Tensor nextAbove = second.pooling().draw(second.input(p), rng.split(2));
    return Tensor.concat(1, List.of(nextV, nextAbove.flatten(1)));
  }

  /**
   * Draws what is missing by Gibbs sampling of all layers, in which the given pixels are held and
   * the upper layer tells the lower one what to expect (section 3.6); returns E[v | h] for the
   * missing ones.
   */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor given = x.flatten(1).evaluate();
    Tensor mask = known.broadcastTo(x.shape()).flatten(1).evaluate();
    Tensor v = Tensor.select(mask, given, given.fullLike(0.5).bernoulli(rng.split("start")));
    Tensor above = second.pooling().draw(second.input(first.pooling(v)), rng.split("above"));
    int n = given.shape().dim(1);
    Gibbs chains =
        Gibbs.of(
            Tensor.concat(1, List.of(v, above.flatten(1))).evaluate(),
            (state, key) -> {
              Tensor next = gibbs(state, key);
              Tensor held = Tensor.select(mask, given, next.slice(1, 0, n));
              return next.withSlice(1, 0, held);
            });
    Tensor end = chains.run(BURN_IN, rng.split("chain"));
    Tensor upper =
        end.slice(1, n, end.shape().dim(1))
            .reshape(Shape.of(end.shape().dim(0)).concat(second.detectionShape()));
    Tensor h = first.pooling().draw(input(end.slice(1, 0, n), upper), rng.split("end"));
    return Tensor.select(mask, given, first.visible(h));
  }

  /**
   * Returns what the units of the second layer look for: the sums of the first layer's filters that
   * their weights make, a pooling unit standing for all places of its block alike.
   *
   * @return {@code [maps, rows, columns, channels]}
   */
  public Tensor upperFilters() {
    Tensor gamma = second.filters().value().permute(3, 0, 1, 2); // [l, rows, columns, k]
    int c = first.pooling().size();
    Tensor spread = first.pooling().spread(gamma).div(c * c);
    Shape f = first.filters().shape();
    int height = spread.shape().dim(1) + f.dim(0) - 1;
    int width = spread.shape().dim(2) + f.dim(1) - 1;
    return spread.convTranspose2d(first.filters().value(), ConvSpec.VALID, height, width);
  }
}
