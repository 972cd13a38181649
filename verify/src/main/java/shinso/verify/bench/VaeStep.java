package shinso.verify.bench;

import java.util.List;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Sequential;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Optimizer;

/** A variational auto-encoder with one hidden layer on each side. */
final class VaeStep implements TrainingStep {
  private final Program program;
  private final Tensor data;
  private final Rng rng = Rng.of(0);
  private int steps;

  VaeStep(Workload w) {
    int[] sizes = w.sizes("sizes", "-", 3);
    if (sizes.length != 3) {
      throw new IllegalArgumentException(
          "workload '%s': a vae has three sizes, data-hidden-latent, not %d"
              .formatted(w.text(), sizes.length));
    }
    Rng model = rng.split("model");
    Dense encoder = dense(sizes[0], sizes[1], model.split(0));
    Dense mean = dense(sizes[1], sizes[2], model.split(1));
    Dense logVariance = dense(sizes[1], sizes[2], model.split(2));
    Dense decoder = dense(sizes[2], sizes[1], model.split(3));
    Dense output = dense(sizes[1], sizes[0], model.split(4));
    List<Param> params =
        List.copyOf(
            Parameters.trainable(Sequential.of(encoder, mean, logVariance, decoder, output))
                .values());
    Optimizer optimizer = w.optimizer("opt");
    data = Tensor.uniform(rng.split("data"), w.batch(), sizes[0]).evaluate();
    program =
        Program.compileRandom((Tensor x, Rng key) -> {
          Pass pass = Pass.inference();
          Tensor h = encoder.forward(x, pass).relu(); // [batch, hidden]
          Tensor m = mean.forward(h, pass); // [batch, latent]
          Tensor s = logVariance.forward(h, pass); // [batch, latent]
          Tensor z = m.add(m.normalLike(key).mul(s.mul(0.5).exp()));
          Tensor r = output.forward(decoder.forward(z, pass).relu(), pass); // [batch, data]
          Tensor reconstruction = Losses.binaryCrossEntropyFromLogitsEach(r, x).sum();
          Tensor divergence = s.add(1).sub(m.square()).sub(s.exp()).sum().mul(-0.5);
          Tensor loss = reconstruction.add(divergence);
          return Step.of(optimizer.update(params, Autodiff.gradients(loss, params)))
              .metric("loss", loss);
        });
  }

  private static Dense dense(int in, int out, Rng rng) {
    return Dense.of(in, out, Initializer.glorotUniform(), rng);
  }

  @Override
  public double run() {
    return program.run(rng.split(steps++), data).metric("loss").item();
  }
}
