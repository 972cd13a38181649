package shinso.verify.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table in Markdown whose columns are aligned, so that it can be read as it is, too. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it hasn't one cell for each heading
   */
  Table row(Object... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "the table has %d columns, not %d".formatted(rows.getFirst().size(), cells.length));
    }
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  /** Returns a number with three significant digits, or all digits before the point. */
  static String number(double x) {
    if (Double.isNaN(x)) {
      return "";
    }
    int before = x == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(x))) + 1;
    return String.format(Locale.ROOT, "%." + Math.clamp(3L - before, 0, 4) + "f", x);
  }

  /** Returns a number of bytes in MB, or in kB if it is small. */
  static String bytes(double n) {
    return n < 1e6 ? number(n / 1e3) + " kB" : number(n / 1e6) + " MB";
  }

  private static boolean isNumber(String cell) {
    return cell.isEmpty() || cell.matches("[-+0-9.]+[%×]?( [kM]B)?");
  }

  /** Returns the lines; columns of numbers are aligned to the right. */
  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] width = new int[columns];
    boolean[] right = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      width[c] = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
      width[c] = Math.max(width[c], 3);
      right[c] = rows.size() > 1 && rows.stream().skip(1).allMatch(r -> isNumber(r.get(column)));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("|");
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        String space = " ".repeat(width[c] - cell.length());
        line.append(' ').append(right[c] ? space + cell : cell + space).append(" |");
      }
      lines.add(line.toString());
    }
    StringBuilder rule = new StringBuilder("|");
    for (int c = 0; c < columns; c++) {
      rule.append("-".repeat(width[c] + 1)).append(right[c] ? ":|" : "-|");
    }
    lines.add(1, rule.toString());
    return String.join("\n", lines);
  }
}
