package shinso.cpu.run;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;

/** A program: kernels in order, and one slab for everything between inputs and outputs. */
public final class CompiledGraph implements Executable {
  private final Graph graph;
  private final int[] inputs;
  private final int[] outputs;
  private final Kernel[] kernels;
  private final int[] inPlace;
  private final Slab slab;
  private final Map<Integer, Buffer> constants;
  private final Frame frame;
  private final Workers workers;
  private final long[] traffic;
  private final long[] offsets;
  private final long unsharedBytes;

  /**
   * Native memory for arguments that lie on the heap, where kernels can't read them; made when
   * first needed.
   */
  private final @Nullable Buffer[] staging;

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
    this.staging = new @Nullable Buffer[inputs.length + outputs.length];
    long scratch = kernels.stream().mapToLong(Kernel::scratchBytes).max().orElse(0);
    long perWorker = Math.ceilDiv(scratch, 4096L) * 4096;
    long total = slabBytes + perWorker * workers.count();
    String what = "a program's intermediate results, the largest being " + largest();
    this.slab = Slab.allocate(total, what);
    long base = slab.address();
    long[] addresses = new long[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      addresses[i] = offsets[i] < 0 ? 0 : base + offsets[i];
    }
    constants.forEach((value, buffer) -> addresses[value] = buffer.segment().address());
    this.frame = new Frame(addresses, workers, base + slabBytes, perWorker);
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
    return slab.bytes() + constants.values().stream().mapToLong(b -> (long) b.dtype().bytes() * b.count()).sum();
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
    // One program at a time: the workers and their scratch memory serve all.
    synchronized (workers) {
      for (int i = 0; i < inputs.length; i++) {
        frame.bind(inputs[i], in[i].isNative() ? in[i].segment().address() : staged(i, in[i]));
      }
      for (int i = 0; i < outputs.length; i++) {
        boolean direct = out[i].isNative();
        Buffer target = direct ? out[i] : staging(inputs.length + i, out[i]);
        frame.bind(outputs[i], target.segment().address());
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
          out[i].copyFrom(staging(inputs.length + i, out[i]));
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

  private long staged(int i, Buffer heap) {
    Buffer b = staging(i, heap);
    b.copyFrom(heap);
    return b.segment().address();
  }

  private Buffer staging(int i, Buffer like) {
    Buffer b = staging[i];
    if (b == null) {
      b = Buffer.allocateNative(like.dtype(), like.count(), "the copy of an argument");
      staging[i] = b;
    }
    return b;
  }

  /** Returns the kernels, one a line. */
  @Override
  public String toString() {
    return String.join("\n", Arrays.stream(kernels).map(Kernel::label).toList());
  }
}
