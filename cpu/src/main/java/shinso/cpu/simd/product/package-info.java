/**
 * Products of matrices and vectors, and sums of outer products. The rules are those of {@link
 * shinso.cpu.simd}.
 */
@NullMarked
package shinso.cpu.simd.product;

import org.jspecify.annotations.NullMarked;
