/**
 * Small dense linear algebra, computed on the host in double: for whitening, Gaussian densities
 * with full covariances, principal components, and what is solved in closed form. It computes at
 * once, so that it can't be part of a program that is being traced.
 */
@NullMarked
package shinso.nn.linear;

import org.jspecify.annotations.NullMarked;
