package shinso.train.data.catalog;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

/**
 * Lines of numbers between commas or blanks, as scikit-learn keeps its small sets.
 *
 * @param rows the numbers, all rows of one width
 */
record NumberTable(Path file, double[][] rows) {
  private static final int GZIP_MAGIC = 0x1F;

  /**
   * Reads a file, gzipped or plain.
   *
   * @param skipped lines before the numbers
   * @throws DataException if it can't be read, has no rows, a row has more or fewer numbers than
   *     {@code width}, or one isn't a number
   */
  static NumberTable read(Path file, int skipped, int width) {
    List<String> lines = lines(file).skip(skipped).filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new DataException(file + ": the data set is empty; download or copy it again");
    }
    double[][] rows = new double[lines.size()][width];
    for (int i = 0; i < rows.length; i++) {
      String[] fields = lines.get(i).strip().split("[,\\s]+");
      if (fields.length != width) {
        throw new DataException(
            "%s: row %d has %d numbers, not %d; is it the right file?"
                .formatted(file, i + 1, fields.length, width));
      }
      for (int j = 0; j < width; j++) {
        rows[i][j] = number(file, i, fields[j]);
      }
    }
    return new NumberTable(file, rows);
  }

  private static double number(Path file, int row, String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw new DataException(
          "%s: row %d: '%s' is not a number; is it the right file?"
              .formatted(file, row + 1, field),
          e);
    }
  }

  private static Stream<String> lines(Path file) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(1);
      boolean zipped = raw.read() == GZIP_MAGIC;
      raw.reset();
      InputStream in = zipped ? new GZIPInputStream(raw) : raw;
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new DataException(
          file + ": can't be read (" + e.getMessage() + "); download or copy it again", e);
    }
  }

  /** Returns some columns as a field of F32. */
  Column floats(String name, int from, int to) {
    float[] values = new float[rows.length * (to - from)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / (to - from)][from + i % (to - from)];
    }
    return Column.floats(name, Shape.of(to - from), values);
  }

  /** Returns all columns but the last as features, and the last as a label. */
  Dataset classified(List<String> classNames) {
    int last = rows[0].length - 1;
    int[] labels = new int[rows.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) rows[i][last];
    }
    return InMemoryDataset.of(
        file.toString(),
        List.of(
            floats("features", 0, last), Column.labels("label", labels, classNames.size())),
        classNames);
  }
}
