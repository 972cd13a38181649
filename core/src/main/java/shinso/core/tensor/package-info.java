/**
 * Tensors: immutable values in a lazy graph. Writing an operation checks its shapes and records it;
 * numbers are computed when they are asked for, by a program compiled for the whole graph and kept
 * for the next graph of the same structure.
 */
@NullMarked
package shinso.core.tensor;

import org.jspecify.annotations.NullMarked;
