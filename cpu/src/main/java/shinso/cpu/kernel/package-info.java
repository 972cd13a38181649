/**
 * Kernels for operations that are more than element-wise: contractions, windows, indices, scans.
 * Each divides its work by sizes alone, so that results don't depend on the number of workers.
 */
@NullMarked
package shinso.cpu.kernel;

import org.jspecify.annotations.NullMarked;
