/**
 * Programs: functions of tensors that are traced once a shape, compiled, and run many times. A
 * {@link shinso.core.program.Param} is the only cell whose content changes, and a program changes
 * all of its parameters together or none.
 */
@NullMarked
package shinso.core.program;

import org.jspecify.annotations.NullMarked;
