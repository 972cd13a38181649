package shinso.cpu.onednn;

import java.util.List;
import shinso.core.backend.NativeMemory;

/**
 * Code compiled for one {@link Spec}; may run in several threads at once, each through a {@link
 * Call} of its own.
 *
 * <p>Arguments are numbered in the order that the spec's documentation lists them.
 */
public final class Primitive {
  /**
   * What the code of a primitive and its tables take: as measured, of products of matrices, which
   * take the most.
   */
  public static final long BYTES = 1 << 19;

  /**
   * One operand.
   *
   * @param index oneDNN's number for it
   * @param format what the primitive expects
   * @param plain what the spec's layout says; the same unless the spec asks for a packed operand
   */
  record Argument(int index, Format format, Format plain) {}

  private final Spec spec;
  private final long handle;
  private final List<Argument> arguments;
  private final Format scratch;
  private final String implementation;

  /** Takes over the native primitive. */
  Primitive(
      Spec spec, long handle, List<Argument> arguments, Format scratch, String implementation) {
    this.spec = spec;
    this.handle = handle;
    this.arguments = List.copyOf(arguments);
    this.scratch = scratch;
    this.implementation = implementation;
    NativeMemory.Reservation counted = count(handle);
    OneDnn.own(
        this,
        () -> {
          Dnnl.primitiveDestroy(handle);
          counted.release();
        });
  }

  private static NativeMemory.Reservation count(long handle) {
    try {
      return NativeMemory.reserve(BYTES, "the code of a product or convolution");
    } catch (OutOfMemoryError e) {
      Dnnl.primitiveDestroy(handle);
      throw e;
    }
  }

  /** The problem this solves. */
  public Spec spec() {
    return spec;
  }

  /** Bytes of working memory that each execution needs; may be zero. */
  public long scratchBytes() {
    return scratch.bytes();
  }

  /** Number of operands. */
  public int arity() {
    return arguments.size();
  }

  /** Format in which the primitive expects operand {@code i}; tells how much memory it takes. */
  public Format format(int i) {
    return arguments.get(i).format();
  }

  /** Format that the spec's own layout of operand {@code i} has. */
  public Format plainFormat(int i) {
    return arguments.get(i).plain();
  }

  /** Whether operand {@code i} is expected in exactly the layout that the spec gives for it. */
  public boolean isPlain(int i) {
    return format(i).equals(plainFormat(i));
  }

  /** Copy of operand {@code i} from the spec's layout to the primitive's format. */
  public ReorderSpec pack(int i) {
    return new ReorderSpec(plainFormat(i), format(i));
  }

  /** Copy of operand {@code i} from the primitive's format to the spec's layout. */
  public ReorderSpec unpack(int i) {
    return new ReorderSpec(format(i), plainFormat(i));
  }

  /** oneDNN's name for the kernel it chose, such as {@code brg_matmul:avx512_core}. */
  public String implementation() {
    return implementation;
  }

  /**
   * Whether oneDNN has no optimised kernel for the problem, so that this is orders of magnitude
   * slower.
   */
  public boolean isReference() {
    return implementation.startsWith("ref") || implementation.startsWith("simple:any");
  }

  /** A way to execute this, for one thread at a time. */
  public Call bind() {
    return new Call(this);
  }

  long handle() {
    return handle;
  }

  List<Argument> arguments() {
    return arguments;
  }

  Format scratchFormat() {
    return scratch;
  }

  @Override
  public String toString() {
    return implementation + " for " + spec;
  }
}
