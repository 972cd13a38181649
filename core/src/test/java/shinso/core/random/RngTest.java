package shinso.core.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Keys and their children. */
final class RngTest {
  @Test
  void sameKeySameNumbers() {
    assertArrayEquals(draw(Rng.of(42)), draw(Rng.of(42)));
    assertFalse(Arrays.equals(draw(Rng.of(42)), draw(Rng.of(43))));
    assertFalse(Arrays.equals(draw(Rng.of(42)), draw(Rng.of(42L << 32))));
  }

  @Test
  void aPrefixOfDrawsDoesNotDependOnTheirNumber() {
    float[] few = Tensor.uniform(Rng.of(1), 10).toFloatArray();
    float[] many = Tensor.uniform(Rng.of(1), 1000).toFloatArray();
    assertArrayEquals(few, Arrays.copyOf(many, 10));
  }

  @Test
  void wordsRestoreKey() {
    Rng rng = Rng.of(-5).split("layer").split(3);
    int[] words = rng.words();
    assertArrayEquals(draw(rng), draw(Rng.ofWords(words[0], words[1])));
  }

  @Test
  void childrenAreTheSameOnTheHostAndInGraph() {
    Rng host = Rng.of(9);
    Rng lazy = Rng.ofKey(host.key().add(0));
    for (int i : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertArrayEquals(host.split(i).words(), lazy.split(i).words());
    }
    assertArrayEquals(host.split("dropout").words(), lazy.split("dropout").words());
  }

  @Test
  void childrenDiffer() {
    Rng parent = Rng.of(1);
    Set<List<Integer>> seen = new HashSet<>();
    seen.add(key(parent));
    for (int i = 0; i < 2000; i++) {
      assertTrue(seen.add(key(parent.split(i))), "child " + i);
      assertTrue(seen.add(key(parent.split("child" + i))), "named child " + i);
      assertTrue(seen.add(key(parent.split(5).split(i))), "grandchild " + i);
    }
    assertFalse(key(parent.split("Aa")).equals(key(parent.split("BB"))));
    assertEquals(
        parent.children(3).stream().map(RngTest::key).toList(),
        List.of(key(parent.split(0)), key(parent.split(1)), key(parent.split(2))));
  }

  /** Correlations of n independent pairs are below 4 / √n in all but one case of 15,000. */
  @Test
  void familyIsUncorrelated() {
    int n = 10_000;
    Rng parent = Rng.of(3);
    List<Rng> family =
        List.of(
            parent,
            parent.split(0),
            parent.split(1),
            parent.split(2),
            parent.split("a"),
            parent.split(0).split(0),
            Rng.of(4));
    List<float[]> draws = family.stream().map(r -> Tensor.normal(r, n).toFloatArray()).toList();
    for (int i = 0; i < draws.size(); i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum += (double) draws.get(i)[k] * draws.get(j)[k];
        }
        assertTrue(Math.abs(sum / n) < 4 / Math.sqrt(n), i + " and " + j + ": " + sum / n);
      }
    }
  }

  /** Gamma draws have keys of their own: an element's is not that of the child with its number. */
  @Test
  void gammaDrawsAreNotThoseOfChildren() {
    Rng rng = Rng.of(5);
    double alpha = 1e6;
    double[] gamma = Tensor.full(Shape.of(1000), alpha).gamma(rng).toDoubleArray();
    int equal = 0;
    for (int i = 0; i < 1000; i++) {
      // For a large shape parameter the draw is α + √α times its normal.
      double normal = Tensor.normal(rng.split(i)).item();
      equal += Math.abs((gamma[i] - alpha) / Math.sqrt(alpha) - normal) < 0.01 ? 1 : 0;
    }
    assertTrue(equal < 30, equal + " of 1000 are equal");
  }

  @Test
  void generatorGivesTheSameNumbersEachTime() {
    RandomGenerator a = Rng.of(6).generator();
    RandomGenerator b = Rng.of(6).generator();
    for (int i = 0; i < 100; i++) {
      assertEquals(a.nextLong(), b.nextLong());
    }
    assertEquals(0.5, Rng.of(7).generator().doubles(10_000).average().orElseThrow(), 0.012);
  }

  @Test
  void keysAreCheckedAndPlaceholdersHaveNoWords() {
    assertEquals(
        "a random key is an I32[2], not F32[2]",
        assertThrows(IllegalArgumentException.class, () -> Rng.ofKey(Tensor.ones(2))).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Rng.ofKey(Tensor.iota(3)));
    Rng traced = Rng.ofKey(TensorAccess.placeholder(Shape.of(2), DType.I32));
    assertThrows(IllegalStateException.class, traced::words);
    assertThrows(IllegalStateException.class, traced::generator);
  }

  private static float[] draw(Rng rng) {
    return Tensor.uniform(rng, 20).toFloatArray();
  }

  private static List<Integer> key(Rng rng) {
    return Arrays.stream(rng.words()).boxed().toList();
  }
}
