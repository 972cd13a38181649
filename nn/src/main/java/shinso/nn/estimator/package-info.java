/**
 * Estimators of ∂ E[J(y)] / ∂ω where y is drawn from p(y; ω): how a gradient gets through a node
 * that draws.
 *
 * <p>An {@link shinso.nn.estimator.Estimator} draws at one node. Where the draw is a smooth
 * function of ω and noise, or is replaced by one, the gradient passes the {@linkplain
 * shinso.nn.estimator.Draw#value value} like any other. Where it can't, the draw remembers log
 * p(y), and the cost, less a {@link shinso.nn.estimator.Baseline}, is credited to it. A surrogate
 * has both, and its gradient is the estimate (Schulman, Heess, Weber and Abbeel, "Gradient
 * estimation using stochastic computation graphs", 2015):
 *
 * <pre>{@code
 * Draw h = estimator.draw(new Bernoulli(network.forward(x, pass)).independent(1), rng);
 * Tensor cost = cost(h.value());                                  // [b]
 * Baseline.Centred c = baseline.of(cost, x);
 * Tensor loss = cost.add(h.credit(c.signal())).mean().add(c.loss());
 * return Step.of(rule.update(theta, Autodiff.gradients(loss, theta))).and(c.updates());
 * }</pre>
 *
 * <pre>
 *                    draws                       unbiased   variance
 * Reparameterized    of smooth distributions     yes        small
 * ScoreFunction      any                         yes        large; less with a baseline
 * MuProp             of Bernoulli variables      yes        small where the cost is nearly linear
 * Darn               of Bernoulli variables      no         grows with the slope of the cost
 * GumbelSoftmax      between 0 and 1, or hard    no         grows as the temperature falls
 * StraightThrough    of 0 and 1                  no         small
 * </pre>
 *
 * <p>Source: Goodfellow, Bengio and Courville, "Deep learning", section 20.9.
 */
@NullMarked
package shinso.nn.estimator;

import org.jspecify.annotations.NullMarked;
