package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * The native argument list of a {@link Primitive}, for use by one thread at a time. Executing
 * allocates nothing.
 *
 * <p>Addresses are native, of memory that holds {@link Primitive#format} at least; 64-byte
 * alignment is fastest. The scratch address may be anything, such as 0, if {@link
 * Primitive#scratchBytes()} is zero, and its memory needn't keep its content between executions.
 */
public final class Call {
  private final Primitive primitive;
  private final int arity;
  private final boolean needsScratch;
  private final long[] memories;
  private final long[] addresses;
  private final long stream;
  private final MemorySegment arguments;

  Call(Primitive primitive) {
    this.primitive = primitive;
    arity = primitive.arity();
    needsScratch = primitive.scratchBytes() > 0;
    int count = needsScratch ? arity + 1 : arity;
    memories = new long[count];
    addresses = new long[count];
    arguments = Arena.ofAuto().allocate(count * Dnnl.EXEC_ARG_BYTES, 8);
    long[] owned = new long[count + 1];
    OneDnn.own(this, () -> destroy(owned));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      for (int i = 0; i < count; i++) {
        Format format = i < arity ? primitive.format(i) : primitive.scratchFormat();
        int index = i < arity ? primitive.arguments().get(i).index() : Dnnl.ARG_SCRATCHPAD;
        check("dnnl_memory_create", Dnnl.memoryCreate(out, format.desc(), OneDnn.engine(), 0));
        owned[i] = out.get(ValueLayout.JAVA_LONG, 0);
        memories[i] = owned[i];
        arguments.set(ValueLayout.JAVA_INT, i * Dnnl.EXEC_ARG_BYTES, index);
        arguments.set(
            ValueLayout.JAVA_LONG, i * Dnnl.EXEC_ARG_BYTES + Dnnl.EXEC_ARG_MEMORY, memories[i]);
      }
      check("dnnl_stream_create", Dnnl.streamCreate(out, OneDnn.engine(), Dnnl.STREAM_IN_ORDER));
      owned[count] = out.get(ValueLayout.JAVA_LONG, 0);
      stream = owned[count];
    }
  }

  /** What this executes. */
  public Primitive primitive() {
    return primitive;
  }

  private static void destroy(long[] owned) {
    for (int i = 0; i < owned.length - 1; i++) {
      if (owned[i] != 0) {
        Dnnl.memoryDestroy(owned[i]);
      }
    }
    if (owned[owned.length - 1] != 0) {
      Dnnl.streamDestroy(owned[owned.length - 1]);
    }
  }

  /** Runs a primitive of two operands in the calling thread. */
  public void execute(long scratch, long x0, long x1) {
    requireArity(2);
    point(0, x0);
    point(1, x1);
    run(scratch);
  }

  /** Runs a primitive of three operands in the calling thread. */
  public void execute(long scratch, long x0, long x1, long x2) {
    requireArity(3);
    point(0, x0);
    point(1, x1);
    point(2, x2);
    run(scratch);
  }

  /** Runs a primitive of four operands in the calling thread. */
  public void execute(long scratch, long x0, long x1, long x2, long x3) {
    requireArity(4);
    point(0, x0);
    point(1, x1);
    point(2, x2);
    point(3, x3);
    run(scratch);
  }

  /**
   * Runs a primitive of any number of operands in the calling thread.
   *
   * @throws IllegalArgumentException if there are more or fewer addresses than the primitive has
   *     operands, or one of them is zero
   * @throws OneDnnException if oneDNN reports a failure
   */
  public void execute(long scratch, long[] operands) {
    requireArity(operands.length);
    for (int i = 0; i < operands.length; i++) {
      point(i, operands[i]);
    }
    run(scratch);
  }

  private void requireArity(int given) {
    if (given != arity) {
      throw new IllegalArgumentException(
          given + " operands given where " + arity + " are needed: " + primitive);
    }
  }

  private void point(int i, long address) {
    if (addresses[i] != address || address == 0) {
      if (address == 0) {
        throw new IllegalArgumentException("operand " + i + " has address 0: " + primitive);
      }
      check("dnnl_memory_set_data_handle", Dnnl.memorySetDataHandle(memories[i], address));
      addresses[i] = address;
    }
  }

  private void run(long scratch) {
    if (needsScratch) {
      point(arity, scratch);
    }
    try {
      Dnnl.setNumThreads(1);
      check(
          "dnnl_primitive_execute",
          Dnnl.primitiveExecute(primitive.handle(), stream, memories.length, arguments.address()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void check(String function, int status) {
    if (status != Dnnl.SUCCESS) {
      throw new OneDnnException(function, status, primitive);
    }
  }
}
