package shinso.zoo.feedforward;

import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * A layer of formal neurons, whose weights are given and don't learn: a neuron fires if its inputs
 * reach its threshold (McCulloch and Pitts, "A logical calculus of the ideas immanent in nervous
 * activity", 1943).
 *
 * <pre>
 * y = 1 if Σᵢ wᵢ xᵢ ≥ θ, else 0
 * </pre>
 *
 * <p>Inputs and outputs are 0 and 1: {@code [n, in] -> [n, out]}. An input that inhibits has a
 * weight negative enough that the others can't outweigh it.
 *
 * @param weight w, {@code [in, out]}
 * @param threshold θ, {@code [out]}
 */
public record McCullochPitts(Param weight, Param threshold) implements Layer {
  /** Fires if all of two inputs are on. */
  public static final McCullochPitts AND = of(2, 1, 1);

  /** Fires if one of two inputs is on, or both. */
  public static final McCullochPitts OR = of(1, 1, 1);

  /** Fires if its input is off. */
  public static final McCullochPitts NOT = of(0, -1);

  /** Returns a neuron with a threshold and the weights of its inputs. */
  public static McCullochPitts of(double threshold, double... weights) {
    float[] w = new float[weights.length];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) weights[i];
    }
    return new McCullochPitts(
        Param.of(Tensor.of(w, w.length, 1)),
        Param.of(Tensor.of(new float[] {(float) threshold}, 1)));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return Activation.STEP.apply(x.matmul(weight.value()).sub(threshold.value()));
  }
}
