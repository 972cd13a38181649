package shinso.verify.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does some steps and ends; {@code bench start} measures from outside how long that takes. */
@Command(
    name = "steps",
    hidden = true,
    description = "Does some steps and ends.",
    mixinStandardHelpOptions = true)
final class StepsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Option(names = "--steps", defaultValue = "100", description = "how many (default 100)")
  private int steps;

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
    for (int i = 0; i < steps; i++) {
      loss = step.run();
    }
    spec.commandLine().getOut().println(loss);
    return 0;
  }
}
