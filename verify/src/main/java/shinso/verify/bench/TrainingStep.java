package shinso.verify.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Sgd;

/** A step of a workload: gradient of the cross-entropy of a fixed random batch, and the update. */
final class TrainingStep {
  private final Program program;
  private final Tensor images;
  private final Tensor labels;

  TrainingStep(Workload w) {
    Rng rng = Rng.of(0);
    Network net = w.network().build(rng.split("model"));
    int batch = w.batch();
    int classes = net.output().dim(-1);
    images =
        Tensor.uniform(rng.split("images"), Shape.of(batch).concat(Shape.of(w.input())).dims())
            .evaluate();
    int[] drawn = new int[batch];
    Arrays.setAll(drawn, i -> i % classes);
    labels = Tensor.of(drawn);
    Optimizer optimizer =
        switch (w.optimizer()) {
          case "adam" -> Adam.of(1e-3);
          case "sgd" -> Sgd.of(0.01);
          case "momentum" -> Momentum.of(0.01, 0.9);
          default ->
              throw new IllegalArgumentException(
                  "opt is adam, sgd or momentum in '" + w.text() + "'");
        };
    Map<String, Param> named = Parameters.trainable(net);
    List<Param> params = List.copyOf(named.values());
    program =
        Program.compile((Tensor x, Tensor t) -> {
          Tensor loss = Losses.softmaxCrossEntropy(net.forward(x, Pass.inference()), t);
          return Step.of(optimizer.update(params, Autodiff.gradients(loss, params)))
              .metric("loss", loss);
        });
  }

  double run() {
    return program.run(images, labels).metric("loss").item();
  }
}
