/**
 * Gradient descent and its relatives.
 *
 * <p>An {@link shinso.nn.optim.Optimizer} turns gradients into updates, all of them element-wise
 * tensor expressions, so that the backend makes one pass over a parameter and its state. The
 * learning rate is a {@link shinso.nn.optim.Schedule}, a function of the step counter inside the
 * program: nothing is set from outside, and a run that is resumed continues exactly. State lives in
 * {@link shinso.core.program.Param}s with names for checkpoints. {@link shinso.nn.optim.Gradients}
 * changes gradients before they are used, {@link shinso.nn.optim.WeightAverage} averages the
 * weights that come out.
 *
 * <p>A {@link shinso.nn.optim.Minimizer} is another kind: conjugate gradients and L-BFGS run on the
 * host, look at all data in each step and search along lines.
 */
@NullMarked
package shinso.nn.optim;

import org.jspecify.annotations.NullMarked;
