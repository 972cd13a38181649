package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.Locale;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.file.TextFile;
import shinso.train.data.text.TextData;

/**
 * A text: each example is a character, in their order. What comes first is for training, then comes
 * what is for validation, and the last is for test.
 *
 * @param source where it comes from
 */
public record TextSource(DataSource source) implements DataSource {
  /** The last tenth in the order of the text is held out, one half of it for validation. */
  private static final double HELD_OUT = 0.05;

  private static final int LEAST = 1_000;

  /** Lines from plays of Shakespeare. */
  public static final TextSource SHAKESPEARE = new TextSource(DataSource.of("tinyshakespeare"));

  /**
   * Reads a text of the user's own.
   *
   * @param file UTF-8, plain or gzipped
   * @throws DataException if it is no such file, or has too few characters to learn from
   */
  public static Split read(Path file) {
    String text = TextFile.read(file);
    int characters = text.codePointCount(0, text.length());
    if (characters < LEAST) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: has %,d characters, too few to learn from; give a text of at least %,d",
              file,
              characters,
              LEAST));
    }
    return TextData.split(file.toString(), text, HELD_OUT, HELD_OUT);
  }

  /** Returns a text that the program makes. */
  public static TextSource generated(String name, String text) {
    return new TextSource(
        DataSource.generated(name, () -> TextData.split(name, text, HELD_OUT, HELD_OUT)));
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
