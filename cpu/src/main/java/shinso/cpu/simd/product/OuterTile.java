package shinso.cpu.simd.product;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Warmer;
import shinso.cpu.simd.tile.TileKernel;

/**
 * The code of the tiles of one width, once it is fast. As with {@link TileKernel} a background
 * thread calls it until the JVM's compiler got to it.
 */
final class OuterTile {
  private static final Logger LOG = LoggerFactory.getLogger(OuterTile.class);

  /** Vectors of the widest tile. */
  static final int WIDEST = 7;

  /**
   * Rows of a tile of so many vectors. Sums, a row of the right matrix and a factor share 32
   * registers; of the shapes that fit these are the fastest as the compiler lays them out.
   */
  private static final int[] ROWS = {0, 8, 8, 6, 5, 5, 4, 3};

  /** Outer products that the background thread adds at a time. */
  private static final int SAMPLE = 16;

  /** Nanoseconds a vector operation, below which code counts as compiled; it takes 0.2 then. */
  private static final double FAST = 4;

  private static final int MOST_CALLS = 8_000;

  /** Attempts that go before all else, as these sums are most of a step; later ones queue up. */
  private static final int URGENT = 4;

  private static final int MOST_ATTEMPTS = 50;

  private static final Map<Integer, OuterTile> TILES = new ConcurrentHashMap<>();

  private final int vectors;
  private final OuterCode code;
  private boolean asked;
  private volatile boolean fast;

  private OuterTile(int vectors) {
    this.vectors = vectors;
    this.code = OuterCompiler.compile(ROWS[vectors], vectors);
  }

  /** Returns the tile of so many vectors, 1 to {@link #WIDEST}. */
  static OuterTile of(int vectors) {
    return TILES.computeIfAbsent(vectors, OuterTile::new);
  }

  int rows() {
    return ROWS[vectors];
  }

  int vectors() {
    return vectors;
  }

  /** Returns the code, or null as long as it would be slow. */
  @Nullable OuterCode code() {
    return fast ? code : null;
  }

  /** Returns the code, however slow. */
  OuterCode codeNow() {
    return code;
  }

  /** Has the code made fast in the background, unless that was asked for before. */
  synchronized void warm() {
    if (!asked) {
      asked = true;
      Warmer.addFirst(() -> attempt(1));
    }
  }

  private void attempt(int number) {
    int columns = vectors * Lanes.LANES;
    long row = (long) vectors * Lanes.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      long b = arena.allocate(row * SAMPLE, 64).address();
      long a = arena.allocate(4L * rows() * SAMPLE, 64).address();
      long c = arena.allocate(row * rows(), 64).address();
      long last = 4L * (columns - Lanes.LANES);
      double operations = (double) SAMPLE * vectors * rows();
      fast =
          Warmer.warmUp(
              () -> code.run(c, row, a, 4L * rows(), b, last, SAMPLE),
              operations * FAST,
              MOST_CALLS);
    }
    if (!fast && number < URGENT) {
      Warmer.addFirst(() -> attempt(number + 1));
    } else if (!fast && number < MOST_ATTEMPTS) {
      Warmer.add(() -> attempt(number + 1));
    } else if (!fast) {
      LOG.debug("the compiler leaves sums of outer products of {} vectors slow", vectors);
    }
  }
}
