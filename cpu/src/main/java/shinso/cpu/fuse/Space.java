package shinso.cpu.fuse;

/**
 * How a space of elements is cut into tiles, and tiles into chunks. A chunk is what one task does;
 * the cut depends on sizes only.
 *
 * @param size elements
 * @param columns length of a row, or 0 if rows don't matter
 * @param tiles number of tiles
 * @param tileRows rows of a tile; 0 where a row is longer than a tile
 * @param pieces tiles of a row, where a row is longer than a tile; else 0
 * @param chunks number of chunks
 */
public record Space(int size, int columns, int tiles, int tileRows, int pieces, int chunks) {
  /** Elements of a tile at the most. */
  public static final int TILE = 1024;

  /** Additions below which a pass isn't worth a second thread. */
  private static final int SERIAL = 1 << 15;

  private static final int CHUNKS = 64;

  /**
   * Cuts a space.
   *
   * @param work what an element costs, in additions
   * @param sums whether columns are reduced, so that every chunk has a row of partial results
   */
  public static Space of(int size, int columns, int work, boolean sums) {
    int tiles;
    int tileRows = 0;
    int pieces = 0;
    if (columns == 0) {
      tiles = Math.ceilDiv(size, TILE);
    } else if (columns <= TILE) {
      tileRows = TILE / columns;
      tiles = Math.ceilDiv(size / columns, tileRows);
    } else {
      pieces = Math.ceilDiv(columns, TILE);
      tiles = size / columns * pieces;
    }
    int chunks = (long) size * work < SERIAL ? 1 : Math.min(tiles, CHUNKS);
    if (sums) {
      // The order of a sum must not depend on what else the pass does, so the work doesn't count
      // here.
      chunks = Math.clamp(size / columns / 8, 1, Math.min(tiles, 16));
    }
    return new Space(size, columns, tiles, tileRows, pieces, Math.max(1, chunks));
  }

  /** Returns whether every tile begins and ends at a multiple of this many elements. */
  public boolean cutsAt(int length) {
    if (size % length != 0) {
      return false;
    }
    if (columns == 0 || pieces > 0) {
      return TILE % length == 0 && columns % length == 0;
    }
    return columns % length == 0;
  }

  /** Returns the first element of a tile. */
  int start(int tile) {
    if (columns == 0) {
      return tile * TILE;
    }
    return pieces == 0 ? tile * tileRows * columns : tile / pieces * columns + tile % pieces * TILE;
  }

  /** Returns the number of elements of a tile. */
  int count(int tile) {
    int start = start(tile);
    if (columns == 0) {
      return Math.min(TILE, size - start);
    }
    return pieces == 0
        ? Math.min(tileRows * columns, size - start)
        : Math.min(TILE, columns - start % columns);
  }
}
