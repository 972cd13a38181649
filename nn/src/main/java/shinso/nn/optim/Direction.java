package shinso.nn.optim;

/** Where a minimizer goes next; keeps what it needs of the way so far. */
interface Direction {
  /** Returns a direction of descent, given the gradient at the present point. */
  double[] next(double[] gradient);

  /**
   * Hears of a step.
   *
   * @param step from the last point to the present one
   * @param before the gradient at the last point
   * @param now the gradient at the present point
   */
  void moved(double[] step, double[] before, double[] now);

  /** Forgets the way so far: the next direction is that of steepest descent. */
  void restart();

  /**
   * Returns the first step that a line search tries, in units of the direction.
   *
   * @param slope φ'(0) now
   * @param lastSlope φ'(0) of the last line search, 0 if there was none
   * @param lastStep the step that it found
   */
  double firstStep(double slope, double lastSlope, double lastStep);
}
