package shinso.cpu.kernel;

import shinso.core.op.ConvSpec;
import shinso.cpu.simd.convolution.Winograd;
import shinso.cpu.simd.element.MoveKernels;

/**
 * How a batch of images is cut into tiles, which are numbered image by image, row by row.
 *
 * @param height rows of an image that tiles are read from or written to
 * @param width columns of it
 * @param channels channels of it
 * @param size rows and columns of a tile; neighbours are {@link Winograd#RESULT} pixels apart
 * @param top rows of the first tile outside of the image
 * @param left columns of the first tile outside of the image
 * @param down tiles of a column
 * @param across tiles of a row
 */
record WinogradTiles(
    int height, int width, int channels, int size, int top, int left, int down, int across) {

  /** With fewer tiles transforming the filters takes longer than what the products save. */
  private static final int FEWEST = 128;

  /** Whether a convolution can be computed by tiles, and is faster for it. */
  static boolean accepts(ConvSpec spec, Geometry g) {
    long tiles = (long) g.batch() * cut(g.outHeight()) * cut(g.outWidth());
    return g.kernelH() == Winograd.FILTER
        && g.kernelW() == Winograd.FILTER
        && spec.strideH() == 1
        && spec.strideW() == 1
        && spec.dilationH() == 1
        && spec.dilationW() == 1
        && spec.groups() == 1
        && g.channels() % Winograd.lanes() == 0
        && g.filters() % Winograd.lanes() == 0
        && tiles >= FEWEST;
  }

  /** The images of a convolution, as tiles of its result read them. */
  static WinogradTiles images(Geometry g, ConvSpec spec) {
    return new WinogradTiles(
        g.height(),
        g.width(),
        g.channels(),
        Winograd.SOURCE,
        spec.padTop(),
        spec.padLeft(),
        cut(g.outHeight()),
        cut(g.outWidth()));
  }

  /** The result of a convolution, without overlap. */
  static WinogradTiles maps(Geometry g) {
    return apart(g.outHeight(), g.outWidth(), g.filters());
  }

  /** The maps of a convolution, as tiles of the gradient for the images read them. */
  static WinogradTiles mapsForImages(Geometry g, ConvSpec spec) {
    return new WinogradTiles(
        g.outHeight(),
        g.outWidth(),
        g.filters(),
        Winograd.SOURCE,
        Winograd.FILTER - 1 - spec.padTop(),
        Winograd.FILTER - 1 - spec.padLeft(),
        cut(g.height()),
        cut(g.width()));
  }

  /** The gradient for the images, without overlap. */
  static WinogradTiles results(Geometry g) {
    return apart(g.height(), g.width(), g.channels());
  }

  private static WinogradTiles apart(int height, int width, int channels) {
    return new WinogradTiles(
        height, width, channels, Winograd.RESULT, 0, 0, cut(height), cut(width));
  }

  private static int cut(int pixels) {
    return Math.ceilDiv(pixels, Winograd.RESULT);
  }

  /** Tiles of so many images. */
  int tiles(int batch) {
    return Math.multiplyExact(batch, down * across);
  }

  /** What is done with a tile. */
  @FunctionalInterface
  interface Body {
    /**
     * Handles a tile.
     *
     * @param tile its number behind the first
     * @param row distance of rows in bytes
     * @param pixel distance of pixels in bytes
     */
    void run(int tile, long pixels, long row, long pixel);
  }

  /** Bytes of a tile without its surroundings. */
  long patchBytes() {
    return 4L * size * size * channels;
  }

  private long pixel() {
    return 4L * channels;
  }

  private long row() {
    return pixel() * width;
  }

  /** Reads tiles; those that stick out of the image from a copy with zeros outside of it. */
  void read(long images, int from, int count, long patch, Body body) {
    visit(images, from, count, patch, true, body);
  }

  /** Writes tiles; of those that stick out of the image just the inside. */
  void write(long images, int from, int count, long patch, Body body) {
    visit(images, from, count, patch, false, body);
  }

  private void visit(long images, int from, int count, long patch, boolean read, Body body) {
    int tile = from;
    int column = tile % across;
    int line = tile / across % down;
    long image = images + row() * height * (tile / across / down);
    while (tile < from + count) {
      int r = Winograd.RESULT * line - top;
      int c = Winograd.RESULT * column - left;
      if (r >= 0 && c >= 0 && r + size <= height && c + size <= width) {
        body.run(tile - from, image + row() * r + pixel() * c, row(), pixel());
      } else {
        if (read) {
          copy(image, r, c, patch, true);
        }
        body.run(tile - from, patch, pixel() * size, pixel());
        if (!read) {
          copy(image, r, c, patch, false);
        }
      }
      tile++;
      column++;
      if (column == across) {
        column = 0;
        line++;
        if (line == down) {
          line = 0;
          image += row() * height;
        }
      }
    }
  }

  /** Copies a tile whose corner is at row r and column c. */
  private void copy(long image, int r, int c, long patch, boolean read) {
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        long at = patch + pixel() * (size * i + j);
        boolean inside = r + i >= 0 && r + i < height && c + j >= 0 && c + j < width;
        long there = image + row() * (r + i) + pixel() * (c + j);
        if (inside) {
          MoveKernels.copy(read ? at : there, read ? there : at, channels);
        } else if (read) {
          MoveKernels.fill(at, 0f, channels);
        }
      }
    }
  }
}
