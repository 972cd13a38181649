/**
 * Kernels that go through their operands once: functions of elements, random draws, copies,
 * reductions and scans. The rules are those of {@link shinso.cpu.simd}.
 */
@NullMarked
package shinso.cpu.simd.element;

import org.jspecify.annotations.NullMarked;
