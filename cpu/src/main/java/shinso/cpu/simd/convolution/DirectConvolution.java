package shinso.cpu.simd.convolution;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.LE;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ZERO;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putInt;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of images, or its gradient for the images, without copies of patches.
 *
 * <p>Either way each pixel of the result gathers from some pixels of the source: those where the
 * filter's taps lie on it. Pixels with the same taps inside of the source form a class, which has a
 * table of the taps' places. So padding costs nothing, a gradient multiplies no zeros, and strides
 * and dilations are nothing special. A tile of {@link PatchKernel} is some pixels of a class, of
 * one image or several, by some channels of the result.
 *
 * <p>An element is the sum over its taps, in order of the source's pixels and channels, by fused
 * multiply-add from zero on; then the bias is added. It doesn't depend on how callers slice the
 * work.
 */
public final class DirectConvolution {
  private static final int COLUMNS = PatchKernel.COLUMNS;

  /** Floats of source images that are copied to the heap together, where the kernel reads them. */
  static final int GROUP = 1 << 17;

  /** Images that are handled together at the most. */
  private static final int GROUP_IMAGES = 16;

  private final ConvShape shape;
  private final boolean forward;

  /** Channels of the source and of the result, of a group. */
  private final int in;

  private final int out;
  private final int panels;
  private final int sourcePixel;
  private final int resultImage;
  private final int resultPixel;
  private final int rows;
  private final int columns;
  private final int sourceRows;
  private final int sourceColumns;

  /** For each row of the result the first row that it reads, and that behind the last. */
  private final int[] firstRead;

  private final int[] lastRead;
  private final List<Band> classes = new ArrayList<>();
  private final Map<Rows, Plan> plans = new ConcurrentHashMap<>();

  /** Pixels of the result along one axis that have the same taps: each target and first source. */
  private record Line(int[] taps, int[] targets, int[] sources, int[] distances) {}

  /** Rows and columns of a class of pixels, and the steps of their sums. */
  private record Band(Line vertical, Line horizontal, int[] steps) {}

  /** What a thread keeps in arrays. */
  private static final class Workspace {
    final float[] tile = new float[PatchKernel.ROWS * COLUMNS];
    float[] images = new float[0];

    float[] room(int floats) {
      if (images.length < floats) {
        images = new float[Math.max(floats, GROUP)];
      }
      return images;
    }
  }

  private static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  private DirectConvolution(ConvShape s, boolean forward) {
    this.shape = s;
    this.forward = forward;
    this.in = forward ? s.groupChannels() : s.groupFilters();
    this.out = forward ? s.groupFilters() : s.groupChannels();
    this.panels = Math.ceilDiv(out, COLUMNS);
    int images = s.height() * s.width() * s.channels();
    int maps = s.positions() * s.filters();
    this.resultImage = forward ? maps : images;
    this.sourcePixel = forward ? s.channels() : s.filters();
    this.resultPixel = forward ? s.filters() : s.channels();
    this.rows = forward ? s.outHeight() : s.height();
    this.columns = forward ? s.outWidth() : s.width();
    this.sourceRows = forward ? s.height() : s.outHeight();
    this.sourceColumns = forward ? s.width() : s.outWidth();
    this.firstRead = new int[rows];
    this.lastRead = new int[rows];
    for (Line v : lines(s.vertical(), rows)) {
      for (int i = 0; i < v.targets.length; i++) {
        int reach = v.taps.length == 0 ? 0 : v.distances[v.taps.length - 1] + 1;
        firstRead[v.targets[i]] = v.sources[i];
        lastRead[v.targets[i]] = v.sources[i] + reach;
      }
      for (Line h : lines(s.horizontal(), columns)) {
        classes.add(new Band(v, h, steps(v, h)));
      }
    }
  }

  /** The convolution itself: y of x. */
  public static DirectConvolution forward(ConvShape shape) {
    return new DirectConvolution(shape, true);
  }

  /** The gradient of the images: dx of dy. */
  public static DirectConvolution gradient(ConvShape shape) {
    return new DirectConvolution(shape, false);
  }

  private List<Line> lines(ConvShape.Axis axis, int size) {
    Map<List<Integer>, List<int[]>> members = new LinkedHashMap<>();
    for (int t = 0; t < size; t++) {
      List<Integer> taps = new ArrayList<>();
      int first = 0;
      // In order of the source: a later tap lies before an earlier one for the gradient.
      for (int i = 0; i < axis.kernel(); i++) {
        int tap = forward ? i : axis.kernel() - 1 - i;
        int source = forward ? axis.source(t, tap) : axis.target(t, tap);
        if (source >= 0) {
          first = taps.isEmpty() ? source : first;
          taps.add(tap);
        }
      }
      members.computeIfAbsent(taps, k -> new ArrayList<>()).add(new int[] {t, first});
    }
    List<Line> lines = new ArrayList<>();
    members.forEach((taps, list) -> {
      int[] targets = list.stream().mapToInt(m -> m[0]).toArray();
      int[] sources = list.stream().mapToInt(m -> m[1]).toArray();
      int[] distances =
          taps.stream()
              .mapToInt(tap ->
                  forward
                      ? (tap - taps.getFirst()) * axis.dilation()
                      : (taps.getFirst() - tap) * axis.dilation() / axis.stride())
              .toArray();
      lines.add(new Line(taps.stream().mapToInt(t -> t).toArray(), targets, sources, distances));
    });
    return lines;
  }

  private int[] steps(Line v, Line h) {
    int[] steps = new int[2 * v.taps.length * h.taps.length * in];
    int n = 0;
    for (int i = 0; i < v.taps.length; i++) {
      for (int j = 0; j < h.taps.length; j++) {
        int pixel = sourcePixel * (v.distances[i] * sourceColumns + h.distances[j]);
        int tap = v.taps[i] * shape.kernelW() + h.taps[j];
        for (int c = 0; c < in; c++) {
          steps[n++] = pixel + c;
          steps[n++] = Math.toIntExact(4L * COLUMNS * ((long) tap * in + c));
        }
      }
    }
    return steps;
  }

  /** Rows of a result. */
  public int rows() {
    return rows;
  }

  /** Panels of filters, which may be packed one by one. */
  public int panels() {
    return panels * shape.spec().groups();
  }

  private long panelBytes() {
    return 4L * shape.kernelH() * shape.kernelW() * in * COLUMNS;
  }

  /** Bytes of packed filters. */
  public long packedBytes() {
    return panels() * panelBytes();
  }

  /** Packs a panel of the filters {@code w}, as {@link #run} wants them. */
  public void pack(long packed, long w, int panel) {
    long to = packed + panelBytes() * panel;
    int group = panel / panels;
    int first = panel % panels * COLUMNS;
    int count = Math.min(COLUMNS, out - first);
    int taps = shape.kernelH() * shape.kernelW();
    long row = 4L * shape.filters();
    long groupFilters = 4L * group * shape.groupFilters();
    if (forward) {
      copy(to, w + groupFilters + 4L * first, row, taps * in, count);
      return;
    }
    for (int tap = 0; tap < taps; tap++) {
      long from = w + groupFilters + row * ((long) tap * shape.groupChannels() + first);
      transpose(to + 4L * COLUMNS * in * tap, from, row, count, in);
    }
  }

  /** {@code dst[i, j] = a[i, j]} for j below {@code count}, zero from there to COLUMNS. */
  static void copy(long dst, long a, long row, int rows, int count) {
    int rest = Math.max(0, count - LANES);
    for (int i = 0; i < rows; i++) {
      store(load(a + row * i, 0, Math.min(count, LANES)), dst, 2 * i);
      store(load(a + row * i, 1, rest), dst, 2 * i + 1);
    }
  }

  /** {@code dst[i, j] = a[j, i]} for j below {@code count}, zero from there to COLUMNS. */
  private static void transpose(long dst, long a, long row, int count, int rows) {
    int j = 0;
    for (; j + 4 <= count; j += 4) {
      transposeFour(dst + 4L * j, a + row * j, row, rows);
    }
    for (; j < COLUMNS; j++) {
      for (int i = 0; i < rows; i++) {
        putInt(dst + 4L * (COLUMNS * i + j), j < count ? getInt(a + row * j + 4L * i) : 0);
      }
    }
  }

  private static void transposeFour(long dst, long a, long row, int rows) {
    for (int i = 0; i < rows; i++) {
      long from = a + 4L * i;
      long to = dst + 4L * COLUMNS * i;
      putInt(to, getInt(from));
      putInt(to + 4, getInt(from + row));
      putInt(to + 8, getInt(from + 2 * row));
      putInt(to + 12, getInt(from + 3 * row));
    }
  }

  /**
   * Computes some rows of some images. Addresses are those of image 0.
   *
   * @param packed the filters, all their panels {@linkplain #pack packed}
   * @param bias address of a float a channel of the result, or 0
   * @param relu whether the maximum with 0 is taken at the end; NaN stays
   * @param from the first image, {@code to} being behind the last
   * @param rowFrom the first row, {@code rowTo} being behind the last
   */
  public void run(
      long result,
      long source,
      long packed,
      long bias,
      boolean relu,
      int from,
      int to,
      int rowFrom,
      int rowTo) {
    Workspace workspace = WORKSPACE.get();
    int line = sourcePixel * sourceColumns;
    for (int low = rowFrom; low < rowTo; ) {
      Plan plan = plan(low, rowTo);
      float[] a = workspace.room(plan.floats * plan.images);
      for (int n = from; n < to; n += plan.images) {
        int images = Math.min(plan.images, to - n);
        for (int i = 0; i < images; i++) {
          long at = source + 4L * line * ((long) sourceRows * (n + i) + plan.first);
          MemorySegment.copy(ALL, JAVA_FLOAT_UNALIGNED, at, a, plan.floats * i, plan.floats);
        }
        long y = result + 4L * resultImage * n;
        for (Places places : plan.classes) {
          for (int panel = 0; panel < panels(); panel++) {
            panel(workspace, places, y, packed, panel, bias, relu, images);
          }
        }
      }
      low = plan.high;
    }
  }

  /** Rows of the result, {@code high} being behind the last. */
  private record Rows(int low, int high) {}

  /**
   * How some rows of the result are computed, of several images at a time if these are small.
   *
   * @param high behind the last row
   * @param first the first row of the source that they read
   * @param floats elements of an image of the source that they read
   */
  private record Plan(int high, int first, int floats, int images, List<Places> classes) {}

  /**
   * The pixels of a class: where each begins in what was copied of the source, and in the result.
   *
   * @param pixels of an image
   */
  private record Places(int pixels, int[] sources, int[] results, int[] steps) {}

  /** As many rows from {@code low} on as fit; usually all. */
  private Plan plan(int low, int rowTo) {
    Rows key = new Rows(low, rowTo);
    Plan known = plans.get(key);
    if (known != null) {
      return known;
    }
    int line = sourcePixel * sourceColumns;
    int high = low + 1;
    int first = firstRead[low];
    int last = lastRead[low];
    while (high < rowTo) {
      int less = Math.min(first, firstRead[high]);
      int more = Math.max(last, lastRead[high]);
      if ((long) line * (more - less) > GROUP) {
        break;
      }
      first = less;
      last = more;
      high++;
    }
    int floats = line * (last - first);
    int images = Math.clamp(GROUP / Math.max(1, floats), 1, GROUP_IMAGES);
    List<Places> classes = new ArrayList<>();
    for (Band band : this.classes) {
      places(band, low, high, first, floats, images).ifPresent(classes::add);
    }
    Plan plan = new Plan(high, first, floats, images, classes);
    plans.put(key, plan);
    return plan;
  }

  private Optional<Places> places(Band band, int low, int high, int first, int floats, int images) {
    Line v = band.vertical;
    Line h = band.horizontal;
    int from = first(v.targets, low);
    int to = first(v.targets, high);
    int pixels = (to - from) * h.targets.length;
    if (pixels == 0) {
      return Optional.empty();
    }
    // A tile may read places behind the last.
    int[] sources = new int[pixels * images + PatchKernel.ROWS];
    int[] results = new int[pixels * images];
    int n = 0;
    for (int image = 0; image < images; image++) {
      for (int i = from; i < to; i++) {
        for (int j = 0; j < h.targets.length; j++) {
          int source = (v.sources[i] - first) * sourceColumns + h.sources[j];
          int target = v.targets[i] * columns + h.targets[j];
          sources[n] = floats * image + sourcePixel * source;
          results[n++] = resultImage * image + resultPixel * target;
        }
      }
    }
    return Optional.of(new Places(pixels, sources, results, band.steps));
  }

  /** How many of the sorted numbers are below a bound. */
  private static int first(int[] sorted, int bound) {
    int i = Arrays.binarySearch(sorted, bound);
    return i < 0 ? -i - 1 : i;
  }

  /** The pixels of a class of some images, for one panel. */
  private void panel(
      Workspace workspace,
      Places places,
      long result,
      long packed,
      int panel,
      long bias,
      boolean relu,
      int images) {
    int group = panel / panels;
    int column = panel % panels * COLUMNS;
    int count = Math.min(COLUMNS, out - column);
    column += group * out;
    long c = result + 4L * column;
    long b = packed + panelBytes() * panel;
    long start = bias == 0 ? 0 : bias + 4L * column;
    float[] tile = workspace.tile;
    int k = places.steps.length / 2;
    int n = places.pixels * images;
    int height;
    for (int i = 0; i < n; i += height) {
      height = PatchKernel.height(n - i);
      PatchKernel.multiply(
          tile, workspace.images, in * group, places.sources, i, height, b, places.steps, k);
      if (n - i >= height && count == COLUMNS) {
        if (start != 0 || relu) {
          for (int r = 0; r < height; r += 2) {
            finishTwo(c, places.results, i + r, tile, r, start, relu);
          }
        } else {
          for (int r = 0; r < height; r += 2) {
            storeTwo(c, places.results, i + r, tile, r);
          }
        }
      } else {
        int used = Math.min(height, n - i);
        finish(c, places.results, i, tile, used, start, relu, count);
      }
    }
  }

  private static void storeTwo(long c, int[] results, int at, float[] tile, int row) {
    FloatVector s = FloatVector.fromArray(F, tile, COLUMNS * row);
    FloatVector t = FloatVector.fromArray(F, tile, COLUMNS * row + LANES);
    FloatVector u = FloatVector.fromArray(F, tile, COLUMNS * row + 2 * LANES);
    FloatVector v = FloatVector.fromArray(F, tile, COLUMNS * row + 3 * LANES);
    long y = c + 4L * results[at];
    long z = c + 4L * results[at + 1];
    store(s, y, 0);
    store(t, y, 1);
    store(u, z, 0);
    store(v, z, 1);
  }

  private static void finishTwo(
      long c, int[] results, int at, float[] tile, int row, long bias, boolean relu) {
    FloatVector s = FloatVector.fromArray(F, tile, COLUMNS * row);
    FloatVector t = FloatVector.fromArray(F, tile, COLUMNS * row + LANES);
    FloatVector u = FloatVector.fromArray(F, tile, COLUMNS * row + 2 * LANES);
    FloatVector v = FloatVector.fromArray(F, tile, COLUMNS * row + 3 * LANES);
    if (bias != 0) {
      FloatVector b = load(bias, 0);
      FloatVector d = load(bias, 1);
      s = s.add(b);
      t = t.add(d);
      u = u.add(b);
      v = v.add(d);
    }
    if (relu) {
      s = s.blend(ZERO, s.compare(LE, ZERO));
      t = t.blend(ZERO, t.compare(LE, ZERO));
      u = u.blend(ZERO, u.compare(LE, ZERO));
      v = v.blend(ZERO, v.compare(LE, ZERO));
    }
    long y = c + 4L * results[at];
    long z = c + 4L * results[at + 1];
    store(s, y, 0);
    store(t, y, 1);
    store(u, z, 0);
    store(v, z, 1);
  }

  private static void finish(
      long c, int[] results, int at, float[] tile, int rows, long bias, boolean relu, int count) {
    for (int j = 0; j < count; j += LANES) {
      int some = Math.min(LANES, count - j);
      for (int r = 0; r < rows; r++) {
        FloatVector s = FloatVector.fromArray(F, tile, COLUMNS * r + j);
        if (bias != 0) {
          s = s.add(load(bias + 4L * j, 0, some));
        }
        if (relu) {
          s = s.blend(ZERO, s.compare(LE, ZERO));
        }
        store(s, c + 4L * (results[at + r] + j), 0, some);
      }
    }
  }
}
