package shinso.zoo.recurrent;

import java.util.List;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;

/**
 * English sentences that a small grammar makes, one a line. What is uncertain in them is known
 * exactly, so it is known how well they can be predicted at best.
 *
 * <pre>
 * sentence = the subject verb the object (place)½ .        place = near the noun
 * subject, object = (adjective)½ noun                      each word as probable as the others
 * </pre>
 *
 * <p>Subjects are one or many, with equal probability, and the verb goes with it: "the old king
 * sees", "the old kings see". A reader knows from each sentence what was drawn, so its entropy is
 * the sum of those of the draws.
 */
final class Sentences {
  private static final List<String> ADJECTIVES =
      List.of("old", "quiet", "red", "tall", "young", "brave", "small", "golden");
  private static final List<String> NOUNS =
      List.of(
          "king", "queen", "sailor", "bird", "river", "garden", "horse", "lion", "ship", "poet",
          "tower", "farmer", "cloud", "forest", "door", "stone");
  private static final List<String> VERBS =
      List.of("see", "follow", "find", "call", "meet", "guard", "paint", "love");

  private static final long ALWAYS = 1;
  private static final int COUNT = 8_000;

  private Sentences() {}

  /** Returns the text, the same at every call. */
  static String text() {
    RandomGenerator random = Rng.of(ALWAYS).split("sentences").generator();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < COUNT; i++) {
      boolean many = coin(random);
      text.append("the ").append(thing(random)).append(many ? "s " : " ");
      text.append(one(VERBS, random)).append(many ? " the " : "s the ").append(thing(random));
      if (coin(random)) {
        text.append(" near the ").append(one(NOUNS, random));
      }
      text.append(".\n");
    }
    return text.toString();
  }

  private static String thing(RandomGenerator random) {
    String adjective = coin(random) ? one(ADJECTIVES, random) + " " : "";
    return adjective + one(NOUNS, random);
  }

  private static boolean coin(RandomGenerator random) {
    return random.nextLong() < 0;
  }

  private static String one(List<String> words, RandomGenerator random) {
    return words.get((int) Math.unsignedMultiplyHigh(random.nextLong(), words.size()));
  }

  /** Returns the entropy of a sentence in bits. */
  static double entropy() {
    double thing = 1 + 0.5 * log2(ADJECTIVES.size()) + log2(NOUNS.size());
    double number = 1;
    double place = 1 + 0.5 * log2(NOUNS.size());
    return number + 2 * thing + log2(VERBS.size()) + place;
  }

  /** Returns the mean number of characters of a sentence, its line end included. */
  static double length() {
    double thing = 0.5 * (1 + mean(ADJECTIVES)) + mean(NOUNS);
    // One of noun and verb ends in s.
    double clause = "the ".length() + thing + " ".length() + mean(VERBS) + 1 + " the ".length();
    return clause + thing + 0.5 * (" near the ".length() + mean(NOUNS)) + ".\n".length();
  }

  /** Returns the perplexity of a token, full stop and line end included. */
  static double perplexity() {
    double thing = 0.5 + 1;
    double tokens = 1 + thing + 1 + 1 + thing + 0.5 * 3 + 2;
    return Math.pow(2, entropy() / tokens);
  }

  private static double mean(List<String> words) {
    return words.stream().mapToInt(String::length).average().orElseThrow();
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
