/**
 * The reference interpreter: every operation in plain scalar double, one after the other. It is the
 * specification that backends are tested against, and what F64 tensors (gradient checks) are
 * computed with.
 */
@NullMarked
package shinso.core.reference;

import org.jspecify.annotations.NullMarked;
