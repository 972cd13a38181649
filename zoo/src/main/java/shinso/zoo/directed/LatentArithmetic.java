package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

  /**
   * Chooses pictures among many: of the two digits that there are most of, those with more ink than
   * nine tenths of their kind, and with less.
   *
   * @param classes says which digits pictures {@code [n, h, w, 1]} are
   * @param count how many there are to choose from
   */
  static LatentArithmetic choose(Gan gan, Function<Tensor, int[]> classes, int count, Rng rng) {
    Tensor z = gan.noise().draw(count, rng).evaluate();
    Tensor x = gan.generator().forward(z, Pass.inference()).evaluate();
    int[] digit = classes.apply(x);
    double[] ink = x.flatten(1).mean(1).toDoubleArray();
    Map<Integer, List<Integer>> pictures = new HashMap<>();
    for (int i = 0; i < count; i++) {
      pictures.computeIfAbsent(digit[i], d -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> most =
        pictures.values().stream()
            .sorted(Comparator.<List<Integer>>comparingInt(List::size).reversed())
            .toList();
    List<Integer> first = byInk(most.getFirst(), ink);
    boolean another = most.size() > 1 && most.get(1).size() >= SHOWN;
    List<Integer> second = another ? byInk(most.get(1), ink) : first;
    return new LatentArithmetic(
        chosen(z, from(first, 0.9)), chosen(z, from(first, 0.1)), chosen(z, from(second, 0.1)));
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
