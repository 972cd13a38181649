package shinso.verify.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does a hundred steps and ends; {@code bench start} measures from outside how long that takes. */
@Command(
    name = "hundred",
    hidden = true,
    description = "Does a hundred steps and ends.",
    mixinStandardHelpOptions = true)
final class HundredCommand implements Callable<Integer> {
  static final int STEPS = 100;

  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Parameters(
      paramLabel = "WORKLOAD",
      converter = Measuring.Workloads.class,
      description = "what to train")
  private Workload workload;

  @Override
  public Integer call() {
    measuring.apply();
    TrainingStep step = TrainingStep.of(workload);
    double loss = 0;
    for (int i = 0; i < STEPS; i++) {
      loss = step.run();
    }
    spec.commandLine().getOut().println(loss);
    return 0;
  }
}
