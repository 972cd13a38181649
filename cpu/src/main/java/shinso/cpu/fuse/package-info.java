/**
 * Fused passes: a small program of tile kernels that is run for one tile of the space after the
 * other, so that everything between the operands that are read and the results that are written
 * stays in the first-level cache.
 */
@NullMarked
package shinso.cpu.fuse;

import org.jspecify.annotations.NullMarked;
