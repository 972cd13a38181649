package shinso.verify.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times our step and a peer's. */
@Command(
    name = "compare",
    description = {
      "Times our step and a peer's in turn and prints the ratios peer / ours, of the peer's fastest"
          + " variant.",
      "In f32 the variants count whose names don't end in bf16, in bf16 those whose names do."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Option(names = "--rounds", defaultValue = "3", description = "turns of each (default 3)")
  private int rounds;

  @Option(
      names = "--peer",
      required = true,
      description =
          "tensorflow-java, djl or dl4j, which come from Maven Central, or a command that takes"
              + " --threads N --seconds S WORKLOAD")
  private String peerText = "";

  @Parameters(
      arity = "1..*",
      paramLabel = "WORKLOAD",
      converter = Measuring.Workloads.class,
      description = "what to train")
  private List<Workload> workloads = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Measuring.positive(spec.commandLine(), "--rounds", rounds);
    Peer peer = peer();
    measuring.apply();
    Table table = table();
    for (Workload workload : workloads) {
      TrainingStep step = TrainingStep.of(workload);
      Comparison comparison = new Comparison(measuring.precision());
      for (int i = 0; i < rounds; i++) {
        double ours = Timing.of(step::run, measuring.seconds()).medianMillis();
        comparison.round(ours, peer.ask(workload, measuring.threads(), measuring.seconds()));
      }
      row(table, workload, measuring.threads(), comparison.outcome());
      if (workloads.size() > 1) {
        // Long runs are watched, or stopped before the end.
        Table progress = table();
        row(progress, workload, measuring.threads(), comparison.outcome());
        spec.commandLine().getErr().println(progress);
      }
    }
    spec.commandLine().getOut().println(table);
    return 0;
  }

  private Peer peer() {
    try {
      return Peer.of(peerText);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  static Table table() {
    return new Table(
        "workload", "threads", "ours ms", "peer's best", "peer ms", "peer / ours", "min–max");
  }

  static void row(Table table, Workload workload, int threads, Comparison.Outcome o) {
    table.row(
        "`" + workload.text() + "`",
        threads,
        Table.number(o.ours()),
        o.variant(),
        Table.number(o.theirs()),
        Table.number(o.ratio()),
        Table.number(o.least()) + "–" + Table.number(o.most()));
  }
}
