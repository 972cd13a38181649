package shinso.verify.bench;

import java.util.List;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.loop.MaximumLikelihood;
import shinso.zoo.autoregressive.Nade;

/** A neural autoregressive distribution estimator of binary units, as the zoo has it. */
final class NadeStep implements TrainingStep {
  private final Program program;
  private final Tensor data;
  private final Rng rng = Rng.of(0);
  private int steps;

  NadeStep(Workload w) {
    Nade nade = Nade.of(w.size("visible"), w.size("hidden"), rng.split("model"));
    MaximumLikelihood learner = new MaximumLikelihood(nade, w.optimizer("opt"));
    data = Tensor.uniform(rng.split("data"), w.batch(), w.size("visible")).less(0.3).evaluate();
    program = Program.of((in, key) -> learner.train(List.of(in.getFirst()), key));
  }

  @Override
  public double run() {
    return program.run(rng.split(steps++), data).metric("loss").item();
  }
}
