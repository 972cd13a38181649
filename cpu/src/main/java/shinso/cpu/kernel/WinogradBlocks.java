package shinso.cpu.kernel;

import java.util.Arrays;
import java.util.List;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.simd.convolution.Winograd;

/**
 * How the tiles of a batch are cut into blocks and these into tasks, by the sizes alone.
 *
 * @param tiles of the batch
 * @param size tiles of a block
 * @param tasks the blocks of each task
 */
record WinogradBlocks(int tiles, int size, List<Blocks.Range> tasks) {
  /** Bytes of a block's planes, before and after the products. */
  private static final long BYTES = 640 << 10;

  /** With fewer tiles products are slow. */
  private static final int FEWEST = 32;

  private static final int MOST = 192;

  /** Blocks have a multiple of so many tiles; what the last one lacks is computed for nothing. */
  private static final int GRAIN = 8;

  /** Floats between planes, lest all of them fall on the same lines of the cache. */
  private static final int GAP = 16;

  static WinogradBlocks of(Geometry g, int tiles, int mostTasks) {
    long tile = 4L * Winograd.PLANES * (g.channels() + g.filters());
    int most = Math.clamp(BYTES / tile, FEWEST, MOST);
    int blocks = Math.ceilDiv(tiles, most);
    int size = Math.ceilDiv(Math.ceilDiv(tiles, blocks), GRAIN) * GRAIN;
    List<Blocks.Range> tasks = Blocks.ranges(Math.ceilDiv(tiles, size), mostTasks, 1);
    return new WinogradBlocks(tiles, size, tasks);
  }

  static WinogradBlocks of(Geometry g, int tiles) {
    return of(g, tiles, Blocks.tasks(g.flops()));
  }

  int from(int block) {
    return size * block;
  }

  int count(int block) {
    return Math.min(size, tiles - size * block);
  }

  /** Returns the products of each task. */
  Call[] bind(Primitive products) {
    Call[] calls = new Call[tasks.size()];
    Arrays.setAll(calls, i -> products.bind());
    return calls;
  }

  /** Bytes from one plane of transformed filters to the next. */
  static long filterPlane(Geometry g) {
    return 4L * (g.channels() * g.filters() + GAP);
  }

  /** Bytes from one plane of a block to the next, of so many channels. */
  long plane(int channels) {
    return 4L * (size * channels + GAP);
  }
}
