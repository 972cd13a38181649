/**
 * Energy-based models: p(v, h) = exp(−E(v, h)) / Z, whose partition function Z nobody can sum over
 * but in small cases. A {@link shinso.zoo.energy.GibbsModel} can draw from itself; learning by
 * {@link shinso.zoo.energy.ContrastiveDivergence} needs no more of it. What estimates Z, and what
 * sums over all states of small machines, is in {@link shinso.nn.chain}.
 */
@NullMarked
package shinso.zoo.energy;

import org.jspecify.annotations.NullMarked;
