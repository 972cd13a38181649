/**
 * Vector kernels over raw native addresses: the innermost loops of the backend.
 *
 * <p>A kernel is a static method over addresses and a count, single-threaded, without allocation or
 * state; who calls it divides the work. Operands are contiguous unless said otherwise, need no
 * alignment (64 bytes is fastest), and are trusted: there is no bounds check.
 *
 * <p><b>Same bits, always.</b> The result of an element depends on its operands only: not on the
 * vector width, not on whether it lies in a whole vector or in the rest, not on how callers slice
 * the work, and not on whether the compiler has got to the kernel yet. So every operation is one
 * that IEEE 754 defines exactly, elementary functions are made of such operations, sums have a
 * written order, and a fused multiply-add is used only inside a function whose definition it is.
 * The one exception is which NaN a NaN is.
 *
 * <p><b>How a kernel is written.</b> Until C2 has compiled it, a vector kernel is a hundred times
 * slower. So a kernel is a small loop over whole vectors with one shape, called often on tiles of a
 * few thousand elements: no lambdas, no virtual calls, no second loop for the rest (which goes
 * through the same loop as one padded vector). Loops count vectors, up to {@code n / LANES}: from
 * that bound the compiler knows that indices cannot overflow, and unrolls. A loop calls the Vector
 * API only: where a method grows beyond 18,000 nodes, by this kernel or by others that it is
 * compiled together with, the compiler inlines nothing else any more, and a method of our own that
 * takes or gives vectors would put them on the heap.
 */
@NullMarked
package shinso.cpu.simd;

import org.jspecify.annotations.NullMarked;
