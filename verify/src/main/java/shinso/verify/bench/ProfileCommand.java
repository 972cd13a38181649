package shinso.verify.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Profile;

/** Shows where a step's time and memory go. */
@Command(
    name = "profile",
    description = {
      "Prints the time by kernel of one step, and the memory plan.",
      "GB/s counts the values that a kernel reads and writes, each once. What the kernels don't"
          + " take of a step goes to looking up the program, binding memory and reading metrics."
    },
    mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Option(
      names = "--values",
      paramLabel = "N",
      defaultValue = "8",
      description = "largest values to show (default 8)")
  private int values;

  @Parameters(
      paramLabel = "WORKLOAD",
      converter = Measuring.Workloads.class,
      description = "what to train")
  private Workload workload;

  /** Kernels of equal names. */
  private static final class Row {
    int count;
    double millis;
    double flops;
    double bytes;
  }

  @Override
  public Integer call() {
    Measuring.positive(spec.commandLine(), "--values", values);
    measuring.apply();
    TrainingStep step = TrainingStep.of(workload);
    Profile profile = Profile.of(() -> Timing.of(step::run, measuring.seconds()));
    Timing plain = Timing.of(step::run, measuring.seconds());

    Map<String, Row> rows = new LinkedHashMap<>();
    List<CompiledGraph> programs = new ArrayList<>();
    profile.visit((program, number, nanos) -> {
      Kernel kernel = program.kernels().get(number);
      Row row = rows.computeIfAbsent(kernel.label(), label -> new Row());
      row.count++;
      row.millis += nanos / 1e6;
      row.flops += kernel.flops();
      row.bytes += program.traffic(number);
      if (!programs.contains(program)) {
        programs.add(program);
      }
    });
    PrintWriter out = spec.commandLine().getOut();
    out.println(kernels(rows, plain.medianMillis()));
    out.println();
    out.println(memory(programs));
    out.println();
    out.println(largest(programs));
    return 0;
  }

  private static Table kernels(Map<String, Row> rows, double stepMillis) {
    double total = rows.values().stream().mapToDouble(r -> r.millis).sum();
    Table table = new Table("kernel", "count", "ms", "share", "GFLOP/s", "GB/s");
    rows.entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> -e.getValue().millis))
        .forEach(e -> {
          Row r = e.getValue();
          table.row(
              e.getKey(),
              r.count,
              millis(r.millis),
              percent(r.millis / total),
              r.flops == 0 ? "" : Table.number(r.flops / r.millis / 1e6),
              Table.number(r.bytes / r.millis / 1e6));
        });
    int count = rows.values().stream().mapToInt(r -> r.count).sum();
    table.row("all kernels", count, millis(total), percent(1), "", "");
    table.row("a step without profiling", "", millis(stepMillis), "", "", "");
    return table;
  }

  private static String millis(double x) {
    return String.format(Locale.ROOT, "%.4f", x);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * fraction);
  }

  private Table memory(List<CompiledGraph> programs) {
    Table table = new Table("memory", "size");
    long slab = programs.stream().mapToLong(CompiledGraph::slabBytes).max().orElse(0);
    table.row("slab, which all programs share", Table.bytes(slab));
    table.row(
        "the same values without sharing",
        Table.bytes(sum(programs, CompiledGraph::unsharedBytes)));
    Work work = Work.of(workload);
    table.row("parameters", Table.bytes(4.0 * work.parameters()));
    table.row("compulsory traffic of a step", Table.bytes(work.bytes()));
    return table;
  }

  private static double sum(List<CompiledGraph> programs, ToLongFunction<CompiledGraph> size) {
    return programs.stream().mapToLong(size).sum();
  }

  private Table largest(List<CompiledGraph> programs) {
    Table table = new Table("largest values in the slab", "size");
    programs.stream()
        .flatMap(p -> p.values().stream())
        .sorted(Comparator.comparingLong(CompiledGraph.Value::bytes).reversed())
        .limit(values)
        .forEach(v -> table.row(v.what(), Table.bytes(v.bytes())));
    return table;
  }
}
