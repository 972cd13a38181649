package shinso.cpu.simd.convolution;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Prefetch;

/**
 * Gradient of the filters of a convolution, without copies of patches.
 *
 * <p>An element of a filter is a row of a matrix product: it multiplies a value of each image under
 * it, as the filter moves, with the gradient of that position. Elements with the same positions
 * inside of the image form a class; a tile of {@link PatchKernel} is some elements of a class by
 * some filters.
 *
 * <p>An element is the sum over images and blocks of rows of the results, in order; a block is the
 * sum over its positions by fused multiply-add from zero on. Blocks depend on the shape only.
 */
public final class DirectFilterGradient {
  private static final int COLUMNS = PatchKernel.COLUMNS;

  /** Positions of a block, about. */
  private static final int BLOCK = 1024;

  private final ConvShape shape;
  private final int panels;

  /** A block is some rows of an image, or some images of few rows. */
  private final int blockRows;

  private final int blockImages;
  private final List<Tile> tiles = new ArrayList<>();

  /** Results whose tap lies in the image along one axis: from the first to behind the last. */
  private record Span(int low, int high) {
    int length() {
      return high - low;
    }
  }

  /**
   * A tile of elements.
   *
   * @param row the first element
   * @param rows how many
   * @param offsets where each lies behind the pixel of position (0, 0)
   * @param steps the positions of a block from {@code vertical.low, horizontal.low} on
   */
  private record Tile(
      int row, int rows, Span vertical, Span horizontal, int[] offsets, int[] steps) {}

  /** What a thread keeps in arrays. */
  private static final class Workspace {
    final float[] tile = new float[PatchKernel.ROWS * COLUMNS];
    final int[] sources = new int[PatchKernel.ROWS];
    float[] images = new float[0];

    float[] room(int floats) {
      if (images.length < floats) {
        images = new float[Math.max(floats, DirectConvolution.GROUP)];
      }
      return images;
    }
  }

  private static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  /** Makes the tables for a shape. */
  public DirectFilterGradient(ConvShape s) {
    this.shape = s;
    this.panels = Math.ceilDiv(s.groupFilters(), COLUMNS);
    this.blockRows = Math.clamp(Math.ceilDiv(BLOCK, s.outWidth()), 1, s.outHeight());
    this.blockImages = blockRows < s.outHeight() ? 1 : Math.max(1, BLOCK / s.positions());
    ConvShape.Axis v = s.vertical();
    ConvShape.Axis h = s.horizontal();
    Map<List<Span>, List<Integer>> classes = new LinkedHashMap<>();
    for (int y = 0; y < s.kernelH(); y++) {
      for (int x = 0; x < s.kernelW(); x++) {
        Span rows = new Span(v.low(y), v.high(y));
        Span columns = new Span(h.low(x), h.high(x));
        if (rows.length() == 0 || columns.length() == 0) {
          rows = new Span(0, 0);
          columns = rows;
        }
        classes
            .computeIfAbsent(List.of(rows, columns), key -> new ArrayList<>())
            .add(y * s.kernelW() + x);
      }
    }
    Map<List<Span>, int[]> tables = new HashMap<>();
    classes.forEach((spans, taps) -> {
      int[] steps = tables.computeIfAbsent(spans, key -> steps(key.get(0), key.get(1)));
      int channels = s.groupChannels();
      // Taps that follow each other share tiles.
      int i = 0;
      while (i < taps.size()) {
        int end = i + 1;
        while (end < taps.size() && taps.get(end) == taps.get(end - 1) + 1) {
          end++;
        }
        int last = (taps.get(i) + end - i) * channels;
        int height;
        for (int row = taps.get(i) * channels; row < last; row += height) {
          height = Math.min(PatchKernel.height(last - row), last - row);
          tiles.add(tile(row, height, spans.get(0), spans.get(1), steps));
        }
        i = end;
      }
    });
  }

  private int[] steps(Span rows, Span columns) {
    int height = Math.min(blockRows, rows.length());
    int[] steps = new int[2 * blockImages * height * columns.length()];
    int n = 0;
    for (int image = 0; image < blockImages; image++) {
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < columns.length(); j++) {
          int line = image * shape.height() + i * shape.spec().strideH();
          int position = (image * shape.outHeight() + i) * shape.outWidth() + j;
          steps[n++] = shape.channels() * (line * shape.width() + j * shape.spec().strideW());
          steps[n++] = 4 * position * pitch();
        }
      }
    }
    return steps;
  }

  /** Elements from one position's gradient to the next, as the tiles read it. */
  private int pitch() {
    return isPlain() ? shape.filters() : COLUMNS;
  }

  /** Whether panels are read from where they lie. */
  private boolean isPlain() {
    return shape.groupFilters() % COLUMNS == 0;
  }

  private Tile tile(int row, int rows, Span vertical, Span horizontal, int[] steps) {
    int channels = shape.groupChannels();
    int[] offsets = new int[rows];
    for (int r = 0; r < rows; r++) {
      int tap = (row + r) / channels;
      int y = tap / shape.kernelW() * shape.spec().dilationH() - shape.spec().padTop();
      int x = tap % shape.kernelW() * shape.spec().dilationW() - shape.spec().padLeft();
      offsets[r] = shape.channels() * (y * shape.width() + x) + (row + r) % channels;
    }
    return new Tile(row, rows, vertical, horizontal, offsets, steps);
  }

  /** How many tiles there are; tasks may share them. */
  public int tiles() {
    return tiles.size();
  }

  /** Bytes of scratch memory that {@link #run} needs. */
  public long scratchBytes() {
    return isPlain() ? 0 : 4L * blockImages * blockRows * shape.outWidth() * COLUMNS;
  }

  /**
   * Computes the rows of {@code dw} of some tiles, from some images. Addresses are those of image
   * 0.
   *
   * @param from the first image, {@code to} being behind the last
   * @param tileFrom the first tile, {@code tileTo} being behind the last
   */
  public void run(
      long dw, long x, long dy, int from, int to, int tileFrom, int tileTo, long scratch) {
    Workspace workspace = WORKSPACE.get();
    long pixel = 4L * shape.filters();
    for (int n = from; n < to; n += blockImages) {
      int images = Math.min(blockImages, to - n);
      long maps = dy + pixel * shape.positions() * n;
      for (int row = 0; row < shape.outHeight(); row += blockRows) {
        int end = Math.min(row + blockRows, shape.outHeight());
        Block block = read(workspace, x, n, images, row, end);
        int positions = images * (end - row) * shape.outWidth();
        long first = maps + pixel * row * shape.outWidth();
        Prefetch.read(first, pixel * positions);
        for (int panel = 0; panel < panels * shape.spec().groups(); panel++) {
          int group = panel / panels;
          int column = panel % panels * COLUMNS;
          int count = Math.min(COLUMNS, shape.groupFilters() - column);
          column += group * shape.groupFilters();
          long b = first + 4L * column;
          if (!isPlain()) {
            DirectConvolution.copy(scratch, b, pixel, positions, count);
            b = scratch;
          }
          int a = group * shape.groupChannels();
          boolean start = n == from && row == 0;
          for (int t = tileFrom; t < tileTo; t++) {
            tile(workspace, block, tiles.get(t), dw + 4L * column, a, b, start, count);
          }
        }
      }
    }
  }

  /**
   * Some positions.
   *
   * @param a the images under them
   * @param first the row of an image with which {@code a} begins
   * @param row the first row of results, {@code end} being behind the last
   */
  private record Block(float[] a, int first, int images, int row, int end) {}

  /** Copies the rows of images that some rows of results read. */
  private Block read(Workspace workspace, long x, int n, int images, int row, int end) {
    ConvShape.Axis v = shape.vertical();
    int line = shape.width() * shape.channels();
    int first = 0;
    int last = shape.height();
    if (blockImages == 1) {
      first = Math.clamp((long) row * v.stride() - v.padding(), 0, shape.height());
      int reach = (end - 1) * v.stride() - v.padding() + (v.kernel() - 1) * v.dilation() + 1;
      last = Math.clamp(reach, first, shape.height());
    }
    int floats = images * (last - first) * line;
    float[] a = workspace.room(floats);
    long at = x + 4L * line * ((long) n * shape.height() + first);
    MemorySegment.copy(ALL, JAVA_FLOAT_UNALIGNED, at, a, 0, floats);
    return new Block(a, first, images, row, end);
  }

  private void tile(
      Workspace w, Block block, Tile t, long dw, int a, long b, boolean start, int count) {
    int low = Math.max(block.row, t.vertical.low);
    int rows = Math.max(0, Math.min(block.end, t.vertical.high) - low);
    int k = block.images * rows * t.horizontal.length();
    if (k == 0 && !start) {
      return;
    }
    int left = t.horizontal.low;
    int pixel =
        (low * shape.spec().strideH() - block.first) * shape.width()
            + left * shape.spec().strideW();
    for (int r = 0; r < t.rows; r++) {
      w.sources[r] = t.offsets[r] + shape.channels() * pixel;
    }
    int height = t.rows > PatchKernel.FEW ? PatchKernel.ROWS : PatchKernel.FEW;
    if (t.rows < height) {
      Arrays.fill(w.sources, t.rows, height, w.sources[0]);
    }
    long columns = b + 4L * ((low - block.row) * shape.outWidth() + left) * pitch();
    PatchKernel.multiply(w.tile, block.a, a, w.sources, 0, height, columns, t.steps, k);
    long to = dw + 4L * shape.filters() * t.row;
    if (count == COLUMNS) {
      if (start) {
        write(to, 4L * shape.filters(), w.tile, t.rows);
      } else {
        add(to, 4L * shape.filters(), w.tile, t.rows);
      }
    } else {
      merge(to, 4L * shape.filters(), w.tile, t.rows, start, count);
    }
  }

  private static void write(long c, long pitch, float[] tile, int rows) {
    for (int r = 0; r < rows; r++) {
      store(FloatVector.fromArray(Lanes.F, tile, COLUMNS * r), c + pitch * r, 0);
      store(FloatVector.fromArray(Lanes.F, tile, COLUMNS * r + LANES), c + pitch * r, 1);
    }
  }

  private static void add(long c, long pitch, float[] tile, int rows) {
    for (int r = 0; r < rows; r++) {
      long to = c + pitch * r;
      store(load(to, 0).add(FloatVector.fromArray(Lanes.F, tile, COLUMNS * r)), to, 0);
      store(load(to, 1).add(FloatVector.fromArray(Lanes.F, tile, COLUMNS * r + LANES)), to, 1);
    }
  }

  private static void merge(long c, long pitch, float[] tile, int rows, boolean start, int count) {
    for (int j = 0; j < count; j += LANES) {
      int some = Math.min(LANES, count - j);
      for (int r = 0; r < rows; r++) {
        FloatVector v = FloatVector.fromArray(Lanes.F, tile, COLUMNS * r + j);
        long to = c + pitch * r + 4L * j;
        store(start ? v : load(to, 0, some).add(v), to, 0, some);
      }
    }
  }
}
