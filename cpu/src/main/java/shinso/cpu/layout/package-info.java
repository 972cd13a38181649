/**
 * Where the elements of a view of memory lie: strides, as planners and kernels both speak of them.
 */
@NullMarked
package shinso.cpu.layout;

import org.jspecify.annotations.NullMarked;
