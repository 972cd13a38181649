package shinso.zoo.energy;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * Square pictures of bars or of stripes: an orientation is drawn, then each line of it is on or off
 * with probability one half (MacKay, "Information theory, inference, and learning algorithms",
 * 2003, section 43.1). Every picture of 2ᴰ⁺¹ equally probable draws is an example; the blank and
 * the full one stand there twice.
 */
final class BarsAndStripes {
  private BarsAndStripes() {}

  /** Returns the pictures of a side of so many pixels. */
  static DataSource of(int side) {
    return DataSource.generated("bars-" + side, () -> Split.of(all(side), all(side)));
  }

  /** Returns the entropy of the distribution in nats, which no model's mean can fall below. */
  static double entropy(int side) {
    int draws = 2 << side;
    double log = Math.log(draws);
    // Four of the draws come in two equal pairs.
    return (draws - 4) * log / draws + 4 * (log - Math.log(2)) / draws;
  }

  private static Dataset all(int side) {
    int lines = 1 << side;
    float[] pixels = new float[2 * lines * side * side];
    for (int draw = 0; draw < 2 * lines; draw++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          int line = draw < lines ? y : x;
          pixels[(draw * side + y) * side + x] = (draw % lines) >> line & 1;
        }
      }
    }
    Column pictures = Column.floats("picture", Shape.of(side, side, 1), pixels);
    return InMemoryDataset.of(
        "bars and stripes of %d x %d".formatted(side, side), List.of(pictures));
  }
}
