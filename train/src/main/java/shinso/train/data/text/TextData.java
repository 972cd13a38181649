package shinso.train.data.text;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;

/**
 * A text as a data set: each of its characters, a Unicode code point, is an example, in their
 * order. So a text is cut, limited and remembered as all other data is.
 */
public final class TextData {
  private TextData() {}

  /** Returns the characters of a text, each as I32 {@code [1]}. */
  public static Dataset of(String description, String text) {
    Column characters = Column.integers("character", Shape.of(1), text.codePoints().toArray());
    return InMemoryDataset.of(description, List.of(characters));
  }

  /** Returns the text whose characters these are. */
  public static String text(Dataset characters) {
    StringBuilder text = new StringBuilder(characters.size());
    for (int from = 0; from < characters.size(); from += Dataset.CHUNK) {
      int to = Math.min(from + Dataset.CHUNK, characters.size());
      int[] some = IntStream.range(from, to).toArray();
      for (int point : characters.batch(some).getFirst().toIntArray()) {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  /**
   * Returns a text in three parts: what comes first is for training, then comes what is for
   * validation, and the last is for test.
   *
   * @param validation the fraction for validation
   * @param test the fraction for test
   * @throws DataException if a part would have fewer than two characters, one to be given and one
   *     to be predicted
   * @throws IllegalArgumentException if the fractions are not positive, or leave nothing to train
   *     on
   */
  public static Split split(String description, String text, double validation, double test) {
    if (!(validation > 0 && test > 0 && validation + test < 1)) {
      throw new IllegalArgumentException(
          "the fractions of a text for validation and test are positive and less than 1 together,"
              + " not"
              + " %s and %s".formatted(validation, test));
    }
    Dataset all = of(description, text);
    int n = all.size();
    int first = (int) (n * (1 - validation - test));
    int second = (int) (n * (1 - test));
    if (first < 2 || second - first < 2 || n - second < 2) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %,d characters are too few to train on, to validate and to test; give a longer"
                  + " text",
              description,
              n));
    }
    return new Split(part(all, 0, first), part(all, first, second), part(all, second, n));
  }

  private static Dataset part(Dataset all, int from, int to) {
    return all.subset(IntStream.range(from, to).toArray());
  }
}
