package shinso.nn.layer;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * A learned vector for each symbol: I32 symbols {@code [*] -> [*, features]}.
 *
 * <p>A symbol that doesn't exist is an {@link IndexOutOfBoundsException} when it runs; −1 is the
 * last one.
 *
 * @param weight a row for each symbol, {@code [symbols, features]}
 */
public record Embedding(Param weight) implements Layer {
  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if the weight is no matrix
   */
  public Embedding {
    Check.rank("embedding", weight.shape(), 2, "[symbols, features]");
  }

  /** Returns a layer with drawn vectors. */
  public static Embedding of(int symbols, int features, Initializer init, Rng rng) {
    if (symbols < 1 || features < 1) {
      throw new IllegalArgumentException(
          "embedding: at least one symbol and one feature, not %d and %d"
              .formatted(symbols, features));
    }
    return new Embedding(Param.of(init.draw(Shape.of(symbols, features), rng)));
  }

  /**
   * Returns the vectors of symbols.
   *
   * @throws IllegalArgumentException if the symbols are not I32
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.indices("embedding", x.dtype());
    return weight.value().gather(0, x);
  }

  @Override
  public Shape outputShape(Shape input) {
    return input.concat(weight.shape().slice(1, 2));
  }

  /** Returns the numbers of symbols and features. */
  @Override
  public String toString() {
    return "Embedding(%d → %d)".formatted(weight.shape().dim(0), weight.shape().dim(1));
  }
}
