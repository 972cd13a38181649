package shinso.app;

import java.io.PrintStream;
import java.util.List;
import java.util.StringJoiner;
import shinso.core.tensor.Tensor;

/** Numbers and texts as lines of CSV. */
final class CsvRows {
  private CsvRows() {}

  /** Returns texts as a line (RFC 4180): in quotes where they hold what ends a field. */
  static String line(List<String> cells) {
    StringJoiner line = new StringJoiner(",");
    for (String cell : cells) {
      boolean plain =
          cell.equals(cell.strip()) && cell.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
      line.add(plain ? cell : '"' + cell.replace("\"", "\"\"") + '"');
    }
    return line.toString();
  }

  /** Prints a line for each example: {@code [n, *]}. */
  static void print(PrintStream out, Tensor examples) {
    int n = examples.shape().dim(0);
    float[] values = examples.toFloatArray();
    int width = n == 0 ? 0 : values.length / n;
    for (int i = 0; i < n; i++) {
      StringJoiner line = new StringJoiner(",");
      for (int j = 0; j < width; j++) {
        line.add(Float.toString(values[i * width + j]));
      }
      out.println(line);
    }
  }
}
