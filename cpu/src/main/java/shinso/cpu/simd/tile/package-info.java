/**
 * The code of fused passes: a program of functions, run on a tile of elements at a time, as
 * bytecode made for it or by an interpreter until that is compiled. The rules are those of {@link
 * shinso.cpu.simd}.
 */
@NullMarked
package shinso.cpu.simd.tile;

import org.jspecify.annotations.NullMarked;
