package shinso.app;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.Backend;
import shinso.core.backend.Backends;
import shinso.core.backend.NativeMemory;
import shinso.core.op.ConvSpec;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.file.JsonFile;

/** {@code shinso doctor}: what Shinso found on this machine, and whether it computes rightly. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Show what Shinso uses on this machine, and check that it computes rightly.")
final class DoctorCommand implements Runnable {
  /** Relative error that sums of a few hundred F32 products stay far below. */
  private static final double TOLERANCE = 1e-4;

  @Spec private CommandSpec spec;
  @Mixin private Threads threads;
  @Mixin private JsonOption json;

  @Override
  public void run() {
    threads.apply();
    PrintWriter out = spec.commandLine().getOut();
    Map<String, String> machine = machine();
    Backend backend = Backends.preferred();
    if (json.isGiven()) {
      out.print(JsonFile.written(fields(machine, backend, backend.tryKnownFaults())));
      out.flush();
      return;
    }
    machine.forEach((name, value) -> line(out, "", name, value));
    line(out, "", "Backend", backend.name());
    backend.describe().forEach((name, value) -> line(out, "  ", name, value));
    Map<String, String> faults = backend.tryKnownFaults();
    if (!faults.isEmpty()) {
      line(out, "", "Known faults", "of libraries, tried out in processes of their own");
      faults.forEach((name, found) -> out.println("  " + name + ": " + found));
    }
    line(out, "", "Memory", memory());

    line(out, "", "Data", DataCommand.folder());
    DataCommand.states().forEach((name, state) -> line(out, "  ", name, state));
    line(out, "", "Check", check(backend));
  }

  /** Returns the same for programs. */
  private static Map<String, Object> fields(
      Map<String, String> machine, Backend backend, Map<String, String> faults) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("machine", machine);
    fields.put("backend", backend.name());
    fields.put("backendFacts", backend.describe());
    fields.put("knownFaults", faults);
    fields.put("memory", memory());
    fields.putAll(DataCommand.fields());
    fields.put("check", check(backend));
    return fields;
  }

  private static void line(PrintWriter out, String indent, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-16s%s", indent + name, value).stripTrailing());
  }

  private static Map<String, String> machine() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("Shinso", Main.version());
    machine.put(
        "JDK",
        "%s (%s), %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home")));
    machine.put(
        "System",
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    machine.put("Processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return machine;
  }

  private static String memory() {
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return "%s in the machine or container; at most %s for the Java heap (-Xmx) and %s for tensors (-Dshinso.memory)"
        .formatted(
            gigabytes(machine),
            gigabytes(Runtime.getRuntime().maxMemory()),
            gigabytes(NativeMemory.limitBytes()));
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
  }

  /**
   * Computes a small convolution, a matrix product and their gradients, also with the reference.
   */
  private static String check(Backend backend) {
    Rng rng = Rng.of(1);
    List<Tensor> inputs =
        List.of(
            Tensor.normal(rng.split("x"), 4, 12, 12, 3),
            Tensor.normal(rng.split("k"), 3, 3, 3, 8).mul(0.2),
            Tensor.normal(rng.split("w"), 800, 10).mul(0.05));
    double worst = 0;
    List<Tensor> found = computed(inputs);
    List<Tensor> right = computed(inputs.stream().map(t -> t.cast(DType.F64)).toList());
    for (int i = 0; i < found.size(); i++) {
      Tensor r = right.get(i);
      Tensor error = found.get(i).cast(DType.F64).sub(r).abs().max();
      worst = Math.max(worst, error.div(r.abs().max()).item());
    }
    if (!(worst < TOLERANCE)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the backend %s computes wrongly on this machine: a relative error of %.2g; go on"
                  + " with -Dshinso.backend=reference in SHINSO_JAVA_OPTS and report it",
              backend.name(),
              worst));
    }
    return String.format(
        Locale.ROOT,
        "convolution, matrix product and their gradients are right (relative error %.1g)",
        worst);
  }

  private static List<Tensor> computed(List<Tensor> in) {
    Tensor h = in.get(0).conv2d(in.get(1), ConvSpec.VALID).tanh(); // [4, 10, 10, 8]
    Tensor y = h.reshape(4, 800).matmul(in.get(2)).logSumExp(-1).sum();
    List<Tensor> all = new ArrayList<>(Autodiff.gradients(y, in));
    all.add(y);
    return all;
  }
}
