/**
 * The CPU backend. A graph is planned ({@code plan}), becomes fused passes ({@code fuse}) and other
 * kernels ({@code kernel}) over vector kernels ({@code simd}) and oneDNN ({@code onednn}), and is
 * run by a pool of workers ({@code run}).
 */
@NullMarked
package shinso.cpu;

import org.jspecify.annotations.NullMarked;
