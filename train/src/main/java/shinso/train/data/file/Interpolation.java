package shinso.train.data.file;

/** How an image is brought to another size. */
public enum Interpolation {
  /** Each new pixel is the mean over the area that it covers; the right choice for shrinking. */
  AREA {
    @Override
    double support(double scale) {
      return scale / 2;
    }

    @Override
    double weight(double center, int pixel, double scale) {
      double from = Math.max(pixel, center - scale / 2);
      double to = Math.min(pixel + 1, center + scale / 2);
      return Math.max(0, to - from);
    }
  },
  /**
   * Linear between the centres of pixels; in shrinking the triangle widens, so nothing is skipped.
   */
  BILINEAR {
    @Override
    double support(double scale) {
      return Math.max(1, scale);
    }

    @Override
    double weight(double center, int pixel, double scale) {
      return Math.max(0, 1 - Math.abs(pixel + 0.5 - center) / Math.max(1, scale));
    }
  };

  /** Returns how far from its centre a new pixel looks, in old pixels. */
  abstract double support(double scale);

  /** Returns the share, up to a factor, of an old pixel in a new one around {@code center}. */
  abstract double weight(double center, int pixel, double scale);

  /**
   * Resizes one axis of an array {@code [outer, length, inner]}.
   *
   * @return {@code [outer, to, inner]}
   */
  float[] resize(float[] x, int outer, int length, int inner, int to) {
    double scale = (double) length / to;
    float[] y = new float[outer * to * inner];
    for (int t = 0; t < to; t++) {
      double center = (t + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(center - support(scale)));
      int last = Math.min(length - 1, (int) Math.ceil(center + support(scale)));
      double[] weights = new double[last - first + 1];
      double sum = 0;
      for (int p = first; p <= last; p++) {
        weights[p - first] = weight(center, p, scale);
        sum += weights[p - first];
      }
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i++) {
          double value = 0;
          for (int p = first; p <= last; p++) {
            value += weights[p - first] * x[(o * length + p) * inner + i];
          }
          y[(o * to + t) * inner + i] = (float) (value / sum);
        }
      }
    }
    return y;
  }
}
