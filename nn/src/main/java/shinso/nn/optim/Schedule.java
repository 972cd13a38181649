package shinso.nn.optim;

import shinso.core.tensor.Tensor;

/**
 * A learning rate η as a function of the number t of steps done before. It is written with tensors
 * because it is part of the compiled step.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the rate.
   *
   * @param step a floating-point scalar: 0 in the first step
   */
  Tensor rate(Tensor step);

  /** Returns the rate as a number, computed in double; for plots and tests. */
  default double at(int step) {
    return rate(Tensor.of(new double[] {step}).reshape()).item();
  }

  /**
   * Returns this where it is above a floor, else the floor: a temperature that falls to 0.5 is
   * {@code Schedule.exponential(1, 0.5, 1_000).atLeast(0.5)}.
   *
   * @throws IllegalArgumentException if the floor is negative or not finite
   */
  default Schedule atLeast(double floor) {
    requireRate(floor);
    return step -> rate(step).maximum(floor);
  }

  /** η. */
  static Schedule constant(double rate) {
    requireRate(rate);
    return step -> step.fullLike(rate);
  }

  /**
   * (1 − t/T) η₀ + t/T η_T up to T steps, then η_T: Taki, "Introduction to deep learning", equation
   * 4.17.
   */
  static Schedule linear(double first, double last, int steps) {
    requireRate(first);
    requireRate(last);
    requireSteps(steps);
    return step -> step.minimum(steps).div(steps).mul(last - first).add(first);
  }

  /** η₀ factor^⌊t / every⌋. */
  static Schedule stepwise(double first, double factor, int every) {
    requireRate(first);
    requireFactor(factor);
    requireSteps(every);
    // Half a step up: the quotient of a multiple must not be rounded down to the level before.
    return step -> step.add(0.5).div(every).floor().mul(Math.log(factor)).exp().mul(first);
  }

  /** η₀ factor^(t / steps). */
  static Schedule exponential(double first, double factor, int steps) {
    requireRate(first);
    requireFactor(factor);
    requireSteps(steps);
    return step -> step.mul(Math.log(factor) / steps).exp().mul(first);
  }

  /**
   * k / (k + exp(t / k)), which falls from nearly 1 to 0: for the probability of the right token in
   * scheduled sampling. Source: Bengio et al., "Scheduled sampling for sequence prediction with
   * recurrent neural networks" (2015), section 2.4.
   *
   * @throws IllegalArgumentException if k is not at least 1
   */
  static Schedule inverseSigmoid(double k) {
    if (!(k >= 1 && k < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("inverseSigmoid: k is finite and at least 1, not " + k);
    }
    return step -> step.div(k).neg().add(Math.log(k)).sigmoid();
  }

  /**
   * η_T + ½ (η₀ − η_T) (1 + cos(π t/T)) up to T steps, then η_T: Loshchilov and Hutter, "SGDR"
   * (2017), equation 5.
   */
  static Schedule cosine(double first, double last, int steps) {
    requireRate(first);
    requireRate(last);
    requireSteps(steps);
    return step ->
        step.minimum(steps).mul(Math.PI / steps).cos().add(1).mul((first - last) / 2).add(last);
  }

  /**
   * η₀ / (1 + t/τ)^κ. For ½ &lt; κ ≤ 1 the sum of the rates diverges and that of their squares does
   * not, the condition of Robbins and Monro, "A stochastic approximation method" (1951).
   *
   * @throws IllegalArgumentException if κ is not in that interval or τ not positive
   */
  static Schedule robbinsMonro(double first, double tau, double kappa) {
    requireRate(first);
    if (!(kappa > 0.5 && kappa <= 1 && tau > 0)) {
      throw new IllegalArgumentException(
          "robbinsMonro: τ is positive and κ above 1/2 and at most 1, not %s and %s"
              .formatted(tau, kappa));
    }
    return step -> step.div(tau).log1p().mul(-kappa).exp().mul(first);
  }

  /**
   * From 0 linearly to the first rate of another schedule in so many steps, then that schedule from
   * its beginning; the step t of the warm-up has (t + 1) / (steps + 1) of it.
   */
  static Schedule warmUp(int steps, Schedule then) {
    requireSteps(steps);
    return step -> {
      Tensor part = step.add(1).div(steps + 1.0).minimum(1);
      return then.rate(step.sub(steps).maximum(0)).mul(part);
    };
  }

  /**
   * One cycle: from peak / 25 up to the peak in the first 30 % of the steps and down to peak /
   * 250,000 in the rest, both along half a cosine, and that from then on.
   *
   * <p>Source: Smith and Topin, "Super-convergence" (2018); the cosines and numbers are those that
   * became usual with the fastai library.
   */
  static Schedule oneCycle(double peak, int steps) {
    requireRate(peak);
    requireSteps(steps);
    int rise = Math.max(1, (int) Math.round(0.3 * steps));
    Schedule up = cosine(peak / 25, peak, rise);
    Schedule down = cosine(peak, peak / 250_000, Math.max(1, steps - rise));
    return step ->
        Tensor.select(step.less(rise), up.rate(step), down.rate(step.sub(rise).maximum(0)));
  }

  private static void requireRate(double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a learning rate is finite and not negative: " + rate);
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a schedule's factor is finite and positive: " + factor);
    }
  }

  private static void requireSteps(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("a schedule has at least 1 step, not " + steps);
    }
  }
}
