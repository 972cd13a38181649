package shinso.train.loop;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.Numbers;

/**
 * The loss of steps whose learning rate grows.
 *
 * @param rates in their order
 * @param losses that of the step with each rate, before it was made
 * @param diverged the rate at which the search ended since the loss diverged, null if it did not
 */
public record RateCurve(double[] rates, double[] losses, @Nullable Double diverged) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there are not as many of the ones as of the others
   */
  public RateCurve {
    if (rates.length != losses.length) {
      throw new IllegalArgumentException(
          "rate curve: %d rates and %d losses".formatted(rates.length, losses.length));
    }
  }

  /** A straight line through the losses around a step: its height there and its slope. */
  private record Local(double height, double slope) {}

  private Local local(int at) {
    int reach = Math.max(2, rates.length / 20);
    double n = 0;
    double st = 0;
    double stt = 0;
    double sy = 0;
    double sty = 0;
    for (int j = Math.max(0, at - reach); j <= Math.min(rates.length - 1, at + reach); j++) {
      double t = j - at;
      n++;
      st += t;
      stt += t * t;
      sy += losses[j];
      sty += t * losses[j];
    }
    double determinant = n * stt - st * st;
    return determinant == 0
        ? new Local(sy / n, 0)
        : new Local((stt * sy - st * sty) / determinant, (n * sty - st * sy) / determinant);
  }

  /** Returns the losses without their noise. */
  public double[] smoothed() {
    double[] heights = new double[rates.length];
    for (int i = 0; i < heights.length; i++) {
      heights[i] = local(i).height();
    }
    return heights;
  }

  /** Returns the step at which the loss falls fastest before it is least, or −1. */
  private int steepest() {
    double[] heights = smoothed();
    int lowest = 0;
    for (int i = 1; i < heights.length; i++) {
      lowest = heights[i] < heights[lowest] ? i : lowest;
    }
    int steepest = -1;
    double least = 0;
    for (int i = 0; i < Math.min(lowest + 1, heights.length); i++) {
      double slope = local(i).slope();
      if (slope < least) {
        least = slope;
        steepest = i;
      }
    }
    return steepest;
  }

  /**
   * Returns the rate at which the loss without its noise falls fastest, before it is least: a good
   * rate to begin with, or the peak of a schedule.
   *
   * @throws IllegalStateException if the loss falls nowhere
   */
  public double suggestion() {
    int steepest = steepest();
    if (steepest < 0) {
      throw new IllegalStateException(
          rates.length == 0
              ? "there is no learning rate to suggest: there was no step"
              : String.format(
                  Locale.ROOT,
                  "there is no learning rate to suggest: the loss falls nowhere between %s and %s;"
                      + " look at smaller ones, with range(%s, %s)",
                  Numbers.text(rates[0]),
                  Numbers.text(rates[rates.length - 1]),
                  Numbers.text(rates[0] / 1000),
                  Numbers.text(rates[0])));
    }
    return rates[steepest];
  }

  /** Returns the loss over the rate, with the suggestion if there is one. */
  public Lines figure() {
    double[] heights = smoothed();
    int steepest = steepest();
    Double end = diverged;
    Lines lines =
        Figure.lines("Learning rates")
            .axes("learning rate", "loss")
            .logX()
            .series("of each step", rates, losses)
            .series("without noise", rates, heights)
            .caption(end == null ? "" : "At " + Numbers.text(end) + " the loss diverges.")
            .logYOverDecades();
    return steepest < 0
        ? lines.caption("The loss falls nowhere.")
        : lines.series(
            "suggested: " + Numbers.text(rates[steepest]),
            new double[] {rates[steepest]},
            new double[] {heights[steepest]});
  }
}
