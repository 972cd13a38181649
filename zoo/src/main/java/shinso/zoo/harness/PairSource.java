package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.file.PairFile;
import shinso.train.data.text.TextPairs;

/**
 * Pairs of texts, such as sentences and their translations.
 *
 * @param source where they come from
 */
public record PairSource(DataSource source) implements DataSource {
  private static final int LEAST = 20;
  private static final double HELD_OUT = 0.05;

  /** Sentences in English and Japanese. */
  public static final PairSource ENGLISH_JAPANESE = new PairSource(DataSource.of("eng-jpn"));

  /** Returns pairs that the program makes. */
  public static PairSource generated(String name, Supplier<Split> make) {
    return new PairSource(DataSource.generated(name, make));
  }

  /**
   * Reads pairs of the user's own: on each line a text, a tab, and another text, in UTF-8, plain or
   * gzipped. A twentieth of them, which follows from the seed, is for validation and as many for
   * test.
   *
   * @throws DataException if it is no such file, or has too few pairs to learn from
   */
  public static Split read(Path file, long seed) {
    Dataset all = PairFile.read(file);
    if (all.size() < LEAST) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: has %,d pairs, too few to learn from; give at least %,d",
              file,
              all.size(),
              LEAST));
    }
    return Split.random(all, HELD_OUT, HELD_OUT, seed);
  }

  /** Returns the pairs of one part of the data. */
  public static List<TextPairs.Pair> pairs(Dataset part) {
    return TextPairs.pairs(part);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public boolean isHere() {
    return source.isHere();
  }

  @Override
  public Split load() {
    return source.load();
  }
}
