/** Convolutions, their gradients, and pooling. The rules are those of {@link shinso.cpu.simd}. */
@NullMarked
package shinso.cpu.simd.convolution;

import org.jspecify.annotations.NullMarked;
