package shinso.verify.bench;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that measure training steps. */
final class Measuring {
  /** What products are computed in. */
  enum Precision {
    /** 32-bit floating-point numbers. */
    F32,
    /** Products of bfloat16 numbers, added in 32 bits. */
    BF16;

    @Override
    public String toString() {
      return this == F32 ? "f32" : "bf16";
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private int threads = 2;
  private double seconds = 3;

  @Option(
      names = "--precision",
      paramLabel = "f32|bf16",
      defaultValue = "f32",
      description = "what products are computed in (default f32)")
  private Precision precision = Precision.F32;

  @Option(names = "--threads", paramLabel = "N", description = "worker threads (default 2)")
  void setThreads(int count) {
    if (count < 1 || count > 1024) {
      throw new ParameterException(
          spec.commandLine(), "--threads is a number from 1 to 1024, not " + count);
    }
    threads = count;
  }

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "time for each measurement (default 3)")
  void setSeconds(double time) {
    if (!(time > 0 && time <= 3600)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds is a number above 0, up to 3600, not " + time);
    }
    seconds = time;
  }

  int threads() {
    return threads;
  }

  double seconds() {
    return seconds;
  }

  Precision precision() {
    return precision;
  }

  /** Tells the backend, which must not have been used yet. */
  void apply() {
    System.setProperty("shinso.threads", Integer.toString(threads));
    System.setProperty("shinso.precision", precision.toString());
  }

  /** The command's arguments for a process that measures the same way. */
  List<String> arguments() {
    return List.of("--threads", Integer.toString(threads), "--precision", precision.toString());
  }

  /** Reads workloads, so that a wrong one is noticed before anything is measured. */
  static final class Workloads implements ITypeConverter<Workload> {
    @Override
    public Workload convert(String text) {
      try {
        Workload w = Workload.parse(text);
        Work.of(w);
        return w;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Fails unless an option's value is at least 1. */
  static int positive(CommandLine command, String option, int value) {
    if (value < 1) {
      throw new ParameterException(command, option + " is at least 1, not " + value);
    }
    return value;
  }
}
