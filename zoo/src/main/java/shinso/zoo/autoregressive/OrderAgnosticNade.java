package shinso.zoo.autoregressive;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Pass;
import shinso.nn.model.Completer;
import shinso.nn.model.DensityModel;
import shinso.nn.model.Sampler;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.LossLearner;

/**
 * Neural autoregressive distribution estimator of one or several hidden layers for all orders of
 * the units at once: it is told which units are given, and says what each of the others is likely
 * to be (Uria, Murray and Larochelle, "A deep and tractable density estimator", 2014).
 *
 * <pre>
 * h⁽¹⁾ = max(0, c + (v ∘ m) W + m M),   m = 1 where a unit is given
 * h⁽ˡ⁾ = max(0, c⁽ˡ⁾ + h⁽ˡ⁻¹⁾ W⁽ˡ⁾)
 * p(vᵢ = 1 | v_m) = σ(bᵢ + Vᵢ · h⁽ᴸ⁾)
 * </pre>
 *
 * <p>For every order o of the units there is a distribution p(v | o) = Πᵢ p(v_oᵢ | v_o₁ … v_oᵢ₋₁).
 * They differ, and a mixture of several is better than each: {@link Ensemble}. Examples may have
 * any shape; they are flattened.
 *
 * @param encoder W, {@code [d, hidden]}
 * @param mask M, {@code [d, hidden]}
 * @param hiddenBias c, {@code [hidden]}
 * @param deeper the hidden layers after the first, {@code [hidden, hidden]} each
 * @param decoder V, {@code [d, hidden]}
 * @param visibleBias b, {@code [d]}
 */
public record OrderAgnosticNade(
    Param encoder,
    Param mask,
    Param hiddenBias,
    List<Dense> deeper,
    Param decoder,
    Param visibleBias)
    implements Sampler, Completer {
  /** Keeps a copy. */
  public OrderAgnosticNade {
    deeper = List.copyOf(deeper);
  }

  /**
   * Returns an estimator with drawn weights and no biases.
   *
   * @param layers the number of hidden layers
   * @throws IllegalArgumentException if there is none
   */
  public static OrderAgnosticNade of(int visible, int hidden, int layers, Rng rng) {
    if (layers < 1) {
      throw new IllegalArgumentException(
          "order-agnostic nade: at least one hidden layer, not " + layers);
    }
    Initializer first = Initializer.normal(1 / Math.sqrt(visible));
    Initializer last = Initializer.normal(1 / Math.sqrt(hidden));
    List<Dense> deeper = new ArrayList<>();
    for (int l = 1; l < layers; l++) {
      deeper.add(Dense.of(hidden, hidden, Initializer.heNormal(), rng.split("layer").split(l)));
    }
    Shape s = Shape.of(visible, hidden);
    return new OrderAgnosticNade(
        Param.of(first.draw(s, rng.split(0))),
        Param.of(first.draw(s, rng.split(1))),
        Param.of(Tensor.zeros(hidden)),
        deeper,
        Param.of(last.draw(s, rng.split(2))),
        Param.of(Tensor.zeros(visible)));
  }

  /** Returns the number of units, d. */
  public int units() {
    return visibleBias.shape().dim(0);
  }

  /** Returns the last hidden layer for what comes to the first: {@code [*, hidden]}. */
  private Tensor top(Tensor input) {
    Tensor h = input.relu();
    for (Dense layer : deeper) {
      h = layer.forward(h, Pass.inference()).relu();
    }
    return h;
  }

  /**
   * Returns the logits of all units given some: {@code [b, d]}.
   *
   * @param v {@code [b, d]}; what stands where nothing is given doesn't count
   * @param m 1 where a unit is given, else 0: {@code [b, d]}
   */
  public Tensor logits(Tensor v, Tensor m) {
    Tensor h = top(firstInput(v, m)); // [b, hidden]
    return visibleBias.value().add(h.matmul(decoder.value().transpose()));
  }

  private Tensor firstInput(Tensor v, Tensor m) {
    Tensor given = v.mul(m).matmul(encoder.value()).add(m.matmul(mask.value()));
    return hiddenBias.value().add(given); // [b, hidden]
  }

  // ---- one order

  /**
   * Returns log p(v | o), for all units at once: {@code [b, *] -> [b]}.
   *
   * @param order o, the positions of the units from the first to the last: {@code [d]}
   */
  public Tensor logProbability(Tensor x, Tensor order) {
    Tensor none = Tensor.zeros(units()).cast(visibleBias.dtype());
    return logConditional(x.flatten(1), none, order);
  }

  /**
   * Returns log p(v_a | v_b, o) of the units a that are not given, which are taken in the order o:
   * {@code [b, d] -> [b]}.
   *
   * @param v {@code [b, d]}
   * @param given 1 for the units of b, else 0, the same for all examples: {@code [d]}
   * @param order o, positions of all units; those of b count no longer: {@code [d]}
   */
  public Tensor logConditional(Tensor v, Tensor given, Tensor order) {
    Tensor x = v.gather(1, order); // [b, d], in the order
    Tensor free = given.gather(0, order).rsub(1); // [d]
    Tensor told = x.unsqueeze(2).mul(ordered(encoder, order)).add(ordered(mask, order));
    Tensor before = told.mul(free.unsqueeze(1)).cumulativeSum(1, false, true); // [b, d, hidden]
    Tensor fixed = v.mul(given).matmul(encoder.value()); // [b, hidden]
    Tensor always = hiddenBias.value().add(given.matmul(mask.value())); // [hidden]
    Tensor h = top(before.add(fixed.add(always).unsqueeze(1))); // [b, d, hidden]
    Tensor a = h.mul(ordered(decoder, order)).sum(2).add(ordered(visibleBias, order)); // [b, d]
    return new Bernoulli(a).logProbability(x).mul(free).sum(1);
  }

  private static Tensor ordered(Param p, Tensor order) {
    return p.value().gather(0, order);
  }

  /** Returns a random order of the units: {@code [d]}. */
  public Tensor order(Rng rng) {
    return Tensor.uniform(rng, units()).argsort(false).evaluate();
  }

  /**
   * Several orders, whose distributions are mixed with equal weights:
   *
   * <pre>
   * p(v) = 1/K Σₖ p(v | oₖ)
   * </pre>
   *
   * <p>Whole probabilities are mixed: means of the predictions for each unit would belong to no
   * distribution.
   *
   * @param nade what the orders share
   * @param orders K of them, each a tensor {@code [d]}
   */
  public record Ensemble(OrderAgnosticNade nade, List<Tensor> orders) implements DensityModel {
    /**
     * Keeps a copy.
     *
     * @throws IllegalArgumentException if there is no order
     */
    public Ensemble {
      orders = List.copyOf(orders);
      if (orders.isEmpty()) {
        throw new IllegalArgumentException("ensemble: at least one order");
      }
    }

    @Override
    public Tensor logProbability(Tensor x) {
      List<Tensor> each = orders.stream().map(o -> nade.logProbability(x, o)).toList();
      return Tensor.stack(0, each).logSumExp(0).sub(Math.log(orders.size()));
    }
  }

  // ---- drawing

  /** Draws each example in a random order of its own: {@code [count, d]}. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor none = Tensor.zeros(count, units()).cast(visibleBias.dtype());
    return complete(none, none, rng);
  }

  /** Draws the missing units of each example in a random order of its own, given the known ones. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor m = known.broadcastTo(x.shape()).flatten(1).evaluate(); // [b, d]
    Tensor v = Tensor.select(m, x.flatten(1), 0);
    Tensor orders = Tensor.uniform(rng.split("order"), m.shape().dims()).sub(m.cast(DType.F32));
    Tensor order = orders.argsort(false).evaluate(); // [b, d], the known units first
    Program unit =
        Program.of((in, key) -> {
          Tensor a = in.get(0); // [b, hidden], what comes to the first hidden layer
          Tensor drawn = in.get(1); // [b, d]
          Tensor i = order.gather(1, in.get(2)); // [b, 1], a unit of each example
          Tensor free = m.takeAlong(1, i).rsub(1); // [b, 1]
          Tensor logit = top(a).mul(rows(decoder, i)).sumKeep(1).add(rows(visibleBias, i));
          Tensor value = logit.sigmoid().bernoulli(key); // [b, 1]
          Tensor told = value.mul(rows(encoder, i)).add(rows(mask, i)); // [b, hidden]
          Tensor hot = i.squeeze(1).oneHot(units()).cast(m.dtype()); // [b, d]
          return Step.outputs(a.add(told.mul(free)), drawn.add(hot.mul(value.mul(free))));
        });
    Tensor a = firstInput(v, m);
    Tensor drawn = v.mul(m);
    int given = (int) Math.round(m.sum(1).min().item());
    for (int i = given; i < units(); i++) {
      Program.Result next = unit.run(rng.split(i), a, drawn, Tensor.of(new int[] {i}, 1));
      a = next.output(0);
      drawn = next.output(1);
    }
    return drawn;
  }

  /** Returns the rows of a parameter at positions {@code [b, 1]}. */
  private static Tensor rows(Param p, Tensor i) {
    Tensor at = p.value().gather(0, i.squeeze(1)); // [b, *]
    return at.shape().rank() == 1 ? at.unsqueeze(1) : at;
  }

  // ---- learning

  /**
   * Returns estimates of log p(v), each of one mask, whose mean over the masks and over the number
   * of given units, all equally likely, is the mean of log p(v | o) over all orders.
   *
   * <pre>
   * D / (D − |m|) Σ_{i ∉ m} log p(vᵢ | v_m)
   * </pre>
   *
   * @param v {@code [b, d]}
   * @param m 1 where a unit is given, else 0; at least one is not: {@code [b, d]}
   */
  Tensor estimates(Tensor v, Tensor m) {
    Tensor free = m.rsub(1);
    Tensor log = new Bernoulli(logits(v, m)).logProbability(v).mul(free).sum(1); // [b]
    return log.mul(units()).div(free.sum(1));
  }

  /** Returns masks of 0 to d − 1 units, all these numbers and then all units equally likely. */
  Tensor masks(Tensor v, Rng rng) {
    int b = v.shape().dim(0);
    Tensor u = Tensor.uniform(rng.split(0), b, units());
    Tensor count = Tensor.uniform(rng.split(1), b, 1).mul(units()).floor().minimum(units() - 1);
    Tensor least = u.sort(false).takeAlong(1, count.cast(DType.I32)); // [b, 1]
    return u.less(least).cast(v.dtype());
  }

  /**
   * Returns ascent of the log-likelihood's estimate with a random order and a random place in it
   * for each example.
   */
  public LossLearner learning(Optimizer rule) {
    LossLearner.Loss loss =
        (batch, rng) -> {
          Tensor v = batch.getFirst().flatten(1);
          return estimates(v, masks(v, rng)).neg();
        };
    return LossLearner.of(this, loss, rule);
  }
}
