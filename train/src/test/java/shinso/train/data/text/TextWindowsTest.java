package shinso.train.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

final class TextWindowsTest {
  @Test
  void theWindowOfAStreamFollowsThatInTheBatchBefore() {
    TextWindows text = TextWindows.of("numbers", IntStream.range(0, 26).toArray(), 2, 4);
    assertEquals(6, text.size());
    Batches batches = Batches.inOrder(text, text.streams());
    assertEquals(3, batches.perEpoch());
    try (Batches.Epoch epoch = batches.epoch(0)) {
      for (int k = 0; k < 3; k++) {
        List<Tensor> batch = epoch.next();
        int[] given = IntStream.concat(from(4 * k), from(12 + 4 * k)).toArray();
        assertArrayEquals(given, batch.get(0).toIntArray());
        float goesOn = k == 0 ? 0 : 1;
        assertArrayEquals(new float[] {goesOn, goesOn}, batch.get(1).toFloatArray());
        int[] next = IntStream.of(given).map(t -> t + 1).toArray();
        assertArrayEquals(next, batch.get(2).toIntArray());
      }
    }
  }

  private static IntStream from(int first) {
    return IntStream.range(first, first + 4);
  }

  @Test
  void ofAShortTextThereAreFewerStreams() {
    TextWindows some = TextWindows.of("short", new int[11], 4, 5);
    assertEquals(2, some.streams());
    assertEquals(2, some.size());
    TextWindows least = TextWindows.of("shortest", new int[3], 4, 5);
    assertEquals(1, least.size());
    assertEquals(2, least.steps());
    assertEquals(
        "empty: there is nothing to predict in a text of length 1; give a longer one",
        assertThrows(DataException.class, () -> TextWindows.of("empty", new int[1], 4, 5))
            .getMessage());
  }

  @Test
  void aTextIsCutInTheOrderOfItsCharacters() {
    Split parts = TextData.split("text", "abcdefghijklmnopqrst", 0.1, 0.2);
    assertEquals("abcdefghijklmn", TextData.text(parts.train()));
    assertEquals("op", TextData.text(parts.validation()));
    assertEquals("qrst", TextData.text(parts.test()));
    assertThrows(DataException.class, () -> TextData.split("text", "abc", 0.1, 0.1));
  }

  @Test
  void charactersAreCodePoints() {
    Dataset music = TextData.of("music", "a𝄞日");
    assertEquals(3, music.size());
    assertEquals("𝄞日", TextData.text(music.subset(new int[] {1, 2})));
  }
}
