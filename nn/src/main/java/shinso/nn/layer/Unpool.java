package shinso.nn.layer;

import java.util.Locale;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Unpooling without switches, {@code [n, h, w, c] -> [n, h · size, w · size, c]}: each pixel
 * becomes a square. {@link PoolUnpool} has switches.
 *
 * <p>Source: Dosovitskiy, Springenberg and Brox, "Learning to generate chairs with convolutional
 * neural networks" (2015), section 4.3, for a value in the corner.
 *
 * @param size rows and columns of a square
 * @param filling where in the square the value stands
 */
public record Unpool(int size, Filling filling) implements Layer {
  /** Where in its square a value stands. */
  public enum Filling {
    /** In the upper left corner, with zeros around it. */
    CORNER,
    /** Everywhere. */
    REPEATED
  }

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public Unpool {
    if (size < 1) {
      throw new IllegalArgumentException("unpool: squares are at least 1 wide, not " + size);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    Check.rank("unpool", s, 4, "[batch, height, width, channels]");
    Tensor corners = x.reshape(s.dim(0), s.dim(1), 1, s.dim(2), 1, s.dim(3));
    Tensor squares =
        switch (filling) {
          case CORNER -> corners.pad(2, 0, size - 1, 0).pad(4, 0, size - 1, 0);
          case REPEATED ->
              corners.broadcastTo(Shape.of(s.dim(0), s.dim(1), size, s.dim(2), size, s.dim(3)));
        };
    return squares.reshape(s.dim(0), s.dim(1) * size, s.dim(2) * size, s.dim(3));
  }

  /** Returns the size and the filling. */
  @Override
  public String toString() {
    return "Unpool(%dx%d, %s)".formatted(size, size, filling.name().toLowerCase(Locale.ROOT));
  }
}
