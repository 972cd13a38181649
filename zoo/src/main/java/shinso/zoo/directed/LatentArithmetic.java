package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Pass;

/**
 * Arithmetic on the noise of a generator, as "man with glasses − man + woman" of Radford, Metz and
 * Chintala (2016), section 6.3.2: the mean z of three pictures stands for a concept. Here the
 * concepts are digits in thick and in thin strokes.
 *
 * @param plus z of thick strokes of one digit: {@code [3, noise]}
 * @param minus z of thin strokes of the same digit: {@code [3, noise]}
 * @param to z of thin strokes of another digit: {@code [3, noise]}
 */
record LatentArithmetic(Tensor plus, Tensor minus, Tensor to) {
  private static final int SHOWN = 3;

  /** Of fewer pictures of a digit, thick ones could be thin ones as well. */
  private static final int FEWEST = 4 * SHOWN;

  /**
   * Chooses pictures among many: of each digit those with more ink than nine tenths of their kind,
   * and with less, for every pair of two digits; those that there are most of come first.
   *
   * @param classes says which digits pictures {@code [n, h, w, 1]} are
   * @param count how many there are to choose from
   * @return {@code [pairs, 9, noise]}, what {@link #of} takes apart
   */
  static Tensor choose(Gan gan, Function<Tensor, int[]> classes, int count, Rng rng) {
    Tensor z = gan.noise().draw(count, rng).evaluate();
    Tensor x = gan.generator().forward(z, Pass.inference()).evaluate();
    int[] digit = classes.apply(x);
    double[] ink = x.flatten(1).mean(1).toDoubleArray();
    Map<Integer, List<Integer>> pictures = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      pictures.computeIfAbsent(digit[i], d -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> most =
        pictures.values().stream()
            .sorted(Comparator.<List<Integer>>comparingInt(List::size).reversed())
            .map(all -> byInk(all, ink))
            .toList();
    // One digit is always there; of a generator that makes no other, it is the other one too.
    List<List<Integer>> enough = most.stream().filter(all -> all.size() >= FEWEST).toList();
    List<List<Integer>> digits = enough.size() < 2 ? List.of(most.get(0), most.get(0)) : enough;
    List<Tensor> pairs = new ArrayList<>();
    for (int a = 0; a < digits.size(); a++) {
      for (int b = 0; b < digits.size(); b++) {
        if (a != b) {
          List<Integer> rows = new ArrayList<>(from(digits.get(a), 0.9));
          rows.addAll(from(digits.get(a), 0.1));
          rows.addAll(from(digits.get(b), 0.1));
          pairs.add(chosen(z, rows));
        }
      }
    }
    return Tensor.stack(0, pairs);
  }

  /** Takes chosen pictures apart, {@code [pairs, 9, noise]}, a sum for each pair. */
  static List<LatentArithmetic> of(Tensor chosen) {
    return IntStream.range(0, chosen.shape().dim(0))
        .mapToObj(i -> chosen.at(0, i))
        .map(z ->
            new LatentArithmetic(
                z.slice(0, 0, SHOWN),
                z.slice(0, SHOWN, 2 * SHOWN),
                z.slice(0, 2 * SHOWN, 3 * SHOWN)))
        .toList();
  }

  private static List<Integer> byInk(List<Integer> pictures, double[] ink) {
    return pictures.stream().sorted(Comparator.comparingDouble(i -> ink[i])).toList();
  }

  /** Returns three at a part of the way through a list. */
  private static List<Integer> from(List<Integer> sorted, double part) {
    int first = (int) (part * (sorted.size() - SHOWN));
    return sorted.subList(first, first + SHOWN);
  }

  private static Tensor chosen(Tensor z, List<Integer> positions) {
    int[] indices = positions.stream().mapToInt(Integer::intValue).toArray();
    return z.gather(0, Tensor.of(indices)).evaluate();
  }

  /** Returns the sum with thin − thick, which should leave thin strokes thin. */
  LatentArithmetic reversed() {
    return new LatentArithmetic(minus, plus, to);
  }

  /** Returns what should be thick strokes of the other digit: {@code [1, noise]}. */
  Tensor result() {
    return plus.meanKeep(0).sub(minus.meanKeep(0)).add(to.meanKeep(0));
  }

  /**
   * Returns z of the rows of a figure: the three of a concept, then their mean, and in the last row
   * the result three times with a little noise, then as it is: {@code [16, noise]}.
   */
  Tensor rows(Rng rng) {
    Tensor around = result().add(plus.uniformLike(rng).sub(0.5).mul(0.5));
    List<Tensor> rows = new ArrayList<>();
    for (Tensor concept : List.of(plus, minus, to)) {
      rows.add(concept);
      rows.add(concept.meanKeep(0));
    }
    rows.addAll(List.of(around, result()));
    return Tensor.concat(0, rows);
  }
}
