package shinso.spark.distributed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;

/**
 * Where the rules of a learner are told from the gradients that they are given. A rule that was
 * {@link #rule shared} is asked for new values with the gradients of this worker while a program is
 * traced; what it is told in their place are the means over all workers.
 *
 * <p>Calls fall into rounds. A learner with one optimiser has one; one whose steps follow on one
 * another, as the two networks of an adversarial pair, has a round for each, since the later
 * gradients are taken at the values that the earlier ones led to.
 */
public final class Sharing {
  private final List<Tensor> received = new ArrayList<>();
  private final List<Round> rounds = new ArrayList<>();
  private final Set<Param> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean active;

  /** Makes a learner whose rules share nothing yet. */
  Sharing() {}

  /** A parameter and what its value was when a round asked for its gradient. */
  private record Seen(Param param, Tensor value) {}

  /** What was asked between two exchanges. */
  private static final class Round {
    final List<Tensor> gradients = new ArrayList<>();
    final List<Seen> seen = new ArrayList<>();
    int taken;

    /** Whether the values that this round leads to are what parameters have now. */
    boolean isPast() {
      return seen.stream().anyMatch(s -> s.param.value() != s.value);
    }
  }

  /**
   * Returns an optimiser that moves by the mean of all workers' gradients.
   *
   * @param rule makes the new values; each worker has its state, the same in all
   */
  public Optimizer rule(Optimizer rule) {
    return new SharedRule(this, rule);
  }

  /**
   * Returns an optimiser that moves by the mean of all workers' gradients, scaled down to a norm if
   * it is longer. What a learner itself does to gradients, such as {@code clipNorm}, is done to
   * those of each worker.
   *
   * @throws IllegalArgumentException if the limit is not positive
   */
  public Optimizer clipped(Optimizer rule, double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("clipping: a norm is positive, not " + limit);
    }
    return rule(new ClippedRule(rule, limit));
  }

  /** Begins a trace in which the means of the first rounds are known, a flat vector each. */
  void begin(List<Tensor> known) {
    received.clear();
    received.addAll(known);
    rounds.clear();
    active = true;
  }

  /** Ends a trace; rules are plain ones again. */
  void end() {
    active = false;
  }

  /** Returns how many rounds the last trace had. */
  int rounds() {
    return rounds.size();
  }

  /** Returns the gradients of a round of the last trace as one vector. */
  Tensor gradients(int round) {
    return Tensor.concat(
        0, rounds.get(round).gradients.stream().map(g -> g.reshape(g.shape().size())).toList());
  }

  private List<Update> update(Optimizer rule, List<Param> params, List<Tensor> gradients) {
    if (!active) {
      return rule.update(params, gradients);
    }
    if (rounds.isEmpty() || rounds.getLast().isPast()) {
      rounds.add(new Round());
    }
    Round round = rounds.getLast();
    @Nullable Tensor mean =
        rounds.size() <= received.size() ? received.get(rounds.size() - 1) : null;
    List<Tensor> told = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      Tensor g = gradients.get(i);
      if (g.dtype() != DType.F32) {
        throw new DistributionException(
            "gradients of %s can't be added up over workers; compute in F32".formatted(g.dtype()));
      }
      Shape shape = g.shape();
      round.gradients.add(g);
      round.seen.add(new Seen(params.get(i), params.get(i).value()));
      told.add(mean == null ? g : part(mean, round.taken, shape));
      round.taken += shape.size();
    }
    return rule.update(params, told);
  }

  /** Returns whether a parameter is the state of a shared rule, as far as the learner named it. */
  boolean owns(Param param) {
    return owned.contains(param);
  }

  private static Tensor part(Tensor flat, int from, Shape shape) {
    return flat.slice(0, from, from + shape.size()).reshape(shape);
  }

  private record SharedRule(Sharing sharing, Optimizer rule) implements Optimizer {
    @Override
    public List<Update> update(List<Param> params, List<Tensor> gradients) {
      return sharing.update(rule, params, gradients);
    }

    @Override
    public Map<String, Param> state(Map<String, Param> params) {
      Map<String, Param> state = rule.state(params);
      sharing.owned.addAll(state.values());
      return state;
    }
  }

  private record ClippedRule(Optimizer rule, double limit) implements Optimizer {
    @Override
    public List<Update> update(List<Param> params, List<Tensor> gradients) {
      return rule.update(params, Gradients.clipByNorm(gradients, limit));
    }

    @Override
    public Map<String, Param> state(Map<String, Param> params) {
      return rule.state(params);
    }
  }
}
