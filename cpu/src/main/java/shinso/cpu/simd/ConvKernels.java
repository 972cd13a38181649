package shinso.cpu.simd;

/**
 * 2-D convolution and its two gradients as matrix products of patches, on some of the images.
 *
 * <p>Images are {@code [n, height, width, channels]}, results {@code [n, outHeight, outWidth,
 * filters]}, filters {@code [kernelH, kernelW, channels / groups, filters]}, all contiguous.
 * Addresses are those of image 0; a call handles the images {@code from} up to {@code to}.
 *
 * <p>The order of sums is that of {@link Gemm}, so results and image gradients don't depend on how
 * callers slice the batch. The gradient of an image adds what patches contribute in order of blocks
 * of 1,024 patch elements, then of positions.
 */
public final class ConvKernels {
  /** Positions that are handled at a time. */
  private static final int ROWS = Gemm.BLOCK_M;

  /** Patch elements that are handled at a time by the gradient of images. */
  private static final int COLUMNS = 1024;

  private ConvKernels() {}

  /** Bytes of scratch memory that each of the three functions needs. */
  public static long scratchBytes(ConvShape s) {
    int k = s.patch();
    int f = s.groupFilters();
    long forward = ROWS * (long) Gemm.BLOCK_K + packed(k, f);
    long data = ROWS * (long) Math.min(COLUMNS, k) + packed(f, Math.min(COLUMNS, k));
    long weights = ROWS * (long) Gemm.BLOCK_K + packed(Gemm.BLOCK_K, f);
    return 4 * Math.max(forward, Math.max(data, weights));
  }

  private static long packed(int k, int n) {
    return k * Gemm.panels(n);
  }

  /**
   * Convolution: {@code y = x * w + bias}.
   *
   * @param bias address of a float a filter, or 0
   */
  public static void forward(
      ConvShape s, long y, long x, long w, long bias, int from, int to, long scratch) {
    if (s.isDepthwise()) {
      DepthwiseKernels.forward(s, y, x, w, bias, from, to);
      return;
    }
    int k = s.patch();
    int f = s.groupFilters();
    long rows = (long) s.positions() * to;
    Patches patches = new Patches(s, x);
    long packedB = scratch + 4L * ROWS * Gemm.BLOCK_K;
    Gemm.Workspace workspace = Gemm.workspace();
    for (int g = 0; g < s.spec().groups(); g++) {
      Gemm.packB(packedB, w + 4L * f * g, s.filters(), 1, k, f);
      for (long row = (long) s.positions() * from; row < rows; row += ROWS) {
        int m = (int) Math.min(ROWS, rows - row);
        long c = y + 4 * (row * s.filters() + (long) f * g);
        for (int p = 0; p < k; p += Gemm.BLOCK_K) {
          int depth = Math.min(Gemm.BLOCK_K, k - p);
          if (s.isPointwise()) {
            Gemm.packA(workspace.a, x + 4 * (row * k + p), k, 1, m, depth);
          } else {
            patches.read(scratch, g, row, m, p, p + depth);
            Gemm.packA(workspace.a, scratch, depth, 1, m, depth);
          }
          long start = p > 0 ? c : bias == 0 ? 0 : bias + 4L * f * g;
          long startRow = p > 0 ? s.filters() : 0;
          long b = packedB + 4L * p * Gemm.panels(f);
          Gemm.block(c, s.filters(), start, startRow, workspace, b, m, f, depth);
        }
      }
    }
  }

  /** Gradient of the images: {@code dx} of the gradient {@code dy} of the results. */
  public static void backwardData(
      ConvShape s, long dx, long dy, long w, int from, int to, long scratch) {
    int k = s.groupFilters();
    long rows = (long) s.positions() * to;
    long image = (long) s.height() * s.width() * s.channels();
    for (int i = from; i < to; i++) {
      MoveKernels.fill(dx + 4 * image * i, 0, Math.toIntExact(image));
    }
    if (s.isDepthwise()) {
      DepthwiseKernels.backwardData(s, dx, dy, w, from, to);
      return;
    }
    Patches patches = new Patches(s, dx);
    int columns = Math.min(COLUMNS, s.patch());
    long packedB = scratch + 4L * ROWS * columns;
    Gemm.Workspace workspace = Gemm.workspace();
    for (int g = 0; g < s.spec().groups(); g++) {
      for (int j = 0; j < s.patch(); j += COLUMNS) {
        int n = Math.min(COLUMNS, s.patch() - j);
        Gemm.packB(packedB, w + 4 * ((long) j * s.filters() + (long) k * g), 1, s.filters(), k, n);
        for (long row = (long) s.positions() * from; row < rows; row += ROWS) {
          int m = (int) Math.min(ROWS, rows - row);
          for (int p = 0; p < k; p += Gemm.BLOCK_K) {
            int depth = Math.min(Gemm.BLOCK_K, k - p);
            long a = dy + 4 * (row * s.filters() + (long) k * g + p);
            Gemm.packA(workspace.a, a, s.filters(), 1, m, depth);
            long b = packedB + 4L * p * Gemm.panels(n);
            Gemm.block(scratch, n, p == 0 ? 0 : scratch, n, workspace, b, m, n, depth);
          }
          patches.add(scratch, g, row, m, j, j + n);
        }
      }
    }
  }

  /**
   * Gradient of the filters, added to {@code dw}: of images {@code x} and the gradient {@code dy}
   * of the results. Callers that slice the batch give each slice a {@code dw} of zeros and add
   * these up.
   */
  public static void backwardWeights(
      ConvShape s, long dw, long x, long dy, int from, int to, long scratch) {
    if (s.isDepthwise()) {
      DepthwiseKernels.backwardWeights(s, dw, x, dy, from, to);
      return;
    }
    int n = s.groupFilters();
    long rows = (long) s.positions() * to;
    Patches patches = new Patches(s, x);
    long packedB = scratch + 4L * ROWS * Gemm.BLOCK_K;
    Gemm.Workspace workspace = Gemm.workspace();
    for (int g = 0; g < s.spec().groups(); g++) {
      for (long row = (long) s.positions() * from; row < rows; row += Gemm.BLOCK_K) {
        int depth = (int) Math.min(Gemm.BLOCK_K, rows - row);
        Gemm.packB(packedB, dy + 4 * (row * s.filters() + (long) n * g), s.filters(), 1, depth, n);
        for (int i = 0; i < s.patch(); i += ROWS) {
          int m = Math.min(ROWS, s.patch() - i);
          patches.read(scratch, g, row, depth, i, i + m);
          Gemm.packA(workspace.a, scratch, 1, m, m, depth);
          long c = dw + 4 * ((long) i * s.filters() + (long) n * g);
          Gemm.block(c, s.filters(), c, s.filters(), workspace, packedB, m, n, depth);
        }
      }
    }
  }
}
