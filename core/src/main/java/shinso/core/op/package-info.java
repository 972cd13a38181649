/**
 * The primitive operations: a sealed hierarchy of records. A record knows the shape and element
 * type of its result and how to write its gradient in terms of tensor operations, so derivatives of
 * any order follow. What a primitive computes is specified by the reference interpreter; how it is
 * computed fast is the backend's affair. Both switch exhaustively over this hierarchy.
 *
 * <p>Everything that can be composed from these is a method of {@link shinso.core.tensor.Tensor}
 * instead.
 */
@NullMarked
package shinso.core.op;

import org.jspecify.annotations.NullMarked;
