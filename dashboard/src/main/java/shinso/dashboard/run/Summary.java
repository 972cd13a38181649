package shinso.dashboard.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the list of runs.
 *
 * @param name the name of its folder
 * @param recipe the recipe's name
 * @param about what the recipe does, in a line; empty if this version has no such recipe
 * @param data the name of the data; empty if there is none
 * @param budget its size
 * @param seed what everything random follows from
 * @param state one of {@code running}, {@code stopping}, {@code killed}, {@code finished}, {@code
 *     interrupted}, {@code failed} and {@code unreadable}
 * @param ending why it ended, or the error; empty while it runs
 * @param started when it was first started, as an ISO 8601 time
 * @param seconds the time spent until {@code since}
 * @param since from when on the clock goes on, in milliseconds of the epoch; null if it stands
 * @param stage the stage that is at work, or that was last; empty if none has begun
 * @param stages how many stages have begun
 * @param scores what was measured, in the order of the recipe's claims, then of measuring
 */
record Summary(
    String name,
    String recipe,
    String about,
    String data,
    String budget,
    long seed,
    String state,
    String ending,
    String started,
    double seconds,
    @Nullable Long since,
    String stage,
    int stages,
    List<Measured> scores) {
  /**
   * A number that was measured.
   *
   * @param name the quantity
   * @param value the number, null if it is none
   * @param text with unit and error
   * @param protocol what it was measured on and how; empty if that needs no saying
   * @param target what the recipe claims, such as {@code ≥ 99.0 %}; empty if nothing
   * @param good whether the claim holds; null if there is none
   * @param published what was published; empty if nothing
   */
  record Measured(
      String name,
      @Nullable Double value,
      String text,
      String protocol,
      String target,
      @Nullable Boolean good,
      String published) {}

  /** Returns what stands for a run whose {@code run.json} can't be read. */
  static Summary unreadable(String name, String why) {
    return new Summary(name, "", "", "", "", 0, "unreadable", why, "", 0, null, "", 0, List.of());
  }
}
