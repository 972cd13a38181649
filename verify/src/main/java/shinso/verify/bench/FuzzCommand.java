package shinso.verify.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import shinso.verify.fuzz.Campaign;
import shinso.verify.fuzz.Configuration;

/** Random programs against the reference interpreter, in JVMs of all configurations. */
@Command(
    name = "fuzz",
    description = {
      "Checks random programs against the reference interpreter, for every vector width and"
          + " instruction set of this machine, and prints those that are wrong as Java.",
      "The exit code is 1 if there are any. See docs/fuzzing.md."
    },
    mixinStandardHelpOptions = true)
final class FuzzCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "time for all of it (default 1)")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "the first program (default 0)")
  private long seed;

  @Option(
      names = "--programs",
      paramLabel = "N",
      defaultValue = "100000000",
      description = "at most, in each configuration")
  private long programs;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "JVMs at a time (default: the processors)")
  private int processes = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--configurations",
      split = ",",
      paramLabel = "NAME",
      description = "some of default, tiles-now, bits-256, avx2, … (default all)")
  private List<String> names = List.of();

  @Override
  public Integer call() throws InterruptedException {
    if (!(minutes > 0 && minutes <= 100_000)) {
      throw new ParameterException(
          spec.commandLine(), "--minutes is a number above 0, up to 100000, not " + minutes);
    }
    Measuring.positive(spec.commandLine(), "--processes", processes);
    List<Configuration> configurations = new ArrayList<>();
    try {
      names.forEach(n -> configurations.add(Configuration.named(n)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--configurations: " + e.getMessage(), e);
    }
    if (names.isEmpty()) {
      configurations.addAll(Configuration.all());
    }
    PrintWriter out = spec.commandLine().getOut();
    double each = minutes * 60 * Math.min(processes, configurations.size()) / configurations.size();
    List<Campaign.Result> results =
        new Campaign(out).run(configurations, seed, programs, each, processes);
    results.forEach(out::println);
    out.printf(
        "%d programs, %d findings%n",
        results.stream().mapToLong(Campaign.Result::programs).sum(),
        results.stream().mapToInt(Campaign.Result::findings).sum());
    return results.stream().anyMatch(r -> r.findings() > 0) ? 1 : 0;
  }
}
