package shinso.core.program;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backends;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A function of tensors that is traced once for each combination of input shapes and element types,
 * compiled, and run many times. The function is called with placeholders; it must be pure but for
 * the parameters it reads. Updates of parameters are committed together when all of them have been
 * computed, so that a failure leaves every parameter as it was.
 *
 * <p>Compiled programs are kept, a thousand or 256 MB of them, the least recently used being
 * dropped; they share the memory that they work in.
 *
 * <p>Runs of one program take turns; programs that update the same parameters must not run at the
 * same time.
 */
public final class Program {
  private final Traced function;
  private final boolean random;
  private final ProgramCache<List<Signature>, Compiled> compiled =
      new ProgramCache<>(c -> c.executable);

  /** What ran last, which most of the time is what runs next. */
  private @Nullable Compiled last;

  private Program(Traced function, boolean random) {
    this.function = function;
    this.random = random;
  }

  /** A function of any number of tensors and a random key. */
  @FunctionalInterface
  public interface Traced {
    /** Returns what to do, given placeholders. */
    Step trace(List<Tensor> inputs, Rng rng);
  }

  /** A function of one tensor. */
  @FunctionalInterface
  public interface Unary {
    /** Returns what to do, given a placeholder. */
    Step trace(Tensor x);
  }

  /** A function of two tensors. */
  @FunctionalInterface
  public interface Binary {
    /** Returns what to do, given placeholders. */
    Step trace(Tensor x, Tensor t);
  }

  /** A function of one tensor that draws random numbers. */
  @FunctionalInterface
  public interface RandomUnary {
    /** Returns what to do, given placeholders. */
    Step trace(Tensor x, Rng rng);
  }

  /** A function of two tensors that draws random numbers. */
  @FunctionalInterface
  public interface RandomBinary {
    /** Returns what to do, given placeholders. */
    Step trace(Tensor x, Tensor t, Rng rng);
  }

  /** Returns a program of a function of any number of tensors and a random key. */
  public static Program of(Traced function) {
    return new Program(function, true);
  }

  /** Returns a program of a function of one tensor. */
  public static Program compile(Unary function) {
    return new Program((in, rng) -> function.trace(single(in)), false);
  }

  /** Returns a program of a function of two tensors. */
  public static Program compile(Binary function) {
    return new Program((in, rng) -> function.trace(first(in), in.get(1)), false);
  }

  /** Returns a program of a function of one tensor that draws random numbers. */
  public static Program compileRandom(RandomUnary function) {
    return new Program((in, rng) -> function.trace(single(in), rng), true);
  }

  /** Returns a program of a function of two tensors that draws random numbers. */
  public static Program compileRandom(RandomBinary function) {
    return new Program((in, rng) -> function.trace(first(in), in.get(1), rng), true);
  }

  private static Tensor single(List<Tensor> in) {
    arity(in, 1);
    return in.getFirst();
  }

  private static Tensor first(List<Tensor> in) {
    arity(in, 2);
    return in.getFirst();
  }

  private static void arity(List<Tensor> in, int expected) {
    if (in.size() != expected) {
      throw new IllegalArgumentException(
          "this program takes " + expected + " tensor(s), not " + in.size());
    }
  }

  /**
   * What a run gave.
   *
   * @param metrics the step's metrics by name
   * @param outputs the step's outputs
   */
  public record Result(Map<String, Tensor> metrics, List<Tensor> outputs) {
    /**
     * Returns a metric.
     *
     * @throws IllegalArgumentException if the step has no metric of this name
     */
    public Tensor metric(String name) {
      Tensor t = metrics.get(name);
      if (t == null) {
        throw new IllegalArgumentException(
            "there is no metric '" + name + "', only " + metrics.keySet());
      }
      return t;
    }

    /** Returns an output. */
    public Tensor output(int i) {
      return outputs.get(i);
    }
  }

  /**
   * Runs the program.
   *
   * @throws IllegalStateException if the function draws random numbers
   */
  public Result run(Tensor... inputs) {
    if (random) {
      throw new IllegalStateException(
          "this program draws random numbers: pass a key, run(rng, inputs)");
    }
    return run(Rng.of(0), inputs);
  }

  /**
   * Runs the program with a random key.
   *
   * @throws IllegalArgumentException if the number of inputs is not the function's
   */
  public synchronized Result run(Rng rng, Tensor... inputs) {
    Trace.requireNone();
    if (TensorAccess.buffer(rng.key()) == null) {
      rng.key().evaluate();
    }
    for (Tensor t : inputs) {
      if (TensorAccess.buffer(t) == null) {
        Tensor.evaluate(List.of(inputs));
        break;
      }
    }
    Compiled c = last;
    if (c == null || !c.takes(inputs)) {
      List<Signature> signature = Arrays.stream(inputs).map(Signature::of).toList();
      c = compiled.get(signature);
      if (c == null) {
        c = compile(signature);
        compiled.put(signature, c);
      }
      last = c;
    }
    return c.run(inputs, rng);
  }

  private record Signature(Shape shape, DType dtype) {
    static Signature of(Tensor t) {
      return new Signature(t.shape(), t.dtype());
    }

    boolean fits(Tensor t) {
      return dtype == t.dtype() && shape.equals(t.shape());
    }
  }

  private Compiled compile(List<Signature> signature) {
    List<Tensor> inputs =
        signature.stream().map(s -> TensorAccess.placeholder(s.shape, s.dtype)).toList();
    Tensor key = TensorAccess.placeholder(Shape.of(2), DType.I32);
    Trace trace = new Trace();
    Step step = trace.run(() -> function.trace(inputs, Rng.ofKey(key)));

    List<Tensor> wanted = new ArrayList<>();
    step.updates().forEach(u -> wanted.add(u.value()));
    wanted.addAll(step.metrics().values());
    wanted.addAll(step.outputs());
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = wanted.stream().mapToInt(builder::add).toArray();

    Map<Tensor, Source> sources = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      sources.put(inputs.get(i), new Source.Argument(i));
    }
    sources.put(key, new Source.Key());
    trace.symbols().forEach((param, symbol) -> sources.put(symbol, new Source.Parameter(param)));
    List<Source> bound = builder.leaves().stream().map(t -> source(t, sources)).toList();

    int[] donated = new int[outputs.length];
    Arrays.fill(donated, -1);
    for (int i = 0; i < step.updates().size(); i++) {
      donated[i] = bound.indexOf(new Source.Parameter(step.updates().get(i).param()));
    }
    Graph graph = builder.build(outputs, donated);
    return new Compiled(signature, step, bound, Backends.of(graph).compile(graph));
  }

  private static Source source(Tensor leaf, Map<Tensor, Source> sources) {
    Source s = sources.get(leaf);
    if (s != null) {
      return s;
    }
    Buffer known = TensorAccess.buffer(leaf);
    if (known == null) {
      throw new IllegalStateException(
          "the function uses "
              + TensorAccess.label(leaf)
              + ", a placeholder of another program; pass its value as an input");
    }
    return new Source.Captured(known);
  }

  /** Where a program's input comes from. */
  private sealed interface Source {
    record Argument(int index) implements Source {}

    record Key() implements Source {}

    record Parameter(Param param) implements Source {}

    record Captured(Buffer buffer) implements Source {}
  }

  /**
   * A number or an array that a run gives.
   *
   * @param name of a metric
   * @param text for messages
   */
  private record Wanted(@Nullable String name, Shape shape, DType dtype, String text) {
    static Wanted of(@Nullable String name, Tensor t) {
      return new Wanted(name, t.shape(), t.dtype(), TensorAccess.label(t));
    }

    Buffer allocate() {
      return Buffer.allocateResult(dtype, shape.size(), text);
    }
  }

  /** What is needed to run; not the trace, which is larger than the program. */
  private static final class Compiled {
    private final List<Signature> signature;
    private final List<Param> updated;

    /** The metrics, then the outputs. */
    private final List<Wanted> wanted = new ArrayList<>();

    private final List<Source> sources;
    private final Executable executable;

    Compiled(List<Signature> signature, Step step, List<Source> sources, Executable executable) {
      this.signature = signature;
      this.updated = step.updates().stream().map(Update::param).toList();
      step.metrics().forEach((name, value) -> wanted.add(Wanted.of(name, value)));
      step.outputs().forEach(value -> wanted.add(Wanted.of(null, value)));
      this.sources = sources;
      this.executable = executable;
    }

    boolean takes(Tensor[] inputs) {
      if (inputs.length != signature.size()) {
        return false;
      }
      for (int i = 0; i < inputs.length; i++) {
        if (!signature.get(i).fits(inputs[i])) {
          return false;
        }
      }
      return true;
    }

    Result run(Tensor[] arguments, Rng rng) {
      Buffer[] inputs = new Buffer[sources.size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] =
            switch (sources.get(i)) {
              case Source.Argument a -> known(arguments[a.index]);
              case Source.Key k -> known(rng.key());
              case Source.Parameter p -> p.param.current();
              case Source.Captured c -> c.buffer;
            };
      }
      int updates = updated.size();
      Buffer[] outputs = new Buffer[updates + wanted.size()];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = i < updates ? target(i) : wanted.get(i - updates).allocate();
      }
      try {
        executable.run(inputs, outputs);
      } finally {
        // Parameters' numbers may have been passed as arguments: they count as held until here.
        Reference.reachabilityFence(arguments);
      }
      for (int i = 0; i < updates; i++) {
        updated.get(i).commit(outputs[i]);
      }
      return result(outputs);
    }

    /**
     * The memory for a parameter's new value: its own where the backend can do that and nobody
     * would notice.
     */
    private Buffer target(int update) {
      Param p = updated.get(update);
      boolean inPlace = executable.inPlaceInput(update) >= 0 && !p.isHandedOut();
      return inPlace ? p.current() : p.writable();
    }

    private Result result(Buffer[] outputs) {
      Map<String, Tensor> metrics = new LinkedHashMap<>();
      List<Tensor> values = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        Wanted w = wanted.get(i);
        Tensor value = TensorAccess.ofBuffer(w.shape, outputs[updated.size() + i]);
        if (w.name == null) {
          values.add(value);
        } else {
          metrics.put(w.name, value);
        }
      }
      return new Result(Collections.unmodifiableMap(metrics), List.copyOf(values));
    }

    private static Buffer known(Tensor t) {
      @Nullable Buffer b = TensorAccess.buffer(t);
      if (b == null) {
        throw new IllegalStateException("not computed: " + TensorAccess.label(t));
      }
      return b;
    }
  }
}
