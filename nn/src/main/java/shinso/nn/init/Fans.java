package shinso.nn.init;

import shinso.core.tensor.Shape;

/**
 * The connections of a unit.
 *
 * @param in the number of inputs that each output sums over
 * @param out the number of outputs that each input goes to
 */
public record Fans(int in, int out) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Fans {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException(
          "a unit has at least one input and one output, not %d and %d".formatted(in, out));
    }
  }

  /**
   * Returns the fans of weights {@code [in, out]} or of filters {@code [kh, kw, in, out]}, whose
   * inputs and outputs lie under each of the kh · kw positions.
   *
   * @throws IllegalArgumentException for another number of axes
   */
  public static Fans of(Shape weights) {
    return of(weights, 1);
  }

  /**
   * Returns the fans of filters {@code [kh, kw, in / groups, out]} whose outputs are divided into
   * groups.
   *
   * @throws IllegalArgumentException for weights that have neither 2 nor 4 axes
   */
  public static Fans of(Shape weights, int groups) {
    return switch (weights.rank()) {
      case 2 -> new Fans(weights.dim(0), weights.dim(1));
      case 4 -> {
        int area = weights.dim(0) * weights.dim(1);
        yield new Fans(area * weights.dim(2), area * (weights.dim(3) / groups));
      }
      default ->
          throw new IllegalArgumentException(
              "only weights [in, out] and filters [kh, kw, in, out] say how many inputs a unit has,"
                  + " not the shape "
                  + weights
                  + "; pass Fans");
    };
  }
}
