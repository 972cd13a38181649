package shinso.zoo.harness;

/** The shares of a user's own data that are held out. */
final class Held {
  private Held() {}

  /**
   * Checks that something is left for training.
   *
   * @throws UsageException if nothing is
   */
  static void check(double validation, double test) {
    if (validation + test >= 1) {
      throw new UsageException(
          "shares of %s for validation and %s for test leave nothing for training; choose smaller ones"
              .formatted(validation, test));
    }
  }
}
