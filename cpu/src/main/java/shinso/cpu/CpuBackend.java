package shinso.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import shinso.core.backend.Backend;
import shinso.core.backend.Executable;
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
  private static final Logger LOG = LoggerFactory.getLogger(CpuBackend.class);

  /** Whether the log has it that another precision than the one asked for is used. */
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private final int threads;
  private final boolean useOneDnn;
  private final Precision precision;

  /**
   * Creates the backend as the system properties say; this is what {@link java.util.ServiceLoader}
   * calls.
   */
  public CpuBackend() {
    this(
        Integer.getInteger("shinso.threads", Runtime.getRuntime().availableProcessors()),
        true,
        Precision.named(System.getProperty("shinso.precision", "f32")));
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
      if (!TOLD.getAndSet(true)) {
        LOG.warn(
            "shinso.precision=bf16 is not possible, computing in f32: {}",
            oneDnn == null
                ? "it needs oneDNN, which is off"
                : "oneDNN has no bf16 with " + oneDnn.isa());
      }
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
          boolean wanted = !System.getProperty("shinso.onednn", "on").equals("off");
          LOG.atLevel(wanted ? Level.WARN : Level.INFO).log("oneDNN is not used: {}", off.reason());
          yield null;
        }
      };
    }
  }
}
