package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.zoo.harness.RunPictures;

/**
 * Examples for the page: pictures, or rows of numbers if they are none.
 *
 * @param pictures one for each example; empty if they are rows
 * @param rows the numbers of each example; empty if they are pictures
 */
record Shown(List<Picture> pictures, List<List<Double>> rows) {
  /** Numbers of a row that are shown. */
  private static final int MOST_COLUMNS = 64;

  /** Keeps copies. */
  Shown {
    pictures = List.copyOf(pictures);
    rows = List.copyOf(rows);
  }

  /**
   * A picture.
   *
   * @param channels 1 for grey, 3 for red, green and blue
   * @param levels {@code height · width · channels} bytes in base 64; 0 is black, 255 is white
   */
  record Picture(int width, int height, int channels, String levels) {
    /**
     * Returns the pictures of {@code [n, h, w, c]}; what is below 0 or above 1 is shown as these.
     */
    static List<Picture> of(Tensor images) {
      Shape s = images.shape();
      float[] values = images.toFloatArray();
      int size = s.dim(1) * s.dim(2) * s.dim(3);
      List<Picture> all = new ArrayList<>();
      for (int i = 0; i < s.dim(0); i++) {
        byte[] levels = new byte[size];
        for (int p = 0; p < size; p++) {
          levels[p] = (byte) Math.round(255 * Math.clamp(values[i * size + p], 0f, 1f));
        }
        all.add(
            new Picture(s.dim(2), s.dim(1), s.dim(3), Base64.getEncoder().encodeToString(levels)));
      }
      return all;
    }
  }

  /** Returns examples {@code [n, *]} that have the form of the run's data. */
  static Shown of(Tensor examples) {
    if (RunPictures.areImages(examples)) {
      return new Shown(Picture.of(examples), List.of());
    }
    int n = examples.shape().dim(0);
    double[] values = examples.toDoubleArray();
    int length = n == 0 ? 0 : values.length / n;
    List<List<Double>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Double> row = new ArrayList<>();
      for (int j = 0; j < Math.min(length, MOST_COLUMNS); j++) {
        row.add(values[i * length + j]);
      }
      rows.add(row);
    }
    return new Shown(List.of(), rows);
  }
}
