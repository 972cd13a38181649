package shinso.train.data.text;

import static org.junit.jupiter.api.Assertions.*;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.text.TextPairs.Pair;

class TokenPairsTest {
  private static final Vocabulary LETTERS =
      Vocabulary.of(Vocabulary.Unit.CHARACTER, List.of("aaaabbbccd"));
  private static final List<Pair> PAIRS =
      List.of(
          new Pair("a", "bb"),
          new Pair("abcdabcd", "a"),
          new Pair("ab", "dcx"),
          new Pair("a", "abcdab"));

  private static int[] row(Tensor x, int row) {
    return x.at(0, row).toIntArray();
  }

  @Test
  void targetsHaveAnEndAndTextsAreFilledUp() {
    TokenPairs pairs = TokenPairs.of("pairs", PAIRS, LETTERS, LETTERS);
    List<Tensor> batch = pairs.whole();
    assertEquals(Shape.of(4, 8), batch.get(0).shape());
    assertArrayEquals(new int[] {1, 8, 2, 1}, batch.get(1).toIntArray());
    assertArrayEquals(new int[] {3, 2, 4, 7}, batch.get(2).toIntArray());
    assertArrayEquals(new int[] {2, 3, 0, 0, 0, 0, 0, 0}, row(batch.get(0), 2));
    assertArrayEquals(
        new int[] {5, 4, Vocabulary.UNKNOWN, Vocabulary.END, 0, 0, 0}, row(batch.get(3), 2));
    assertEquals(List.of(8, 7), List.of(pairs.longestSource(), pairs.longestTarget()));
    assertFalse(pairs.hasLabels());
  }

  @Test
  void aBucketHoldsBothTexts() {
    TokenPairs pairs = TokenPairs.of("pairs", PAIRS, LETTERS, LETTERS).inBuckets(2);
    assertEquals(
        List.of("[0, 2]", "[1, 3]"), pairs.buckets().stream().map(Arrays::toString).toList());
    List<Tensor> small = pairs.batch(new int[] {0, 2});
    assertEquals(Shape.of(2, 4), small.get(0).shape());
    assertEquals(Shape.of(2, 4), small.get(3).shape());
    Batches batches = Batches.bucketed(pairs, 2, 1);
    assertEquals(2, batches.perEpoch());
    assertThrows(IllegalArgumentException.class, () -> pairs.inBuckets(0));
  }

  @Test
  void textsAreReadBackFromTheirCharacters() {
    TextPairs texts = TextPairs.of("pairs", PAIRS);
    assertEquals(PAIRS, TextPairs.pairs(texts.subset(new int[] {0, 1, 2, 3})));
    assertEquals(
        List.of(PAIRS.get(3), PAIRS.get(1)), TextPairs.pairs(texts.subset(new int[] {3, 1})));
    TokenPairs tokens = TokenPairs.of("pairs", PAIRS, LETTERS, LETTERS);
    assertThrows(IllegalArgumentException.class, () -> TextPairs.pairs(tokens));
  }
}
