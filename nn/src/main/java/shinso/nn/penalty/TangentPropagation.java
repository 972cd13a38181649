package shinso.nn.penalty;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * Tangent propagation: the output must not change along given directions, those in which an example
 * may move without becoming something else.
 *
 * <pre>
 * R = λ / b Σₓ Σₖ ‖ ∂f/∂x · tₖ(x) ‖²
 * </pre>
 *
 * <p>The products of Jacobian and tangent are exact; the term is differentiated through them.
 *
 * <p>Source: Simard, Victorri, LeCun and Denker, "Tangent Prop: a formalism for specifying selected
 * invariances in an adaptive network" (1992), equation 2.
 *
 * @param lambda λ, the weight of the term
 * @param tangents from the fields of a batch to the directions {@code [b, k, *]}, each of the shape
 *     of an input
 * @param output from what the network gives to the f whose change counts, such as the softmax
 */
public record TangentPropagation(double lambda, Tangents tangents, UnaryOperator<Tensor> output)
    implements Regularizer {
  /** Directions in which the examples of a batch may move. */
  @FunctionalInterface
  public interface Tangents {
    /** Returns k directions for each example, {@code [b, k, *]}. */
    Tensor of(List<Tensor> batch);
  }

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public TangentPropagation {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException("tangent propagation: λ is not negative, but " + lambda);
    }
  }

  /** Returns the term for the network's output as it is. */
  public static TangentPropagation of(double lambda, Tangents tangents) {
    return new TangentPropagation(lambda, tangents, UnaryOperator.identity());
  }

  /** Returns this for probabilities, the softmax of the network's output. */
  public TangentPropagation ofProbabilities() {
    return new TangentPropagation(lambda, tangents, y -> y.softmax(-1));
  }

  /**
   * Returns the term.
   *
   * @throws IllegalArgumentException if the tangents don't fit to the input
   */
  @Override
  public Tensor of(Layer network, List<Tensor> batch, Tensor out, Pass pass) {
    Tensor x = batch.getFirst();
    Tensor t = tangents.of(batch).stopGradient();
    int b = x.shape().dim(0);
    Shape example = x.shape().slice(1, x.shape().rank());
    if (t.shape().rank() != x.shape().rank() + 1
        || !t.shape().equals(Shape.of(b, t.shape().dim(1)).concat(example))) {
      throw new IllegalArgumentException(
          "tangent propagation: inputs %s have tangents [%d, k, …], each like an input, not %s"
              .formatted(x.shape(), b, t.shape()));
    }
    int k = t.shape().dim(1);
    Shape all = Shape.of(b * k).concat(example);
    Tensor repeated = x.unsqueeze(1).tile(1, k).reshape(all).stopGradient(); // [b k, *]
    Tensor f = output.apply(network.forward(repeated, pass));
    Tensor slopes = Autodiff.jvp(List.of(f), List.of(repeated), List.of(t.reshape(all))).getFirst();
    return slopes.square().sum().mul(lambda / b);
  }
}
