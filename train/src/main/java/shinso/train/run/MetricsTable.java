package shinso.train.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import shinso.train.file.FileException;
import shinso.train.file.ReadLimit;

/**
 * The content of a {@code metrics.csv}.
 *
 * @param columns the names of the numbers, {@code step} first
 * @param rows what is known at some steps, by column; an absent number was not measured there
 */
public record MetricsTable(List<String> columns, List<Map<String, Double>> rows) {
  /** A table takes many times the space of its text. */
  private static final ReadLimit LIMIT = ReadLimit.ofHeap(32);

  /** Keeps copies. */
  public MetricsTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file; none gives a table without rows. A last line without its end is what a kill left
   * of it, and is passed over.
   *
   * @throws FileException if it can't be read, is too large or is no table of numbers
   */
  public static MetricsTable read(Path file) {
    if (!Files.exists(file)) {
      return new MetricsTable(List.of(), List.of());
    }
    try {
      return parsed(file);
    } catch (FileException e) {
      throw e.orElse("put it back, or remove it: the run only loses these curves");
    }
  }

  private static MetricsTable parsed(Path file) {
    try {
      String text = LIMIT.readText(file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      List<String> columns = new ArrayList<>();
      List<Map<String, Double>> rows = new ArrayList<>();
      try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(whole)) {
        for (CsvRecord line : csv) {
          if (columns.isEmpty()) {
            columns.addAll(line.getFields());
          } else {
            rows.add(row(file, columns, line));
          }
        }
      }
      if (!columns.isEmpty() && !columns.getFirst().equals(MetricsFile.STEP)) {
        throw new FileException(file + " is no table of metrics: its first column is not 'step'");
      }
      return new MetricsTable(columns, rows);
    } catch (UncheckedIOException | CsvParseException | CharacterCodingException e) {
      throw new FileException(
          file + " is no table of metrics: it is not CSV in UTF-8 with equal rows", e);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  /**
   * Returns the rows of several files as the text of one, with the file's number, from 1, in the
   * column {@code stage}.
   *
   * @throws FileException if one can't be read or is no table of numbers
   */
  public static String joined(List<Path> files) {
    List<MetricsTable> tables = files.stream().map(MetricsTable::read).toList();
    Set<String> columns = new LinkedHashSet<>(List.of(MetricsFile.STEP, "stage"));
    tables.forEach(t -> columns.addAll(t.columns()));
    StringBuilder text = new StringBuilder(MetricsFile.csv(List.copyOf(columns)));
    for (int i = 0; i < tables.size(); i++) {
      for (Map<String, Double> row : tables.get(i).rows) {
        Map<String, Double> numbered = new LinkedHashMap<>(row);
        numbered.put("stage", i + 1.0);
        text.append(MetricsFile.line(List.copyOf(columns), numbered));
      }
    }
    return text.toString();
  }

  private static Map<String, Double> row(Path file, List<String> columns, CsvRecord line) {
    Map<String, Double> row = new LinkedHashMap<>();
    for (int i = 0; i < line.getFieldCount(); i++) {
      String field = line.getField(i);
      if (!field.isEmpty()) {
        try {
          row.put(columns.get(i), Double.valueOf(field));
        } catch (NumberFormatException e) {
          throw new FileException(
              String.format(
                  Locale.ROOT,
                  "%s: line %d: '%s' is not a number, but '%s'",
                  file,
                  line.getStartingLineNumber(),
                  columns.get(i),
                  field),
              e);
        }
      }
    }
    if (!row.containsKey(columns.getFirst())) {
      throw new FileException(
          String.format(
              Locale.ROOT, "%s: line %d has no step", file, line.getStartingLineNumber()));
    }
    return row;
  }

  /** A number at a step. */
  public record Point(double step, double value) {}

  /** Returns a column without the rows in which it is empty. */
  public List<Point> series(String column) {
    List<Point> points = new ArrayList<>();
    for (Map<String, Double> row : rows) {
      Double value = row.get(column);
      if (value != null) {
        points.add(new Point(row.getOrDefault(MetricsFile.STEP, Double.NaN), value));
      }
    }
    return points;
  }
}
