/**
 * Markov chains, and what is computed with them or in their place: Gibbs sampling, Hamiltonian
 * Monte Carlo, parallel tempering, annealed importance sampling, populations for posteriors of
 * models that can only be simulated (approximate Bayesian computation), and sums over all states of
 * small models.
 *
 * <p>Many chains run side by side, {@code [chains, units]}; many steps are one compiled program. A
 * model says how one step goes as a function of tensors ({@link shinso.nn.chain.Transition}), and
 * probabilities up to a factor as log-weights {@code [chains]}. What is added up over many steps or
 * states is added in double on the host.
 */
@NullMarked
package shinso.nn.chain;

import org.jspecify.annotations.NullMarked;
