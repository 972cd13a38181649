package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.zoo.harness.DataSource;

/**
 * Pictures of 4 x 4 of vertical bars, with probability 2/3, or horizontal ones, each of the four
 * bars being there with probability 1/5 (Hinton, Dayan, Frey and Neal 1995). All probabilities are
 * multiples of 1/1875, so that a set of so many examples is the distribution itself.
 */
final class Bars {
  static final int SIDE = 4;
  static final int PIXELS = SIDE * SIDE;

  /** How often a pixel is on. */
  static final double RATE = 0.2;

  private Bars() {}

  /** Returns the 1,875 equally probable examples as training and as test set. */
  static DataSource source() {
    return DataSource.generated("bars-4x4", () -> Split.of(all(), all()));
  }

  static Dataset all() {
    List<Integer> patterns = multiset();
    float[] pixels = new float[patterns.size() * PIXELS];
    for (int e = 0; e < patterns.size(); e++) {
      for (int i = 0; i < PIXELS; i++) {
        pixels[e * PIXELS + i] = patterns.get(e) >> i & 1;
      }
    }
    Column column = Column.floats("picture", Shape.of(SIDE, SIDE, 1), pixels);
    return InMemoryDataset.of("bars of 4 x 4", List.of(column));
  }

  /** The pictures as numbers whose bits are the pixels, as often as they stand in the set. */
  private static List<Integer> multiset() {
    List<Integer> patterns = new ArrayList<>();
    for (int bars = 0; bars < 1 << SIDE; bars++) {
      int without = 1 << 2 * (SIDE - Integer.bitCount(bars)); // 4 for each bar that is missing
      for (int copy = 0; copy < without; copy++) {
        patterns.add(vertical(bars));
        patterns.add(vertical(bars));
        patterns.add(horizontal(bars));
      }
    }
    return patterns;
  }

  private static int vertical(int bars) {
    return bars | bars << SIDE | bars << 2 * SIDE | bars << 3 * SIDE;
  }

  private static int horizontal(int bars) {
    int pixels = 0;
    for (int y = 0; y < SIDE; y++) {
      pixels |= (bars >> y & 1) * 0b1111 << y * SIDE;
    }
    return pixels;
  }

  /**
   * Returns the probabilities of the 30 pictures that can come, the most probable first; the bits
   * of a picture's number are its pixels.
   */
  static Map<Integer, Double> probabilities() {
    List<Integer> patterns = multiset();
    Map<Integer, Integer> counts = new TreeMap<>();
    patterns.forEach(x -> counts.merge(x, 1, Integer::sum));
    Map<Integer, Double> p = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
        .forEach(e -> p.put(e.getKey(), (double) e.getValue() / patterns.size()));
    return p;
  }

  /** Returns the entropy in bits, below which no code of the pictures falls. */
  static double entropy() {
    return probabilities().values().stream().mapToDouble(p -> -p * Math.log(p) / Math.log(2)).sum();
  }
}
