package shinso.train.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;

/**
 * How much translations have in common with those of people: BLEU, of a whole set of sentences,
 * with sequences of one to four words.
 *
 * <pre>
 * p_n = Σ min(count in the candidate, most in one reference) / Σ count in the candidate
 * BP = 1 if c &gt; r, e^(1 − r/c) else     with c and r the words of all candidates and references
 * BLEU = BP exp(¼ Σ_n log p_n)
 * </pre>
 *
 * <p>Of several references of a sentence the one whose length is next to the candidate's counts for
 * r, of equally near ones the shorter. Nothing is smoothed: without a common sequence of four words
 * BLEU is 0. It depends on how words are cut, so numbers of other cuts can't be compared.
 *
 * <p>Source: Papineni et al., "BLEU: a method for automatic evaluation of machine translation"
 * (2002), sections 2.1 to 2.3.
 */
public final class Bleu {
  /** The length of the longest sequences that are compared. */
  public static final int ORDER = 4;

  /** Of each sentence: common and all sequences of each length, and the two lengths. */
  private final List<long[]> sentences;

  private final long[] sum;

  private Bleu(List<long[]> sentences) {
    this.sentences = sentences;
    this.sum = sum(sentences);
  }

  /**
   * Compares translations with one reference each.
   *
   * @param candidates the words of each sentence
   * @param references the words of each sentence's reference
   * @throws IllegalArgumentException if there are no sentences, or not as many references
   */
  public static Bleu of(List<List<String>> candidates, List<List<String>> references) {
    return ofMany(candidates, references.stream().map(List::of).toList());
  }

  /**
   * Compares translations with one or more references each.
   *
   * @param candidates the words of each sentence
   * @param references the references of each sentence
   * @throws IllegalArgumentException if there are no sentences, or not as many lists of references,
   *     or an empty one
   */
  public static Bleu ofMany(List<List<String>> candidates, List<List<List<String>>> references) {
    if (candidates.isEmpty() || candidates.size() != references.size()) {
      throw new IllegalArgumentException(
          "BLEU: there are %d candidates and references of %d sentences"
              .formatted(candidates.size(), references.size()));
    }
    List<long[]> sentences = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      if (references.get(i).isEmpty()) {
        throw new IllegalArgumentException("BLEU: sentence " + i + " has no reference");
      }
      sentences.add(counts(candidates.get(i), references.get(i)));
    }
    return new Bleu(List.copyOf(sentences));
  }

  private static long[] counts(List<String> candidate, List<List<String>> references) {
    long[] counts = new long[2 * ORDER + 2];
    for (int n = 1; n <= ORDER; n++) {
      Map<List<String>, Integer> most = new HashMap<>();
      for (List<String> reference : references) {
        sequences(reference, n).forEach((s, count) -> most.merge(s, count, Math::max));
      }
      for (Map.Entry<List<String>, Integer> s : sequences(candidate, n).entrySet()) {
        counts[n - 1] += Math.min(s.getValue(), most.getOrDefault(s.getKey(), 0));
        counts[ORDER + n - 1] += s.getValue();
      }
    }
    int c = candidate.size();
    counts[2 * ORDER] = c;
    int r = references.getFirst().size();
    for (List<String> reference : references) {
      int mine = Math.abs(reference.size() - c);
      int best = Math.abs(r - c);
      r = mine < best || (mine == best && reference.size() < r) ? reference.size() : r;
    }
    counts[2 * ORDER + 1] = r;
    return counts;
  }

  private static Map<List<String>, Integer> sequences(List<String> words, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= words.size(); i++) {
      counts.merge(words.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  private static long[] sum(List<long[]> sentences) {
    long[] sum = new long[2 * ORDER + 2];
    for (long[] s : sentences) {
      Arrays.setAll(sum, i -> sum[i] + s[i]);
    }
    return sum;
  }

  /**
   * Returns p_n, the share of the candidates' sequences of n words that references have, too.
   *
   * @param n 1 to 4
   * @throws IndexOutOfBoundsException if n is another number
   */
  public double precision(int n) {
    java.util.Objects.checkIndex(n - 1, ORDER);
    return precision(sum, n);
  }

  private static double precision(long[] sum, int n) {
    return sum[ORDER + n - 1] == 0 ? 0 : (double) sum[n - 1] / sum[ORDER + n - 1];
  }

  /** Returns BP, which is less than 1 for candidates that are too short. */
  public double brevityPenalty() {
    return brevityPenalty(sum);
  }

  private static double brevityPenalty(long[] sum) {
    long c = sum[2 * ORDER];
    long r = sum[2 * ORDER + 1];
    return c > r ? 1 : c == 0 ? 0 : Math.exp(1 - (double) r / c);
  }

  /** Returns BLEU, from 0 to 1; publications have a hundred times that. */
  public double value() {
    return value(sum);
  }

  private static double value(long[] sum) {
    double logs =
        IntStream.rangeClosed(1, ORDER).mapToDouble(n -> Math.log(precision(sum, n))).sum();
    return brevityPenalty(sum) * Math.exp(logs / ORDER);
  }

  /**
   * Returns BLEU with its standard error over sets of sentences, which are drawn from these with
   * replacement: Koehn, "Statistical significance tests for machine translation evaluation" (2004).
   *
   * @param draws how many sets are drawn, at least 2
   */
  public Estimate estimate(int draws, Rng rng) {
    if (draws < 2) {
      throw new IllegalArgumentException("BLEU: a standard error takes 2 draws, not " + draws);
    }
    RandomGenerator random = rng.generator();
    int n = sentences.size();
    double[] values = new double[draws];
    for (int d = 0; d < draws; d++) {
      List<long[]> drawn = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        drawn.add(sentences.get((int) Math.unsignedMultiplyHigh(random.nextLong(), n)));
      }
      values[d] = value(sum(drawn));
    }
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Estimate(value(), Math.sqrt(squares / (draws - 1)));
  }
}
