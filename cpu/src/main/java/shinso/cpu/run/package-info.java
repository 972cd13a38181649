/**
 * What a compiled program is made of at run time: kernels that read and write a table of addresses,
 * and the pool of workers that all programs share, with the memory that they work in.
 */
@NullMarked
package shinso.cpu.run;

import org.jspecify.annotations.NullMarked;
