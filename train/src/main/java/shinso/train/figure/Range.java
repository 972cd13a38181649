package shinso.train.figure;

/** A part of an axis. */
public record Range(double low, double high) {
  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if an end is not finite, or the low one isn't below the other
   */
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
      throw new IllegalArgumentException(
          "a range goes from a number to a larger one, not from " + low + " to " + high);
    }
  }
}
