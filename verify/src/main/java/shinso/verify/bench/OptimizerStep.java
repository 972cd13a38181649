package shinso.verify.bench;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Optimizer;

/** The update of one vector of parameters by a gradient that stays the same. */
final class OptimizerStep implements TrainingStep {
  private final Program program;
  private final Tensor gradient;
  private int steps;

  OptimizerStep(Workload w) {
    Rng rng = Rng.of(0);
    int n = w.size("n");
    Param param = Param.of(Tensor.normal(rng.split("parameters"), n));
    gradient = Tensor.normal(rng.split("gradient"), n).evaluate();
    Optimizer optimizer = w.optimizer("kind");
    program = Program.compile((Tensor g) -> Step.of(optimizer.update(List.of(param), List.of(g))));
  }

  @Override
  public double run() {
    program.run(gradient);
    return ++steps;
  }
}
