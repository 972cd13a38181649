package shinso.zoo.regularization;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Contractive auto-encoder with tied weights: a code that hardly changes with the input but where
 * reconstruction forces it to.
 *
 * <pre>
 * h(x) = σ(x W + b)            y = σ(h Wᵀ + c)
 * ‖J(x)‖² = Σⱼ (hⱼ (1 − hⱼ))² Σᵢ Wᵢⱼ²,   J = ∂h/∂x
 * L = −Σᵢ [xᵢ log yᵢ + (1 − xᵢ) log(1 − yᵢ)] + λ ‖J(x)‖² + γ E ‖J(x) − J(x + ε)‖²
 * </pre>
 *
 * <p>The last term, with normal ε, holds the curvature down as well (CAE+H).
 *
 * <p>Sources: Rifai, Vincent, Muller, Glorot and Bengio, "Contractive auto-encoders" (2011),
 * section 3; Rifai, Mesnil, Vincent, Muller, Bengio, Dauphin and Glorot, "Higher order contractive
 * auto-encoder" (2011).
 *
 * <p>Examples may have any shape; they are flattened.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param hiddenBias b, {@code [hidden]}
 * @param visibleBias c, {@code [visible]}
 */
public record ContractiveAutoencoder(Param weight, Param hiddenBias, Param visibleBias)
    implements LatentVariableModel {
  /** Returns an untrained auto-encoder. */
  public static ContractiveAutoencoder of(int visible, int hidden, Rng rng) {
    return new ContractiveAutoencoder(
        Param.of(Initializer.glorotUniform().draw(Shape.of(visible, hidden), rng)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(Tensor.zeros(visible)));
  }

  @Override
  public Tensor encode(Tensor x) {
    Tensor flat = x.shape().rank() == 2 ? x : x.flatten(1);
    return flat.matmul(weight.value()).add(hiddenBias.value()).sigmoid(); // [b, hidden]
  }

  @Override
  public Tensor decode(Tensor h) {
    return decoderLogits(h).sigmoid(); // [b, visible]
  }

  private Tensor decoderLogits(Tensor h) {
    return h.matmul(weight.value().transpose()).add(visibleBias.value());
  }

  /** Returns ‖J(x)‖² of each example: {@code [b, visible] -> [b]}. */
  public Tensor contraction(Tensor x) {
    return slopes(x).square().matmul(lengths());
  }

  /** Returns ‖J(x) − J(x′)‖² of each example: {@code [b, visible] -> [b]}. */
  public Tensor curvature(Tensor x, Tensor near) {
    return slopes(x).sub(slopes(near)).square().matmul(lengths());
  }

  /** h (1 − h): J = diag(slopes) Wᵀ. */
  private Tensor slopes(Tensor x) {
    Tensor h = encode(x);
    return h.mul(h.rsub(1));
  }

  /** Σᵢ Wᵢⱼ², {@code [hidden]}. */
  private Tensor lengths() {
    return weight.value().square().sum(0);
  }

  /**
   * Gradient descent on L.
   *
   * @param cae what learns
   * @param below from what is in the data to the input: the layers below, which stay as they are
   * @param lambda λ
   * @param gamma γ
   * @param noise standard deviation of ε
   * @param rule moves the parameters
   */
  public record Training(
      ContractiveAutoencoder cae,
      UnaryOperator<Tensor> below,
      double lambda,
      double gamma,
      double noise,
      Optimizer rule)
      implements Learner {
    @Override
    public Map<String, Param> model() {
      return Parameters.all(cae);
    }

    @Override
    public Map<String, Param> state() {
      return rule.state(model());
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      Tensor x = below.apply(batch.getFirst()).stopGradient();
      Tensor near = x.add(x.normalLike(rng).mul(noise));
      Tensor reconstruction = reconstruction(x);
      Tensor contraction = cae.contraction(x).mean();
      Tensor loss =
          reconstruction.add(contraction.mul(lambda)).add(cae.curvature(x, near).mean().mul(gamma));
      List<Param> theta = List.copyOf(model().values());
      return Step.of(rule.update(theta, Autodiff.gradients(loss, theta)))
          .metric("loss", loss)
          .metric("reconstruction", reconstruction)
          .metric("contraction", contraction);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor x = below.apply(batch.getFirst());
      return Step.of(List.of())
          .metric("reconstruction", reconstruction(x))
          .metric("contraction", cae.contraction(x).mean());
    }

    private Tensor reconstruction(Tensor x) {
      Tensor logits = cae.decoderLogits(cae.encode(x));
      return Losses.binaryCrossEntropyFromLogitsEach(logits, x).mean();
    }
  }
}
