package shinso.nn.decode;

import java.util.Arrays;

/**
 * A sequence that a model might have meant.
 *
 * @param tokens its tokens, without the end mark
 * @param logProbability log p of the tokens and, if it is there, of the end mark, in nats
 * @param isEnded whether it came to its end mark, and not only to the limit
 */
public record Hypothesis(int[] tokens, double logProbability, boolean isEnded) {
  /** Returns the number of steps, that of the end mark included. */
  public int steps() {
    return tokens.length + (isEnded ? 1 : 0);
  }

  /**
   * Returns log p / stepsᵅ: by log p alone short sequences are preferred, by that of a step (α = 1)
   * long ones are not punished.
   */
  public double score(double alpha) {
    return steps() == 0 ? logProbability : logProbability / Math.pow(steps(), alpha);
  }

  /** Two are equal if all their parts are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Hypothesis h
        && Arrays.equals(tokens, h.tokens)
        && logProbability == h.logProbability
        && isEnded == h.isEnded;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens);
  }

  @Override
  public String toString() {
    return Arrays.toString(tokens) + (isEnded ? "" : "…") + " " + logProbability;
  }
}
