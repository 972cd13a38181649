package shinso.train.judge;

/**
 * A number and how sure of it one is.
 *
 * @param value the number
 * @param error its standard error; 0 if it is exact
 */
public record Estimate(double value, double error) {
  /**
   * Makes an estimate.
   *
   * @throws IllegalArgumentException if the standard error is negative
   */
  public Estimate {
    if (error < 0) {
      throw new IllegalArgumentException("a standard error is not negative, but this is " + error);
    }
  }

  /** Returns a number that is known exactly. */
  public static Estimate exact(double value) {
    return new Estimate(value, 0);
  }

  /**
   * Returns the mean of independent numbers and its standard error, s / √n.
   *
   * @throws IllegalArgumentException if there are no numbers
   */
  public static Estimate mean(double[] numbers) {
    int n = numbers.length;
    if (n == 0) {
      throw new IllegalArgumentException("the mean of no numbers isn't defined");
    }
    double sum = 0;
    for (double x : numbers) {
      sum += x;
    }
    double mean = sum / n;
    double squares = 0;
    for (double x : numbers) {
      squares += (x - mean) * (x - mean);
    }
    return new Estimate(mean, n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n));
  }

  /** Returns this with a number added that is known exactly. */
  public Estimate plus(double shift) {
    return new Estimate(value + shift, error);
  }

  /** Returns the sum of two independent estimates. */
  public Estimate plus(Estimate other) {
    return new Estimate(value + other.value, Math.hypot(error, other.error));
  }

  /** Returns this times a number. */
  public Estimate times(double factor) {
    return new Estimate(value * factor, error * Math.abs(factor));
  }
}
