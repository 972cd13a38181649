package shinso.core.random;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.op.RandomOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A splittable random key. A draw is a pure function of the key and of the position in the result,
 * so drawing twice from one key gives the same numbers: {@link #split(int) split} it first.
 *
 * <p>The key is a tensor. In a program it is an input, and a program that ran once draws new
 * numbers for a new key.
 */
public final class Rng {
  private final Tensor key;

  private Rng(Tensor key) {
    this.key = key;
  }

  /** Returns the key of a seed. */
  public static Rng of(long seed) {
    return ofWords((int) seed, (int) (seed >>> 32));
  }

  /**
   * Returns the key made of two words, as {@link #words} gave them: how a checkpoint restores a
   * key.
   */
  public static Rng ofWords(int word0, int word1) {
    return new Rng(Tensor.of(new int[] {word0, word1}, 2));
  }

  /**
   * Returns the key held by a tensor {@code [2]} of I32, which may be the placeholder of a program.
   *
   * @throws IllegalArgumentException if the tensor is not an I32 of shape [2]
   */
  public static Rng ofKey(Tensor key) {
    if (key.dtype() != DType.I32 || !key.shape().equals(Shape.of(2))) {
      throw new IllegalArgumentException(
          "a random key is an I32[2], not " + key.dtype() + key.shape());
    }
    return new Rng(key);
  }

  /** Returns the key as an I32 tensor {@code [2]}. */
  public Tensor key() {
    return key;
  }

  /**
   * Returns the two words of the key.
   *
   * @throws IllegalStateException if the key is the placeholder of a program that is being traced
   */
  public int[] words() {
    return key.toIntArray();
  }

  /**
   * Returns the child with this index; children are independent of each other and of the parent's
   * draws.
   */
  public Rng split(int index) {
    if (!key.isConcrete()) {
      return new Rng(TensorAccess.apply(new RandomOp.Split(index), key));
    }
    int[] words = words();
    long child = Threefry.child(words[0], words[1], index);
    return ofWords((int) child, (int) (child >>> 32));
  }

  /** Returns the child with this name. */
  public Rng split(String name) {
    // FNV-1a over UTF-8: String.hashCode would do, but its weak mixing makes "Aa" and "BB" the same
    // child.
    int hash = 0x811C9DC5;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x01000193;
    }
    return split(hash).split(name.length());
  }

  /** Returns the children 0 to {@code count - 1}. */
  public List<Rng> children(int count) {
    return IntStream.range(0, count).mapToObj(this::split).toList();
  }

  /**
   * Returns a generator of this key's numbers for code on the host (shuffling, drawing pictures).
   *
   * @throws IllegalStateException if the key is the placeholder of a program that is being traced
   */
  public RandomGenerator generator() {
    int[] words = words();
    return new Counting(words[0], words[1]);
  }

  private static final class Counting implements RandomGenerator {
    private final int key0;
    private final int key1;
    private long counter;

    Counting(int key0, int key1) {
      this.key0 = key0;
      this.key1 = key1;
    }

    @Override
    public long nextLong() {
      long c = counter++;
      return Threefry.block(key0, key1, (int) c, (int) (c >>> 32));
    }
  }
}
