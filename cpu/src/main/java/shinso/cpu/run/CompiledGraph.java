package shinso.cpu.run;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.simd.Native;

/**
 * A program: kernels in order, and a plan of the workers' slab, which holds everything between
 * inputs and outputs while the program runs.
 */
public final class CompiledGraph implements Executable {
  private static final long PAGE = 4096;
  private static final long ALIGNMENT = 64;

  // What nodes and kernels take on the heap, about, as measured; kernels have a part a worker.
  private static final long NODE_BYTES = 128;
  private static final long KERNEL_BYTES = 2000;
  private static final long PART_BYTES = 600;

  private final Graph graph;
  private final int[] inputs;
  private final int[] outputs;
  private final Kernel[] kernels;
  private final int[] inPlace;
  private final Map<Integer, Buffer> constants;
  private final Frame frame;
  private final Workers workers;
  private final long[] traffic;
  private final long[] offsets;
  private final long slabBytes;
  private final long unsharedBytes;
  private final Slab.Share share;
  private final String name;
  private final Map<Object, Long> shared = new IdentityHashMap<>();

  /** Where the slab was in the last run. */
  private long base = -1;

  /**
   * Offsets in the slab of copies of the arguments that lie on the heap, where kernels can't read
   * them; −1 as long as one wasn't needed.
   */
  private final long[] copies;

  /**
   * Puts a program together.
   *
   * @param traffic the bytes of the values that each kernel reads or writes, for profiles
   * @param offsets the place of each value in the slab, −1 for inputs, outputs and constants
   * @param constants values that never change
   * @param unsharedBytes what the slab would take if no two values shared memory
   */
  public CompiledGraph(
      Graph graph,
      List<Kernel> kernels,
      long[] traffic,
      int[] inPlace,
      long[] offsets,
      Map<Integer, Buffer> constants,
      long slabBytes,
      long unsharedBytes,
      Workers workers) {
    this.graph = graph;
    this.inputs = graph.inputs();
    this.outputs = graph.outputs();
    this.kernels = kernels.toArray(Kernel[]::new);
    this.traffic = traffic.clone();
    this.inPlace = inPlace.clone();
    this.offsets = offsets.clone();
    this.constants = constants;
    this.workers = workers;
    this.unsharedBytes = unsharedBytes;
    this.slabBytes = slabBytes;
    this.copies = new long[inputs.length + outputs.length];
    Arrays.fill(copies, -1);
    long scratch = kernels.stream().mapToLong(Kernel::scratchBytes).max().orElse(0);
    this.frame = new Frame(offsets.length, workers, aligned(scratch, PAGE));
    constants.forEach((value, buffer) -> frame.bind(value, buffer.segment().address()));
    this.name = "a program's intermediate results, the largest being " + largest();
    kernels.forEach(k -> k.primitives().forEach(p -> shared.put(p, Primitive.BYTES)));
    long total = slabBytes + aligned(scratch, PAGE) * workers.count();
    this.share = workers.slab().share(this, aligned(Math.max(1, total), ALIGNMENT));
  }

  private static long aligned(long bytes, long alignment) {
    return Math.ceilDiv(bytes, alignment) * alignment;
  }

  private String largest() {
    return graph.nodes().stream()
        .max(Comparator.comparingLong(n -> (long) n.shape().size()))
        .map(n -> n.op().label() + " " + n.dtype() + n.shape())
        .orElse("none");
  }

  @Override
  public int inPlaceInput(int output) {
    return inPlace[output];
  }

  @Override
  public long memoryBytes() {
    long numbers =
        constants.values().stream().mapToLong(b -> (long) b.dtype().bytes() * b.count()).sum();
    long kernel = KERNEL_BYTES + PART_BYTES * workers.count();
    return numbers + kernel * kernels.length + NODE_BYTES * graph.nodes().size();
  }

  @Override
  public Map<Object, Long> shared() {
    return shared;
  }

  /** Returns the bytes that intermediate results take of the workers' slab. */
  public long slabBytes() {
    return slabBytes;
  }

  /** Returns the bytes that intermediate results would take if no two of them shared memory. */
  public long unsharedBytes() {
    return unsharedBytes;
  }

  /** Returns the bytes of the values that a kernel reads or writes, each counted once. */
  public long traffic(int kernel) {
    return traffic[kernel];
  }

  /**
   * A value that has a place in the slab.
   *
   * @param what operation, element type and shape
   */
  public record Value(String what, long bytes) {}

  /** Returns the values that have places in the slab, the largest first. */
  public List<Value> values() {
    return IntStream.range(0, graph.nodes().size())
        .filter(i -> offsets[i] >= 0)
        .mapToObj(graph::node)
        .map(n ->
            new Value(
                n.op().label() + " " + n.dtype() + n.shape(),
                (long) n.shape().size() * n.dtype().bytes()))
        .sorted(Comparator.comparingLong(Value::bytes).reversed())
        .toList();
  }

  /** Returns the kernels in the order in which they run. */
  public List<Kernel> kernels() {
    return List.of(kernels);
  }

  @Override
  public void run(Buffer[] in, Buffer[] out) {
    check("input", inputs, in);
    check("output", outputs, out);
    // One program at a time: the workers and their slab serve all.
    synchronized (workers.slab()) {
      place(in, out);
      for (int i = 0; i < in.length; i++) {
        if (!in[i].isNative()) {
          MemorySegment.copy(
              in[i].segment(), 0, Native.ALL, frame.address(inputs[i]), in[i].segment().byteSize());
        }
      }
      Profile profile = Profile.active();
      Underflow.flush();
      try {
        if (profile == null) {
          for (Kernel k : kernels) {
            k.run(frame);
          }
        } else {
          profile.run(this, kernels, frame);
        }
      } finally {
        Underflow.keep();
      }
      for (int i = 0; i < outputs.length; i++) {
        if (!out[i].isNative()) {
          MemorySegment to = out[i].segment();
          MemorySegment.copy(Native.ALL, frame.address(outputs[i]), to, 0, to.byteSize());
        }
      }
    }
    Reference.reachabilityFence(in);
    Reference.reachabilityFence(out);
    Reference.reachabilityFence(this);
  }

  private void check(String what, int[] nodes, Buffer[] buffers) {
    if (nodes.length != buffers.length) {
      throw new IllegalArgumentException(
          "the program has " + nodes.length + " " + what + "s, not " + buffers.length);
    }
    for (int i = 0; i < nodes.length; i++) {
      Graph.Node n = graph.node(nodes[i]);
      if (buffers[i].dtype() != n.dtype() || buffers[i].count() != n.shape().size()) {
        throw new IllegalArgumentException(
            "%s %d is %s%s, but the buffer has %d elements of %s"
                .formatted(what, i, n.dtype(), n.shape(), buffers[i].count(), buffers[i].dtype()));
      }
    }
  }

  /** Tells the kernels where everything is in this run. */
  private void place(Buffer[] in, Buffer[] out) {
    for (int i = 0; i < copies.length; i++) {
      Buffer b = i < in.length ? in[i] : out[i - in.length];
      if (copies[i] < 0 && !b.isNative()) {
        copies[i] = share.bytes();
        share.resize(share.bytes() + aligned(b.segment().byteSize(), ALIGNMENT));
      }
    }
    long address = workers.slab().address(share, name);
    if (address != base) {
      base = address;
      for (int i = 0; i < offsets.length; i++) {
        if (offsets[i] >= 0) {
          frame.bind(i, base + offsets[i]);
        }
      }
      frame.bindScratch(base + slabBytes);
    }
    for (int i = 0; i < copies.length; i++) {
      boolean input = i < in.length;
      Buffer b = input ? in[i] : out[i - in.length];
      frame.bind(
          input ? inputs[i] : outputs[i - in.length],
          b.isNative() ? b.segment().address() : base + copies[i]);
    }
  }

  /** Returns the kernels, one a line. */
  @Override
  public String toString() {
    return String.join("\n", Arrays.stream(kernels).map(Kernel::label).toList());
  }
}
