package shinso.zoo.harness;

/** Ends a run of a recipe in the middle, where the user asked for it; never leaves the harness. */
final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Stopped(String reason) {
    super(reason, null, false, false);
  }
}
