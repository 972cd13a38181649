/**
 * Derivatives of tensor expressions, of any order: reverse mode written in the same operations,
 * from which forward mode follows by transposition.
 */
@NullMarked
package shinso.core.autodiff;

import org.jspecify.annotations.NullMarked;
