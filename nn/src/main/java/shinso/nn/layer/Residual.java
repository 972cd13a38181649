package shinso.nn.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A layer beside a connection that goes past it, {@code y = f(x) + s(x)}: {@code [*] -> [*]}.
 *
 * <p>Source: He et al., "Deep residual learning" (2016), equations 1 and 2.
 *
 * @param layer f
 * @param shortcut s, or null for the identity
 */
public record Residual(Layer layer, @Nullable Layer shortcut) implements Recurrent {
  /** What goes past a block that changes the size or the number of channels; section 3.3. */
  public enum Shortcut {
    /** Option A: the identity, with zeros as further channels; it has no parameters. */
    ZERO_PADDED,
    /** Option B: a 1 × 1 convolution and batch normalisation. */
    PROJECTION
  }

  /** Returns a layer with the identity beside it. */
  public static Residual of(Layer layer) {
    return new Residual(layer, null);
  }

  /** Returns the shapes of the state of f; what goes past it has none. */
  @Override
  public List<Shape> stateShapes() {
    return Recurrence.stateShapes(layer);
  }

  /**
   * Returns the sum.
   *
   * @throws IllegalArgumentException if both ways give other shapes
   */
  @Override
  public Output run(Tensor x, @Nullable List<Tensor> initial, Pass pass) {
    return past(x, Recurrence.run(layer, x, initial, pass), pass);
  }

  @Override
  public Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    return past(x, Recurrence.step(layer, x, state, pass), pass);
  }

  private Output past(Tensor x, Output y, Pass pass) {
    Tensor past = shortcut == null ? x : shortcut.forward(x, pass);
    requireSame(y.output().shape(), past.shape());
    return new Output(y.output().add(past), y.state());
  }

  @Override
  public Shape outputShape(Shape input) {
    return requireSame(
        layer.outputShape(input), shortcut == null ? input : shortcut.outputShape(input));
  }

  private static Shape requireSame(Shape y, Shape past) {
    return Check.sameShape("residual, the layer and what goes past it", y, past);
  }

  /** Returns the layers. */
  @Override
  public String toString() {
    return shortcut == null
        ? "Residual(" + layer + ")"
        : "Residual(%s, %s)".formatted(layer, shortcut);
  }
}
