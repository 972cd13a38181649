package shinso.train.data.file;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * Pixels {@code [height, width, channels]} in 0..1: one channel is grey, three are red, green,
 * blue.
 */
@SuppressWarnings("ArrayRecordComponent") // lives only while an image is read
record Picture(int height, int width, int channels, float[] values) {
  /** Takes the pixels that an image has in the file, over white where it is transparent. */
  static Picture of(BufferedImage image, Orientation orientation) {
    int type = image.getRaster().getTransferType();
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new IllegalArgumentException("its pixels are floating-point numbers of any range");
    }
    ColorModel model = image.getColorModel();
    boolean grey = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    boolean plain =
        model instanceof ComponentColorModel
            && !model.isAlphaPremultiplied()
            && (grey || model.getColorSpace().isCS_sRGB());
    // getRGB would bend greys (Java takes grey files for linear light) and cut 16 bits to 8.
    return plain ? ofSamples(image, grey ? 1 : 3, orientation) : ofRgb(image, orientation);
  }

  private static Picture ofSamples(BufferedImage image, int channels, Orientation orientation) {
    int h = image.getHeight();
    int w = image.getWidth();
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    int bands = raster.getNumBands();
    boolean alpha = model.hasAlpha() && bands == channels + 1;
    float[] values = new float[h * w * channels];
    int[] row = new int[w * bands];
    for (int y = 0; y < h; y++) {
      raster.getPixels(0, y, w, 1, row);
      for (int x = 0; x < w; x++) {
        int at = orientation.position(y, x, h, w) * channels;
        float opacity = alpha ? scaled(row[x * bands + channels], model, channels) : 1;
        for (int c = 0; c < channels; c++) {
          float v = scaled(row[x * bands + c], model, c);
          values[at + c] = v * opacity + (1 - opacity);
        }
      }
    }
    return new Picture(orientation.height(h, w), orientation.width(h, w), channels, values);
  }

  private static float scaled(int sample, ColorModel model, int band) {
    return sample / (float) ((1L << model.getComponentSize(band)) - 1);
  }

  private static Picture ofRgb(BufferedImage image, Orientation orientation) {
    int h = image.getHeight();
    int w = image.getWidth();
    float[] values = new float[h * w * 3];
    int[] row = new int[w];
    for (int y = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int x = 0; x < w; x++) {
        int at = 3 * orientation.position(y, x, h, w);
        float opacity = (row[x] >>> 24) / 255f;
        for (int c = 0; c < 3; c++) {
          float v = (row[x] >>> (16 - 8 * c) & 0xFF) / 255f;
          values[at + c] = v * opacity + (1 - opacity);
        }
      }
    }
    return new Picture(orientation.height(h, w), orientation.width(h, w), 3, values);
  }

  /** Returns this in grey, by the luma weights of ITU-R BT.601, or with its grey three times. */
  Picture withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    float[] out = new float[height * width * wanted];
    for (int i = 0; i < height * width; i++) {
      if (wanted == 3) {
        out[3 * i] = values[i];
        out[3 * i + 1] = values[i];
        out[3 * i + 2] = values[i];
      } else {
        float r = values[3 * i];
        float g = values[3 * i + 1];
        float b = values[3 * i + 2];
        // Greys stay what they are to the last bit.
        out[i] = r == g && g == b ? r : 0.299f * r + 0.587f * g + 0.114f * b;
      }
    }
    return new Picture(height, width, wanted, out);
  }

  /** Returns the largest part in the middle that has the proportions of a size. */
  Picture middle(int toHeight, int toWidth) {
    int h = Math.clamp(Math.round((double) width * toHeight / toWidth), 1, height);
    int w = Math.clamp(Math.round((double) height * toWidth / toHeight), 1, width);
    if (h == height && w == width) {
      return this;
    }
    int top = (height - h) / 2;
    int left = (width - w) / 2;
    float[] cut = new float[h * w * channels];
    for (int y = 0; y < h; y++) {
      System.arraycopy(
          values, ((top + y) * width + left) * channels, cut, y * w * channels, w * channels);
    }
    return new Picture(h, w, channels, cut);
  }

  /** Returns this stretched or shrunk to a size. */
  Picture resize(int toHeight, int toWidth, Interpolation how) {
    float[] x = values;
    if (toWidth != width) {
      x = how.resize(x, height, width, channels, toWidth);
    }
    if (toHeight != height) {
      x = how.resize(x, 1, height, toWidth * channels, toHeight);
    }
    return new Picture(toHeight, toWidth, channels, x);
  }
}
