package shinso.cpu.onednn;

/**
 * Copies a tensor from one format, or element type, to another. Arguments of the call: source,
 * destination.
 */
public record ReorderSpec(Format from, Format to) implements Spec {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they differ
   */
  public ReorderSpec {
    if (!from.shape().equals(to.shape())) {
      throw new IllegalArgumentException(
          "reorder: shapes differ: " + from.shape() + " and " + to.shape());
    }
  }
}
