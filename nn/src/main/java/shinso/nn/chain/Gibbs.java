package shinso.nn.chain;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Chains that keep their states, moved by a transition many steps at a time. A chain of Gibbs draws
 * one group of variables after the other given all others, but any transition will do.
 *
 * {@snippet :
 * Gibbs chains = Gibbs.of(Tensor.zeros(100, 784), (v, rng) -> rbm.step(v, rng));
 * Tensor v = chains.run(1000, rng);
 * }
 */
public final class Gibbs {
  /** Steps that are one program. */
  private static final int CHUNK = 16;

  private final Param states;
  private final Program one;
  private final Program many;

  private Gibbs(Param states, Transition transition) {
    this.states = states;
    this.one = program(states, transition, 1);
    this.many = program(states, transition, CHUNK);
  }

  private static Program program(Param states, Transition transition, int steps) {
    return Program.of((in, rng) -> {
      Tensor next = transition.repeat(states.value(), steps, rng);
      Tensor sums = next.flatten(1).sum(1); // [chains]
      return Step.of(List.of(new Update(states, next))).output(sums);
    });
  }

  /** Returns chains with these states {@code [chains, units]} to start from. */
  public static Gibbs of(Tensor states, Transition transition) {
    return new Gibbs(Param.of(states), transition);
  }

  /** Returns chains whose states are in a cell, which a checkpoint may save. */
  public static Gibbs of(Param states, Transition transition) {
    return new Gibbs(states, transition);
  }

  /** Returns the cell with the states: {@code [chains, units]}. */
  public Param states() {
    return states;
  }

  /**
   * Moves all chains and returns where they are: {@code [chains, units]}. Parameters that the
   * transition reads have the values that they have now.
   *
   * @throws IllegalArgumentException if the number of steps is negative
   * @throws IllegalStateException if a chain leaves the finite numbers; all chains are then where
   *     they were at most 16 steps before
   */
  public Tensor run(int steps, Rng rng) {
    if (steps < 0) {
      throw new IllegalArgumentException("gibbs: the number of steps is negative: " + steps);
    }
    int key = 0;
    for (int i = 0; i < steps / CHUNK; i++) {
      step(many, i * CHUNK, CHUNK, rng.split(key++));
    }
    for (int i = steps - steps % CHUNK; i < steps; i++) {
      step(one, i, 1, rng.split(key++));
    }
    return states.value();
  }

  private void step(Program program, int before, int steps, Rng rng) {
    Tensor last = states.value();
    double[] sums = program.run(rng).output(0).toDoubleArray();
    for (int chain = 0; chain < sums.length; chain++) {
      if (!Double.isFinite(sums[chain])) {
        states.assign(last);
        throw new IllegalStateException(
            "gibbs: chain %d left the finite numbers in step %s; look at the model's parameters"
                .formatted(
                    chain, steps == 1 ? before + 1 : (before + 1) + " to " + (before + steps)));
      }
    }
  }

  /**
   * Returns the states after every {@code thinning} steps: {@code [draws, chains, units]}.
   *
   * @throws IllegalArgumentException if one of the numbers is not positive
   */
  public Tensor draws(int draws, int thinning, Rng rng) {
    if (draws < 1 || thinning < 1) {
      throw new IllegalArgumentException(
          "gibbs: draws and thinning are positive, not %d and %d".formatted(draws, thinning));
    }
    Trail trail = new Trail(states.value(), draws);
    for (int i = 0; i < draws; i++) {
      trail.add(run(thinning, rng.split(i)));
    }
    return trail.joined();
  }
}
