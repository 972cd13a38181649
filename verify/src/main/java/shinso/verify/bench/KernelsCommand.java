package shinso.verify.bench;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the JMH benchmarks of single kernels. */
@Command(
    name = "kernels",
    description = {
      "Times single kernels on one thread with JMH: the Vector API, plain loops, oneDNN.",
      "The numbers are 10⁹ a second: floating-point operations of products and convolutions,"
          + " elements of everything else. Each is measured in a process of its own."
    },
    mixinStandardHelpOptions = true)
final class KernelsCommand implements Callable<Integer> {
  private static final String PACKAGE = "shinso.verify.bench.kernels.";
  private static final List<String> WAYS = List.of("VectorApi", "OneDnn", "Scalar");

  @Spec private CommandSpec spec;

  @Option(
      names = "--millis",
      paramLabel = "MS",
      defaultValue = "200",
      description = "time of each of 3 iterations, and of each of 5 to warm up (default 200)")
  private int millis;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description = "part of a benchmark's name, or a regular expression: matmul, unary.*vector")
  private String filter = "";

  @Override
  public Integer call() throws RunnerException {
    Measuring.positive(spec.commandLine(), "--millis", millis);
    TimeValue time = TimeValue.milliseconds(millis);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(expression())
            .shouldFailOnError(true)
            .forks(1)
            .warmupIterations(5)
            .warmupTime(time)
            .measurementIterations(3)
            .measurementTime(time)
            .verbosity(VerboseMode.SILENT);
    Collection<RunResult> results;
    PrintStream terminal = System.out;
    try {
      // JMH passes on what its processes write, and each of them has warnings about itself.
      System.setOut(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      results = new Runner(options.build()).run();
    } catch (NoBenchmarksException e) {
      throw new ParameterException(
          spec.commandLine(),
          "no benchmark's name has '%s' in it; try matmul, unary, binary, reduce, random, pool or"
                  .formatted(filter)
              + " convolution",
          e);
    } finally {
      System.setOut(terminal);
    }
    List<Row> rows = new ArrayList<>();
    for (RunResult r : results) {
      BenchmarkParams p = r.getParams();
      Map<String, String> parameters = new TreeMap<>();
      p.getParamsKeys().forEach(key -> parameters.put(key, p.getParam(key)));
      Result<?> work = r.getSecondaryResults().get("work");
      double score = work == null ? Double.NaN : work.getScore();
      rows.add(new Row(p.getBenchmark(), String.join(" ", parameters.values()), score));
    }
    spec.commandLine().getOut().println(table(rows));
    return 0;
  }

  private String expression() {
    try {
      Pattern.compile(filter);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(),
          "FILTER '%s' is no regular expression: %s".formatted(filter, e.getDescription()),
          e);
    }
    return Pattern.quote(PACKAGE) + ".*(?i:" + filter + ")";
  }

  /**
   * A measurement.
   *
   * @param benchmark class and method, ending in the way that it is computed
   * @param score 10⁹ a second
   */
  record Row(String benchmark, String parameters, double score) {}

  /** A line a kernel, a column a way of computing it. */
  static Table table(List<Row> rows) {
    Map<List<String>, Map<String, Double>> lines = new LinkedHashMap<>();
    for (Row row : rows) {
      String name =
          row.benchmark.replaceFirst("^.*\\.(\\w+)Benchmark\\.", "$1 ").toLowerCase(Locale.ROOT);
      for (String way : WAYS) {
        String ending = way.toLowerCase(Locale.ROOT);
        if (name.endsWith(ending)) {
          String kernel = name.substring(0, name.length() - ending.length()).strip();
          lines
              .computeIfAbsent(List.of(kernel, row.parameters), k -> new LinkedHashMap<>())
              .put(way, row.score);
        }
      }
    }
    Table table = new Table("kernel", "size", "Vector API", "oneDNN", "plain loop");
    lines.forEach((kernel, scores) -> {
      Object[] cells = new Object[2 + WAYS.size()];
      cells[0] = kernel.getFirst();
      cells[1] = kernel.getLast();
      for (int i = 0; i < WAYS.size(); i++) {
        cells[2 + i] = Table.number(scores.getOrDefault(WAYS.get(i), Double.NaN));
      }
      table.row(cells);
    });
    return table;
  }
}
