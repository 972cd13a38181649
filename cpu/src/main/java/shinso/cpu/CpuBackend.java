package shinso.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backend;
import shinso.core.backend.Executable;
import shinso.core.backend.OptionException;
import shinso.core.backend.Options;
import shinso.core.backend.StepProfile;
import shinso.core.graph.Graph;
import shinso.cpu.onednn.FaultProbe;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.plan.Planner;
import shinso.cpu.plan.Precision;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Profile;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Lanes;

/**
 * The CPU backend. The number of threads is the system property {@code shinso.threads}, by default
 * that of the processors; {@code shinso.precision} is {@code f32} or {@code bf16}, see {@link
 * Precision}.
 */
public final class CpuBackend implements Backend {
  private static final int MOST_THREADS = 1024;

  private final int threads;
  private final boolean useOneDnn;
  private final Precision precision;

  /**
   * Creates the backend as the system properties say; this is what {@link java.util.ServiceLoader}
   * calls.
   *
   * @throws OptionException if a property has a value that can't be
   */
  public CpuBackend() {
    this(
        Options.number(
            "shinso.threads", Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS),
        true,
        Precision.named(Options.choice("shinso.precision", "f32", List.of("f32", "bf16"))));
    // Here they are refused in a plain line; the classes that read them are initialised later.
    Options.choice("shinso.vector.bits", "", List.of("128", "256", "512"));
    Options.choice("shinso.vector.masks", "", List.of("on", "off"));
    Options.choice("shinso.tiles", "on", List.of("on", "off", "now"));
    OneDnn.checkOptions();
  }

  /**
   * Creates a backend that computes in F32.
   *
   * @param threads workers including the calling thread
   * @param useOneDnn whether oneDNN is used if it can be loaded
   * @throws IllegalArgumentException if the number of threads is not positive
   */
  public CpuBackend(int threads, boolean useOneDnn) {
    this(threads, useOneDnn, Precision.F32);
  }

  /**
   * Creates a backend.
   *
   * @param threads workers including the calling thread
   * @param useOneDnn whether oneDNN is used if it can be loaded
   * @param precision of contractions; F32 where there is no other
   * @throws IllegalArgumentException if the number of threads is not positive
   */
  public CpuBackend(int threads, boolean useOneDnn, Precision precision) {
    if (threads < 1) {
      throw new IllegalArgumentException("there is at least one thread, not " + threads);
    }
    this.threads = threads;
    this.useOneDnn = useOneDnn;
    this.precision = precision;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 100;
  }

  /**
   * Returns true.
   *
   * @throws IllegalStateException if the JVM was started without the Vector API
   */
  @Override
  public boolean isUsable() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new IllegalStateException(
          "the CPU backend needs the Vector API: start java with --add-modules jdk.incubator.vector "
              + "--enable-native-access=ALL-UNNAMED, or choose -Dshinso.backend=reference");
    }
    return true;
  }

  @Override
  public Map<String, String> describe() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("precision", possible(useOneDnn ? Library.ONE_DNN : null).toString());
    facts.put("threads", Integer.toString(threads));
    facts.put("vector width", Lanes.bits() + " bits");
    facts.put(
        "oneDNN",
        switch (OneDnn.load()) {
          case OneDnn.Loaded.Ready ready when useOneDnn ->
              ready.oneDnn().version() + ", " + ready.oneDnn().isa();
          case OneDnn.Loaded.Ready ready -> "off: not asked for";
          case OneDnn.Loaded.Off off -> "off: " + off.reason();
        });
    return facts;
  }

  @Override
  public Map<String, String> tryKnownFaults() {
    Map<String, String> found = new LinkedHashMap<>();
    if (useOneDnn && OneDnn.load() instanceof OneDnn.Loaded.Ready(OneDnn dnn)) {
      String here = "oneDNN " + dnn.version() + " with " + dnn.isa();
      FaultProbe.examine(dnn)
          .forEach((fault, finding) ->
              found.put(
                  fault.name(),
                  switch (finding) {
                    case ELSEWHERE -> here + " isn't concerned";
                    case RIGHT -> "avoided; " + here + " hasn't got it any more";
                    case WRONG -> "avoided; " + here + " has it";
                    case ENDED -> "avoided; " + here + " has it, which ends the process";
                    case UNKNOWN -> "avoided; could not be tried here";
                  }));
    }
    return found;
  }

  @Override
  public List<StepProfile.Row> profile(Runnable work) {
    List<StepProfile.Row> rows = new ArrayList<>();
    Profile.of(work)
        .visit((program, number, nanos) -> {
          Kernel kernel = program.kernels().get(number);
          rows.add(
              new StepProfile.Row(
                  kernel.label(), 1, nanos / 1e6, kernel.flops(), program.traffic(number)));
        });
    return rows;
  }

  @Override
  public Executable compile(Graph graph) {
    OneDnn oneDnn = useOneDnn ? Library.ONE_DNN : null;
    return Planner.compile(graph, Workers.of(threads), oneDnn, possible(oneDnn));
  }

  private Precision possible(@Nullable OneDnn oneDnn) {
    if (precision == Precision.BF16 && (oneDnn == null || !oneDnn.hasBfloat16())) {
      Warnings.give(
          "shinso.precision=bf16 is not possible, computing in f32: "
              + (oneDnn == null
                  ? "it needs oneDNN, which is off"
                  : "oneDNN has no bf16 with " + oneDnn.isa()));
      return Precision.F32;
    }
    return precision;
  }

  private static final class Library {
    static final @Nullable OneDnn ONE_DNN = open();

    private static @Nullable OneDnn open() {
      return switch (OneDnn.load()) {
        case OneDnn.Loaded.Ready ready -> ready.oneDnn();
        case OneDnn.Loaded.Off off -> {
          if (!OneDnn.isSwitchedOff()) {
            Warnings.give(
                "oneDNN is not used, so results have other bits and take longer: " + off.reason());
          }
          yield null;
        }
      };
    }
  }
}
