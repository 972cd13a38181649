package shinso.nn.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** What the optimisers share: the step counter, the state of each parameter, decoupled decay. */
final class OptimizerState {
  private final String prefix;
  private final List<String> slots;
  private final List<String> scalars;
  private final Schedule schedule;
  private final Decay decay;
  private final IdentityHashMap<Param, List<Param>> known = new IdentityHashMap<>();
  // An integer: an F32 counter would stand still at 2²⁴ steps.
  private final Param step = Param.of(Tensor.of(new int[1]).reshape());

  OptimizerState(String prefix, List<String> slots, Schedule schedule, Decay decay) {
    this(prefix, slots, List.of(), schedule, decay);
  }

  /**
   * The state of a rule, all zeros at first.
   *
   * @param slots what is kept for each element of a parameter
   * @param scalars what is kept once a parameter, behind the slots
   */
  OptimizerState(
      String prefix, List<String> slots, List<String> scalars, Schedule schedule, Decay decay) {
    this.prefix = prefix;
    this.slots = slots;
    this.scalars = scalars;
    this.schedule = schedule;
    this.decay = decay;
  }

  /** Decay of some parameters beside the rule: w ← w − η λ w. */
  record Decay(double lambda, Predicate<Param> which) {
    static final Decay NONE = new Decay(0, p -> false);

    Decay {
      if (!(lambda >= 0)) {
        throw new IllegalArgumentException("weight decay is not negative: " + lambda);
      }
    }
  }

  /** The next values of one parameter and of its slots, in their order. */
  interface Rule {
    /**
     * Returns the next values.
     *
     * @param w the parameter
     * @param g its gradient
     * @param s its slots, then its scalars
     * @param now learning rate and number of the step
     */
    List<Tensor> next(Tensor w, Tensor g, List<Tensor> s, Now now);
  }

  /**
   * The present step.
   *
   * @param param whose turn it is
   * @param rate η, a scalar of the parameter's type
   * @param t the number of this step, from 1, a scalar of the parameter's type
   */
  record Now(Param param, Tensor rate, Tensor t) {}

  synchronized List<Update> update(List<Param> params, List<Tensor> gradients, Rule rule) {
    if (params.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "%s: %d parameters, but %d gradients".formatted(prefix, params.size(), gradients.size()));
    }
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      Param p = params.get(i);
      Tensor g = gradients.get(i);
      Check.sameShape(prefix, p.shape(), g.shape());
      Check.sameType(prefix, p.dtype(), g.dtype());
      Tensor before = step.value().cast(p.dtype());
      Now now = new Now(p, schedule.rate(before), before.add(1));
      List<Param> own = slots(p);
      List<Tensor> next = rule.next(p.value(), g, own.stream().map(Param::value).toList(), now);
      updates.add(new Update(p, decayed(p, next.getFirst(), now)));
      for (int s = 0; s < own.size(); s++) {
        updates.add(new Update(own.get(s), next.get(s + 1)));
      }
    }
    updates.add(new Update(step, step.value().add(1)));
    return updates;
  }

  private Tensor decayed(Param p, Tensor next, Now now) {
    return decay.lambda > 0 && decay.which.test(p)
        ? next.sub(now.rate.mul(decay.lambda).mul(p.value()))
        : next;
  }

  synchronized Map<String, Param> named(Map<String, Param> params) {
    Map<String, Param> all = new LinkedHashMap<>();
    all.put(prefix + ".step", step);
    List<String> names = Stream.concat(slots.stream(), scalars.stream()).toList();
    for (int s = 0; s < names.size(); s++) {
      for (Map.Entry<String, Param> e : params.entrySet()) {
        all.put(prefix + "." + names.get(s) + "." + e.getKey(), slots(e.getValue()).get(s));
      }
    }
    return all;
  }

  private List<Param> slots(Param p) {
    return known.computeIfAbsent(
        p,
        k -> {
          Stream<Shape> elements = slots.stream().map(s -> k.shape());
          Stream<Shape> once = scalars.stream().map(s -> Shape.SCALAR);
          return Stream.concat(elements, once)
              .map(shape -> Param.of(Tensor.constant(0, k.dtype()).broadcastTo(shape)))
              .toList();
        });
  }

  /** 1 − βᵗ without the cancellation that would cost half of the digits of the first steps. */
  static Tensor oneMinusPower(double beta, Tensor t) {
    return beta == 0 ? t.fullLike(1) : t.mul(Math.log(beta)).expm1().neg();
  }

  /** Checks decay rates of averages. */
  static void requireShares(String rule, String what, double... values) {
    for (double value : values) {
      if (!(value >= 0 && value < 1)) {
        throw new IllegalArgumentException(
            "%s: the %s are in [0, 1), not %s"
                .formatted(
                    rule,
                    what,
                    Arrays.stream(values)
                        .mapToObj(Double::toString)
                        .collect(Collectors.joining(" and "))));
      }
    }
  }

  /** Checks what keeps a denominator from 0. */
  static void requireEpsilon(String rule, double epsilon) {
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException(rule + ": epsilon is not negative: " + epsilon);
    }
  }
}
