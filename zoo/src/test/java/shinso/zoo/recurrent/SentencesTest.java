package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import shinso.train.judge.Estimate;

final class SentencesTest {
  private static final Pattern SENTENCE =
      Pattern.compile(
          "the (?:(\\w+) )?(\\w+?)(s?) (\\w+?)(s?) the (?:(\\w+) )?\\w+( near the \\w+)?\\.");

  /** What a sentence's draws were improbable by, read off it, is the entropy on average. */
  @Test
  void theEntropyIsThatOfTheSentences() {
    List<String> sentences = Sentences.text().lines().toList();
    double[] bits = new double[sentences.size()];
    double[] lengths = new double[sentences.size()];
    for (int i = 0; i < bits.length; i++) {
      Matcher m = SENTENCE.matcher(sentences.get(i));
      assertTrue(m.matches(), sentences.get(i));
      assertTrue(m.group(3).isEmpty() != m.group(5).isEmpty(), sentences.get(i));
      int adjectives = (m.group(1) == null ? 0 : 1) + (m.group(6) == null ? 0 : 1);
      int place = m.group(7) == null ? 0 : 1;
      bits[i] = 1 + 2 * (1 + 4) + 3 * adjectives + 3 + 1 + 4 * place;
      lengths[i] = sentences.get(i).length() + 1;
    }
    Estimate entropy = Estimate.mean(bits);
    assertEquals(Sentences.entropy(), entropy.value(), 4 * entropy.error());
    Estimate length = Estimate.mean(lengths);
    assertEquals(Sentences.length(), length.value(), 4 * length.error());
  }
}
