package shinso.core.program;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Differentiable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A cell that holds a tensor and can be given another of the same shape: a weight, a running mean,
 * the state of an optimiser. The tensor that {@link #value} gave never changes under its holder.
 */
public final class Param implements Differentiable {
  private final Shape shape;
  private final DType dtype;
  private Buffer current;
  private @Nullable Buffer spare;
  private @Nullable WeakReference<Tensor> handedOut;

  private Param(Tensor initial) {
    shape = initial.shape();
    dtype = initial.dtype();
    current = allocate();
    current.copyFrom(bufferOf(initial));
  }

  /** Returns a parameter with this initial value, which is computed now. */
  public static Param of(Tensor initial) {
    return new Param(initial);
  }

  /** Returns the shape, which never changes. */
  public Shape shape() {
    return shape;
  }

  /** Returns the element type, which never changes. */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the value: a leaf with the present numbers, or, while a program is being traced, a leaf
   * that stands for the numbers that the parameter will have when the program runs; in the later
   * part of a {@linkplain Step#then sequence} what the earlier part makes of it.
   */
  public Tensor value() {
    Tensor changed = Trace.changed(this);
    if (changed != null) {
      return changed;
    }
    Trace trace = Trace.current();
    return trace != null ? trace.symbol(this) : snapshot();
  }

  @Override
  public Tensor asTensor() {
    return value();
  }

  private synchronized Tensor snapshot() {
    Tensor t = handedOut == null ? null : handedOut.get();
    if (t == null) {
      t = TensorAccess.ofBuffer(shape, current);
      handedOut = new WeakReference<>(t);
    }
    return t;
  }

  /**
   * Replaces the value.
   *
   * @throws IllegalArgumentException if the tensor has another shape or element type
   */
  public void assign(Tensor value) {
    Check.sameShape("assign", shape, value.shape());
    Check.sameType("assign", dtype, value.dtype());
    Buffer source = bufferOf(value);
    synchronized (this) {
      Buffer target = writable();
      target.copyFrom(source);
      commit(target);
    }
  }

  /** Returns the buffer with the present numbers. */
  synchronized Buffer current() {
    return current;
  }

  /** Returns whether somebody may still hold a tensor that shares the present numbers' memory. */
  synchronized boolean isHandedOut() {
    return handedOut != null && handedOut.get() != null;
  }

  /** Returns a buffer that nobody reads, to be given to {@link #commit} once it is filled. */
  synchronized Buffer writable() {
    Buffer s = spare == null ? allocate() : spare;
    spare = null;
    return s;
  }

  /** Makes a filled buffer the present one. */
  synchronized void commit(Buffer filled) {
    if (filled == current) {
      return;
    }
    spare = isHandedOut() ? null : current;
    current = filled;
    handedOut = null;
  }

  private Buffer allocate() {
    return Buffer.allocateNative(dtype, shape.size(), "parameter " + dtype + shape);
  }

  private static Buffer bufferOf(Tensor t) {
    Tensor known = t.evaluate();
    Buffer b = TensorAccess.buffer(known);
    if (b == null) {
      throw new IllegalStateException("not computed: " + TensorAccess.label(known));
    }
    return b;
  }

  /** Returns the element type and shape. */
  @Override
  public String toString() {
    return "Param " + dtype + shape;
  }
}
