package shinso.zoo.energy;

import java.util.List;

/**
 * How a Boltzmann machine is brought to thermal equilibrium and watched there: sweeps at falling
 * temperatures from a random state, then further ones at temperature 1, after each of which the
 * states count.
 *
 * @param annealing sweeps and their temperatures, one after the other
 * @param watched how many sweeps at temperature 1 count
 */
public record Equilibrium(List<Leg> annealing, int watched) {
  /**
   * Some sweeps at one temperature.
   *
   * @param sweeps how many
   * @param temperature T, p ∝ exp(−E / T)
   */
  public record Leg(int sweeps, double temperature) {}

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if no sweep counts, or a temperature is not positive
   */
  public Equilibrium {
    annealing = List.copyOf(annealing);
    if (watched < 1) {
      throw new IllegalArgumentException(
          "equilibrium: at least 1 sweep has to count, not " + watched);
    }
    for (Leg leg : annealing) {
      if (leg.sweeps < 0 || !(leg.temperature > 0)) {
        throw new IllegalArgumentException(
            "equilibrium: sweeps at a positive temperature, not " + leg);
      }
    }
  }

  /**
   * Returns the schedule of Ackley, Hinton and Sejnowski (1985), section 4: 2 sweeps at 20, 2 at
   * 15, 2 at 12, 4 at 10, then 10 that count, where their temperature of 10 is 1 here.
   */
  public static Equilibrium ackley() {
    return new Equilibrium(
        List.of(new Leg(2, 2), new Leg(2, 1.5), new Leg(2, 1.2), new Leg(4, 1)), 10);
  }

  /** Returns so many sweeps at temperature 1, the last of which count. */
  public static Equilibrium of(int before, int watched) {
    return new Equilibrium(List.of(new Leg(before, 1)), watched);
  }
}
