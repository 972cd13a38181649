package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.nn.model.TextSampler.Choice;
import shinso.train.UserException;
import shinso.train.data.text.Vocabulary;

@Tag("row-F7")
final class TextModelTest {
  private static final String LINES = "My lord, he's gone.\nGone! My lord; my lord?\n";

  private static TextModel model(Vocabulary.Unit unit) {
    TextCode code = TextCode.fit(unit, LINES, 1_000);
    LanguageModel.Config config = new LanguageModel.Config(Cell.GRU, 3, 4, 1, 0);
    return new TextModel(LanguageModel.of(code.vocabulary().size(), config, Rng.of(1)), code);
  }

  @Test
  void charactersAreSetSideBySide() {
    TextCode code = TextCode.fit(Vocabulary.Unit.CHARACTER, LINES, 1_000);
    assertEquals(LINES, code.decode(code.encode(LINES)));
    assertEquals(LINES.length(), code.encode(LINES).length);
  }

  /** Marks are tokens, and a line has an end. */
  @Test
  void wordsAndMarksAreTokens() {
    TextCode code = TextCode.fit(Vocabulary.Unit.WORD, LINES, 1_000);
    int[] tokens = code.encode(LINES);
    List<String> texts = Arrays.stream(tokens).mapToObj(code.vocabulary()::token).toList();
    assertEquals(
        List.of(
            "My", "lord", ",", "he's", "gone", ".", "<end>", "Gone", "!", "My", "lord", ";", "my",
            "lord", "?", "<end>"),
        texts);
    assertEquals(LINES, code.decode(tokens));
  }

  @Test
  void aPromptOfWordsStaysOpen() {
    TextCode code = TextCode.fit(Vocabulary.Unit.WORD, LINES, 1_000);
    int lord = code.vocabulary().id("lord");
    assertArrayEquals(new int[] {Vocabulary.END, lord}, code.encodePrompt("lord"));
    assertArrayEquals(
        new int[] {Vocabulary.END, lord, Vocabulary.END}, code.encodePrompt("lord\n"));
    assertArrayEquals(new int[] {Vocabulary.END}, code.encodePrompt(""));
    assertArrayEquals(new int[] {Vocabulary.END, Vocabulary.UNKNOWN}, code.encodePrompt("unheard"));
  }

  @Test
  void textsBeginWithThePromptAndFollowFromTheSeed() {
    TextModel model = model(Vocabulary.Unit.CHARACTER);
    List<String> texts = model.continuations("My ", 2, 30, Choice.AS_IT_IS, Rng.of(3));
    assertEquals(2, texts.size());
    for (String text : texts) {
      assertTrue(text.startsWith("My "), text);
      assertEquals(33, text.length());
    }
    assertEquals(texts, model.continuations("My ", 2, 30, Choice.AS_IT_IS, Rng.of(3)));
  }

  /** Marks that are no part of texts are never written. */
  @Test
  void theUnknownIsNotWritten() {
    String words =
        model(Vocabulary.Unit.WORD)
            .continuations("", 1, 500, Choice.AS_IT_IS, Rng.of(1))
            .getFirst();
    assertTrue(!words.contains("<unk>"), words);
    String text =
        model(Vocabulary.Unit.CHARACTER)
            .continuations("M", 1, 500, Choice.AS_IT_IS, Rng.of(1))
            .getFirst();
    assertTrue(!text.contains("<"), text);
  }

  @Test
  void theMostProbableTextIsTheSameForEachSeed() {
    TextModel model = model(Vocabulary.Unit.CHARACTER);
    Choice first = new Choice(1, 1);
    assertEquals(
        model.continuations("My ", 1, 20, first, Rng.of(1)),
        model.continuations("My ", 1, 20, first, Rng.of(2)));
  }

  private static String error(String prompt, Choice choice) {
    TextModel model = model(Vocabulary.Unit.CHARACTER);
    return assertThrows(
            UserException.class, () -> model.continuations(prompt, 1, 5, choice, Rng.of(1)))
        .getMessage();
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    assertTrue(error("My Ω", Choice.AS_IT_IS).contains("'Ω' (U+03A9)"));
    assertEquals(
        "the model goes on with a text that has begun; give at least one character with --prompt",
        error("", Choice.AS_IT_IS));
    int known = (int) LINES.chars().distinct().count();
    assertEquals(
        "the model knows %d characters, of which the first 1 to %d can be drawn from, not %d"
            .formatted(known, known, known + 1),
        error("My", new Choice(1, known + 1)));
    assertEquals(
        "a temperature is positive, not -1.0; for the most probable text draw from the first 1",
        error("My", new Choice(-1, null)));
  }
}
