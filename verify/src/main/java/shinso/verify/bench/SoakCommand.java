package shinso.verify.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import shinso.core.backend.NativeMemory;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Looks for memory that is not given back. */
@Command(
    name = "soak",
    description =
        "Trains for many steps and evaluates many small expressions, and prints the memory in use.",
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--steps", defaultValue = "20000", description = "training steps (default 20000)")
  private int steps;

  @Option(
      names = "--evaluations",
      defaultValue = "100000",
      description = "expressions (default 100000)")
  private int evaluations;

  @Override
  public Integer call() {
    Measuring.positive(spec.commandLine(), "--steps", steps);
    Measuring.positive(spec.commandLine(), "--evaluations", evaluations);
    TrainingStep step = TrainingStep.of(Workload.parse("mlp:batch=32,sizes=784-100-10,opt=adam"));
    for (int i = 0; i <= steps; i++) {
      step.run();
      if (i % Math.max(1, steps / 10) == 0) {
        report("steps", i);
      }
    }
    Rng rng = Rng.of(1);
    double sum = 0;
    for (int i = 0; i <= evaluations; i++) {
      Tensor x = Tensor.normal(rng.split(i), 3 + i % 50, 7);
      sum += x.square().sub(Tensor.scalar(i)).logSumExp(-1).mean().item();
      if (i % Math.max(1, evaluations / 10) == 0) {
        report("evaluations", i);
      }
    }
    spec.commandLine().getOut().println("done, " + sum);
    return 0;
  }

  private void report(String what, int count) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%8d %s: %d kB resident, outside of the heap %d bytes in %d allocations%n",
        count,
        what,
        ProcessMemory.status("VmRSS") >> 10,
        NativeMemory.used(),
        NativeMemory.allocations());
  }
}
