package shinso.app;

import java.util.ArrayList;
import java.util.List;

/** Columns of text that stand under each other. */
final class TextTable {
  private TextTable() {}

  /** Returns rows as lines; those with fewer cells than others may be wider than their columns. */
  static List<String> lines(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] width = new int[columns];
    for (List<String> row : rows) {
      if (row.size() == columns) {
        for (int i = 0; i < columns; i++) {
          width[i] = Math.max(width[i], row.get(i).length());
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).repeat(' ', Math.max(0, width[i] - row.get(i).length()) + 2);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
