package shinso.train.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import shinso.train.UserException;

/**
 * Models in the order of one quantity. What can't be compared with what is there already is refused
 * with the reason: other data, data that was prepared in another way, binary against real values,
 * other units.
 */
public final class Ranking {
  private final List<Entry> entries;

  /**
   * A model's number.
   *
   * @param model its name
   * @param quantity what was measured, and how
   * @param value the number
   */
  public record Entry(String model, Quantity quantity, Estimate value) {}

  private Ranking(List<Entry> entries) {
    this.entries = entries;
  }

  /** Returns a ranking of no models. */
  public static Ranking empty() {
    return new Ranking(List.of());
  }

  /**
   * Returns this with a further model; an equal number stands after those that are there.
   *
   * @throws UserException if its number can't be compared with the others'; it says why
   */
  public Ranking with(String model, Quantity quantity, Estimate value) {
    List<Entry> all = new ArrayList<>(entries);
    if (!entries.isEmpty()) {
      entries.getFirst().quantity.checkComparable(quantity);
    }
    all.add(new Entry(model, quantity, value));
    Comparator<Entry> order = Comparator.comparingDouble(e -> e.value.value());
    all.sort(quantity.better() == Quantity.Better.LARGER ? order.reversed() : order);
    return new Ranking(List.copyOf(all));
  }

  /** Returns the models, the best one first. */
  public List<Entry> entries() {
    return entries;
  }
}
