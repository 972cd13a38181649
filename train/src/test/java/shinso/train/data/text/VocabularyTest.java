package shinso.train.data.text;

import static org.junit.jupiter.api.Assertions.*;
import static shinso.train.data.text.Vocabulary.END;
import static shinso.train.data.text.Vocabulary.UNKNOWN;
import static shinso.train.data.text.Vocabulary.Unit.CHARACTER;
import static shinso.train.data.text.Vocabulary.Unit.WORD;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.train.data.DataException;

class VocabularyTest {
  @Test
  void theMostFrequentTokensComeFirstBehindTheMarks() {
    Vocabulary v = Vocabulary.of(WORD, List.of("b a  a", "c\tb a"));
    assertEquals(5, v.size());
    assertEquals(
        List.of("<end>", "<unk>", "a", "b", "c"),
        List.of(v.token(0), v.token(1), v.token(2), v.token(3), v.token(4)));
    assertArrayEquals(new int[] {4, 2, UNKNOWN, 3}, v.encode(" c a d b "));
    assertEquals("c a <unk> b", v.decode(4, 2, UNKNOWN, 3, END, 2));
    assertArrayEquals(new int[0], v.encode("  "));
  }

  @Test
  void ofEquallyFrequentTokensTheOrderIsThatOfTheirCharacters() {
    assertEquals(
        Vocabulary.of(CHARACTER, List.of("zyx", "yxz")), Vocabulary.of(CHARACTER, List.of("xyz")));
  }

  @Test
  void aCharacterIsACodePoint() {
    Vocabulary v = Vocabulary.of(CHARACTER, List.of("深層𝒙 a"));
    assertEquals(2 + 5, v.size());
    assertEquals("層𝒙 a", v.decode(v.encode("層𝒙 a")));
    assertEquals(List.of("b"), v.unknown("bab"));
  }

  @Test
  void rareTokensAreUnknown() {
    Vocabulary v = Vocabulary.of(CHARACTER, List.of("aaabbc"));
    assertArrayEquals(new int[] {2, 3, UNKNOWN}, v.atMost(4).encode("abc"));
    assertArrayEquals(new int[] {2, UNKNOWN, UNKNOWN}, v.atLeast(3).encode("abc"));
    assertEquals(v, v.atMost(100));
    assertThrows(IllegalArgumentException.class, () -> v.atMost(2));
    assertEquals(
        "no character is in the texts 4 times, the most frequent one 3 times; ask for fewer",
        assertThrows(DataException.class, () -> v.atLeast(4)).getMessage());
  }

  @Test
  void whatIsKeptIsReadAgain() {
    Vocabulary v = Vocabulary.of(CHARACTER, List.of("a\nb\r\\n "));
    assertEquals(v, Vocabulary.parse(v.text()));
    assertEquals("\n\\n\r b", Vocabulary.parse(v.text()).decode(v.encode("\n\\n\r b")));
    Vocabulary words = Vocabulary.of(WORD, List.of("word character <unk> <end>"));
    assertEquals(words, Vocabulary.parse(words.text()));
    assertNotEquals(END, words.id("<end>"));
    assertThrows(IllegalStateException.class, () -> Vocabulary.parse(v.text()).atLeast(2));
  }

  @Test
  void errorsSayWhatIsWrong() {
    Vocabulary v = Vocabulary.of(CHARACTER, List.of("0123456789+"));
    assertArrayEquals(v.encode("1+2"), v.encodeKnown("1+2"));
    assertEquals(
        "'1-２': there is no character '-' (U+002D), '２' (U+FF12) in the texts that the model was"
            + " trained on; it knows +0123456789",
        assertThrows(DataException.class, () -> v.encodeKnown("1-２")).getMessage());
    assertEquals(
        "the texts have no words to make a vocabulary of; give texts that are not empty",
        assertThrows(DataException.class, () -> Vocabulary.of(WORD, List.of(" "))).getMessage());
    for (String damaged :
        List.of("", "words\na", "word", "word\na\n\nb", "word\na\\x", "word\na\na")) {
      assertThrows(DataException.class, () -> Vocabulary.parse(damaged), damaged);
    }
  }
}
