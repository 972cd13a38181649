package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.*;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.nn.layer.Parameters;
import shinso.train.data.DataException;
import shinso.train.data.Split;
import shinso.train.data.text.TextPairs;
import shinso.train.data.text.Vocabulary;
import shinso.zoo.recurrent.EncoderDecoder.Config;
import shinso.zoo.recurrent.EncoderDecoder.Context;

@Tag("row-F6")
class Seq2SeqTest {
  private static Seq2Seq model(Vocabulary.Unit unit, String tokens) {
    Vocabulary vocabulary = Vocabulary.of(unit, List.of(tokens));
    EncoderDecoder network =
        EncoderDecoder.of(
            Config.of(Context.ADDITIVE, Cell.GRU, 4, 6),
            vocabulary.size(),
            vocabulary.size(),
            Rng.of(3));
    return Seq2Seq.of(
        network, new Seq2Seq.Code(vocabulary, vocabulary, 5, 4), new Seq2Seq.Beam(3, 1));
  }

  private static String error(Seq2Seq model, String text) {
    return assertThrows(DataException.class, () -> model.translate(List.of(text))).getMessage();
  }

  @Test
  void whatCantBeTranslatedIsSaid() {
    Seq2Seq letters = model(Vocabulary.Unit.CHARACTER, "abc");
    assertEquals(
        "'ax': there is no character 'x' (U+0078) in the texts that the model was trained on; it"
            + " knows abc",
        error(letters, "ax"));
    assertEquals(
        "there is nothing to translate in an empty text; leave it out", error(letters, ""));
    assertEquals(
        "'abcabc' has 6 characters; the model was trained on texts of at most 5: cut it into parts",
        error(letters, "abcabc"));
    Seq2Seq words = model(Vocabulary.Unit.WORD, "one two");
    assertEquals(1, words.translate(List.of("one three")).size());
    assertTrue(error(words, " ").contains("empty"));
    assertTrue(error(words, "one two one two one two").contains("6 words"));
  }

  @Test
  void aTextIsWrittenTheSameAloneAndAmongMany() {
    Seq2Seq model = model(Vocabulary.Unit.CHARACTER, "abc");
    List<String> texts =
        Rng.of(1)
            .generator()
            .ints(60, 1, 6)
            .mapToObj(n -> "abcab".substring(5 - n) + (n < 5 ? "c" : ""))
            .map(t -> t.substring(0, Math.min(5, t.length())))
            .toList();
    List<String> together = model.translate(texts);
    assertEquals(60, together.size());
    for (int i = 0; i < 60; i += 7) {
      assertEquals(together.get(i), model.translate(List.of(texts.get(i))).getFirst());
    }
  }

  @Test
  void looksAreOfTheTokensOfBothTexts() {
    Seq2Seq.Looks looks = model(Vocabulary.Unit.CHARACTER, "abc").looks("abca", "cb");
    assertEquals(List.of("a", "b", "c", "a"), looks.source());
    assertEquals(List.of("c", "b", "<end>"), looks.target());
    assertEquals(3, looks.weights().length);
    for (double[] row : looks.weights()) {
      assertEquals(1, Arrays.stream(row).sum(), 1e-6);
      assertEquals(4, row.length);
    }
  }

  @Test
  void onlyTheNetworkHasParameters() {
    Seq2Seq model = model(Vocabulary.Unit.CHARACTER, "abc");
    assertEquals(Parameters.all(model.network()).size(), Parameters.all(model).size());
  }

  private static void eachIsRight(Split split, Predicate<TextPairs.Pair> isRight) {
    Set<String> sources = new HashSet<>();
    for (var part : List.of(split.train(), split.validation(), split.test())) {
      for (TextPairs.Pair pair : TextPairs.pairs(part)) {
        assertTrue(isRight.test(pair), pair.toString());
        assertTrue(sources.add(pair.source()), pair.toString());
      }
    }
    assertEquals(33_000, sources.size());
  }

  @Test
  void tasksAreSolvedRightly() {
    eachIsRight(
        TextTasks.REVERSAL.load(),
        p -> new StringBuilder(p.source()).reverse().toString().equals(p.target()));
    eachIsRight(
        TextTasks.ADDITION.load(),
        p -> {
          String[] n = p.source().split("\\+");
          return Integer.parseInt(n[0]) + Integer.parseInt(n[1]) == Integer.parseInt(p.target());
        });
  }

  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  @Test
  void datesAreThoseOfTheCalendar() {
    eachIsRight(
        TextTasks.DATES.load(),
        p -> {
          LocalDate date = LocalDate.parse(p.target());
          String text = p.source().toLowerCase(Locale.ROOT);
          String weekday = date.getDayOfWeek().toString().toLowerCase(Locale.ROOT);
          String month = date.getMonth().toString().toLowerCase(Locale.ROOT);
          boolean hasWeekday = text.matches("^[a-z]+day, .*");
          boolean spelt = Pattern.compile("[a-z]{3}").matcher(text).find();
          Matcher numbers = NUMBERS.matcher(text);
          Set<Integer> found = new HashSet<>();
          while (numbers.find()) {
            found.add(Integer.parseInt(numbers.group()));
          }
          boolean whole = found.equals(Set.of(Integer.parseInt(p.target().replace("-", ""))));
          return (!hasWeekday || text.startsWith(weekday))
              && (!spelt || text.contains(month.substring(0, 3)))
              && (whole
                  || (found.contains(date.getYear())
                      && found.contains(date.getDayOfMonth())
                      && (spelt || found.contains(date.getMonthValue()))));
        });
  }

  @Test
  void phrasesSayWhenAndWhether() {
    eachIsRight(
        TextTasks.PHRASES.load(),
        p -> {
          List<String> words = List.of(p.source().split(" "));
          boolean not = words.contains("not");
          boolean past =
              words.stream()
                  .anyMatch(w ->
                      Set.of("did", "saw", "bought", "sold", "drew", "loved", "found").contains(w));
          String verb = p.target().split(" を ")[1].replace(" 。", "");
          boolean japanesePast = verb.endsWith("た");
          return not == verb.contains("な")
              && past == japanesePast
              && (!words.contains("yesterday") || past)
              && (!words.contains("today") || !past);
        });
  }
}
