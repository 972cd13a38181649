package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.backend.OptionException;
import shinso.core.backend.Options;

/**
 * The loaded oneDNN library and the primitives compiled so far. There is one for the process; it is
 * safe for use by any number of threads.
 */
public final class OneDnn {

  /** Whether oneDNN can be used. */
  public sealed interface Loaded {
    /** It can. */
    record Ready(OneDnn oneDnn) implements Loaded {}

    /** It can't, for a reason worth showing to the user. */
    record Off(String reason) implements Loaded {}
  }

  /**
   * Least recently used primitives beyond this number are forgotten, and compiled again when asked
   * for; with {@link Primitive#BYTES} each they take 128 MB. Programs keep theirs.
   */
  private static final int CACHE_CAPACITY = 256;

  private static final Cleaner CLEANER = Cleaner.create();

  private static final class Instance {
    static final Loaded LOADED = open();
  }

  private final String version;
  private final int isa;
  private final long engine;
  private final Map<Spec, Primitive> primitives =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Spec, Primitive> eldest) {
          return size() > CACHE_CAPACITY;
        }
      };

  private OneDnn(String version, int isa, long engine) {
    this.version = version;
    this.isa = isa;
    this.engine = engine;
  }

  /**
   * Loads oneDNN at the first call, and gives the same answer ever after.
   *
   * @throws OptionException if a system property has a value that can't be
   */
  public static Loaded load() {
    checkOptions();
    return Instance.LOADED;
  }

  /**
   * Looks at the system properties {@code shinso.onednn} and {@code shinso.onednn.isa}.
   *
   * @throws OptionException if one has a value that can't be
   */
  public static void checkOptions() {
    isSwitchedOff();
    wantedIsa();
  }

  /** Returns whether the user doesn't want oneDNN. */
  public static boolean isSwitchedOff() {
    return Options.choice("shinso.onednn", "on", List.of("on", "off")).equals("off");
  }

  /** Returns the instruction set that oneDNN is not to go beyond, empty for any. */
  private static String wantedIsa() {
    return Options.choice(
        "shinso.onednn.isa", "", Isa.names().stream().map(Isa::toString).toList());
  }

  private static Loaded open() {
    if (isSwitchedOff()) {
      return new Loaded.Off("switched off by -Dshinso.onednn=off");
    }
    try {
      NativeLibrary.load(NativeJars.ofProcess(OneDnn.class.getClassLoader()));
      return new Loaded.Ready(start(wantedIsa()));
    } catch (IllegalCallerException e) {
      Module module = OneDnn.class.getModule();
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      return new Loaded.Off(e.getMessage() + "; pass --enable-native-access=" + name);
    } catch (NativeLibrary.UnavailableException | OneDnnException e) {
      return new Loaded.Off(String.valueOf(e.getMessage()));
    } catch (LinkageError e) {
      // The class of the bindings fails to initialise if a function is missing.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Loaded.Off("the library found isn't a usable oneDNN 3: " + cause.getMessage());
    }
  }

  private static OneDnn start(String wantedIsa) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = MemorySegment.ofAddress(Dnnl.version()).reinterpret(3 * Integer.BYTES);
      int major = number.getAtIndex(ValueLayout.JAVA_INT, 0);
      if (major != 3) {
        throw new UnsatisfiedLinkError("it has major version " + major);
      }
      String version =
          major
              + "."
              + number.getAtIndex(ValueLayout.JAVA_INT, 1)
              + "."
              + number.getAtIndex(ValueLayout.JAVA_INT, 2);
      Isa limit = Isa.named(wantedIsa);
      if (limit != null) {
        check("dnnl_set_max_cpu_isa", Dnnl.setMaxCpuIsa(limit.code), limit);
      }
      // Two caches of the same would keep twice as many.
      check("dnnl_set_primitive_cache_capacity", Dnnl.setPrimitiveCacheCapacity(0), 0);
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      check("dnnl_engine_create", Dnnl.engineCreate(out, Dnnl.ENGINE_CPU, 0), "the CPU");
      return new OneDnn(version, Dnnl.getEffectiveCpuIsa(), out.get(ValueLayout.JAVA_LONG, 0));
    }
  }

  private static void check(String function, int status, Object problem) {
    if (status != Dnnl.SUCCESS) {
      throw new OneDnnException(function, status, problem);
    }
  }

  /** oneDNN's version, such as {@code 3.11.0}. */
  public String version() {
    return version;
  }

  /** Instruction set in use, in oneDNN's names in lower case, such as {@code avx512_core_bf16}. */
  public String isa() {
    return Isa.nameOf(isa);
  }

  /** The bits of the instruction set in use, see {@link Isa}. */
  int isaCode() {
    return isa;
  }

  /** Whether the instruction set in use multiplies bfloat16 numbers. */
  public boolean hasBfloat16() {
    return Isa.AVX512_CORE_BF16.isPartOf(isa);
  }

  /**
   * The primitive for a problem, compiled now if it isn't remembered.
   *
   * @throws OneDnnException if oneDNN doesn't support the problem: overlapping rows, say, or a
   *     combination of types
   * @throws IllegalArgumentException if oneDNN is known to get the problem wrong, see {@link
   *     KnownFaults}
   */
  public Primitive primitive(Spec spec) {
    KnownFaults.Fault fault = KnownFaults.of(spec, isa, version);
    if (fault != null) {
      throw new IllegalArgumentException(
          "kept from oneDNN %s with %s, which gets it wrong (%s): %s"
              .formatted(version, isa(), fault.name(), spec));
    }
    return compile(spec);
  }

  /** {@link #primitive} also for what is known to go wrong. */
  Primitive compile(Spec spec) {
    synchronized (primitives) {
      Primitive primitive = primitives.get(spec);
      if (primitive == null) {
        prepareThread();
        try (PrimitiveBuilder builder = new PrimitiveBuilder(engine, spec)) {
          primitive = builder.build();
        }
        primitives.put(spec, primitive);
      }
      return primitive;
    }
  }

  /**
   * Whether oneDNN computes the problem rightly on this machine, as far as is known. What it gets
   * wrong is not for {@link #primitive}.
   */
  public boolean isRight(Spec spec) {
    return KnownFaults.of(spec, isa, version) == null;
  }

  /** Whether oneDNN has a kernel for the problem on this machine; if so, it is compiled now. */
  public boolean supports(Spec spec) {
    try {
      primitive(spec);
      return true;
    } catch (OneDnnException e) {
      if (e.isUnimplemented()) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Format of a tensor that lies in memory with these strides, for a {@link ReorderSpec}.
   *
   * @param shape sizes in the order of the layout's strides
   */
  public Format format(StridedLayout layout, List<Long> shape) {
    try (PrimitiveBuilder builder = new PrimitiveBuilder(engine, layout)) {
      return builder.strided(layout.type(), shape, layout.strides());
    }
  }

  /**
   * Keeps oneDNN single threaded in the calling thread, for as long as the thread lives. Creating
   * and executing primitives does this by itself.
   */
  public void prepareThread() {
    Dnnl.setNumThreads(1);
  }

  /** The process's engine. */
  static long engine() {
    if (load() instanceof Loaded.Ready(OneDnn oneDnn)) {
      return oneDnn.engine;
    }
    throw new IllegalStateException("oneDNN isn't loaded: " + load());
  }

  /**
   * Runs {@code destroy}, which mustn't refer to {@code owner}, some time after {@code owner}
   * became unreachable.
   */
  static void own(Object owner, Runnable destroy) {
    CLEANER.register(owner, destroy);
  }
}
