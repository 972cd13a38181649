package shinso.train.judge;

import static org.junit.jupiter.api.Assertions.*;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;

/** Papineni's examples, and those in NLTK's documentation. */
class BleuTest {
  private static final String FIRST =
      "It is a guide to action which ensures that the military always obeys the commands of the"
          + " party";
  private static final String SECOND =
      "It is to insure the troops forever hearing the activity guidebook that party direct";
  private static final List<List<String>> REFERENCES =
      Stream.of(
              "It is a guide to action that ensures that the military will forever heed Party"
                  + " commands",
              "It is the guiding principle which guarantees the military forces always being under"
                  + " the command of the Party",
              "It is the practical guide for the army always to heed the directions of the party")
          .map(BleuTest::words)
          .toList();

  private static List<String> words(String text) {
    return Arrays.asList(text.split(" "));
  }

  private static Bleu one(String candidate, List<List<String>> references) {
    return Bleu.ofMany(List.of(words(candidate)), List.of(references));
  }

  @Test
  void precisionsOfThePaper() {
    assertEquals(17 / 18.0, one(FIRST, REFERENCES).precision(1), 1e-15);
    assertEquals(10 / 17.0, one(FIRST, REFERENCES).precision(2), 1e-15);
    assertEquals(8 / 14.0, one(SECOND, REFERENCES).precision(1), 1e-15);
    assertEquals(1 / 13.0, one(SECOND, REFERENCES).precision(2), 1e-15);
    List<List<String>> cat =
        List.of(words("the cat is on the mat"), words("there is a cat on the mat"));
    assertEquals(2 / 7.0, one("the the the the the the the", cat).precision(1), 1e-15);
    assertEquals(0, one("the the the the the the the", cat).value());
  }

  @Test
  void valuesOfNltk() {
    assertEquals(0.5045666840058485, one(FIRST, REFERENCES).value(), 1e-12);
    Bleu both =
        Bleu.ofMany(
            List.of(
                words(FIRST), words("he read the book because he was interested in world history")),
            List.of(
                REFERENCES,
                List.of(words("he was interested in world history because he read the book"))));
    assertEquals(0.5920778868801042, both.value(), 1e-12);
  }

  @Test
  void shortCandidatesArePunished() {
    List<List<String>> twelve = List.of(words("a b c d e f g h i j k l"));
    Bleu half = one("a b c d e f", twelve);
    assertEquals(Math.exp(-1), half.brevityPenalty(), 1e-15);
    assertEquals(Math.exp(-1), half.value(), 1e-15);
    assertEquals(1, one("a b c d e f g h i j k l", twelve).value(), 1e-15);
    // Of the lengths 4 and 6 the shorter one is taken for 5, so nothing is missing.
    assertEquals(
        1, one("a b c d e", List.of(words("a b c d e f"), words("a b c d"))).brevityPenalty());
    Bleu none = Bleu.of(List.of(List.of()), List.of(words("a b")));
    assertEquals(0, none.brevityPenalty());
    assertEquals(0, none.value());
  }

  @Test
  void aSetIsNotTheMeanOfItsSentences() {
    List<List<String>> candidates = List.of(words("a b c d e"), words("f g h i x"));
    List<List<String>> references = List.of(words("a b c d e"), words("f g h i j"));
    Bleu set = Bleu.of(candidates, references);
    assertEquals(Math.pow(9 / 10.0 * 7 / 8.0 * 5 / 6.0 * 3 / 4.0, 0.25), set.value(), 1e-15);
    Estimate estimate = set.estimate(2_000, Rng.of(1));
    assertEquals(set.value(), estimate.value());
    double single = Math.pow(4 / 5.0 * 3 / 4.0 * 2 / 3.0 * 1 / 2.0, 0.25);
    // Both, or one of them twice: 1/4, 1/2, 1/4.
    double mean = (1 + 2 * set.value() + single) / 4;
    double variance =
        (Math.pow(1 - mean, 2) + 2 * Math.pow(set.value() - mean, 2) + Math.pow(single - mean, 2))
            / 4;
    assertEquals(Math.sqrt(variance), estimate.error(), 0.05 * Math.sqrt(variance));
  }

  @Test
  void errorsSayWhatIsWrong() {
    assertThrows(IllegalArgumentException.class, () -> Bleu.of(List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Bleu.ofMany(List.of(List.of("a")), List.of(List.of())));
    assertThrows(IllegalArgumentException.class, () -> Bleu.of(List.of(List.of()), List.of()));
    assertThrows(IndexOutOfBoundsException.class, () -> one(FIRST, REFERENCES).precision(5));
  }
}
