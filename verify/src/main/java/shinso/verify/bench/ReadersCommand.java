package shinso.verify.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import shinso.verify.readers.ReaderFuzz;

/** Damaged files of all kinds. */
@Command(
    name = "readers",
    description = {
      "Reads damaged pictures, tables, arrays, models, checkpoints and archives, and prints what is"
          + " answered by anything but a result or an error of one line.",
      "The exit code is 1 if there is any. See docs/fuzzing.md."
    },
    mixinStandardHelpOptions = true)
final class ReadersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "1",
      description = "time after which no further file is read (default 1)")
  private double minutes;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      defaultValue = "100000000",
      description = "files at most")
  private long inputs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "the first file (default 0)")
  private long seed;

  @Override
  public Integer call() throws IOException {
    if (!(minutes > 0 && minutes <= 100_000)) {
      throw new ParameterException(
          spec.commandLine(), "--minutes is a number above 0, up to 100000, not " + minutes);
    }
    if (inputs < 1 || seed < 0) {
      throw new ParameterException(
          spec.commandLine(), "--inputs is a number from 1 on, and --seed one from 0 on");
    }
    PrintWriter out = spec.commandLine().getOut();
    ReaderFuzz.Outcome outcome = ReaderFuzz.run(seed, inputs, 60 * minutes, out);
    out.println(outcome.table());
    out.printf(
        Locale.ROOT,
        "%,d files with a heap of %,d MB: %,d were refused, %d findings%n",
        outcome.inputs(),
        Runtime.getRuntime().maxMemory() >> 20,
        outcome.refused(),
        outcome.findings());
    return outcome.findings() > 0 ? 1 : 0;
  }
}
