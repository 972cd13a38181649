package shinso.train.data.file;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;

/**
 * A table of texts from a file of delimited values (RFC 4180), gzipped or plain, in UTF-8. What its
 * columns mean says a {@link CsvSchema}.
 */
public final class CsvFile {
  /**
   * How a file is written.
   *
   * @param delimiter what stands between fields
   * @param header whether the first row has the names of the columns; without it they are called
   *     c1, c2, …
   */
  public record Format(char delimiter, boolean header) {
    /** Commas, and a header. */
    public static final Format COMMA = new Format(',', true);

    /** Semicolons, and a header. */
    public static final Format SEMICOLON = new Format(';', true);

    /** Tabs, and a header. */
    public static final Format TAB = new Format('\t', true);

    /** Returns the format of files without a header. */
    public Format withoutHeader() {
      return new Format(delimiter, false);
    }
  }

  /** One row and the line that it begins on. */
  private record Row(List<String> fields, long line) {}

  private final String name;
  private final List<String> columns;
  private final List<Row> rows;

  private CsvFile(String name, List<String> columns, List<Row> rows) {
    this.name = name;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * Reads a file. Empty lines are passed over; blanks around fields are removed.
   *
   * @throws DataException if the file is missing, empty or not UTF-8, has no rows, a row with more
   *     or fewer fields than the first one, a quote without an end, or two columns of one name
   */
  public static CsvFile read(Path file, Format format) {
    List<Row> rows = DataFile.read(file, in -> rows(file, in, format));
    if (rows.isEmpty()) {
      throw new DataException(file + ": the data set is empty: there is no line with text");
    }
    int width = rows.getFirst().fields.size();
    for (int i = 1; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (row.fields.size() != width) {
        throw new DataException(
            "%s: line %d has %d fields, but the first has %d; check its delimiters ('%s') and quotes"
                .formatted(file, row.line, row.fields.size(), width, printed(format.delimiter)));
      }
    }
    if (!format.header) {
      List<String> names = IntStream.rangeClosed(1, width).mapToObj(i -> "c" + i).toList();
      return new CsvFile(file.toString(), names, List.copyOf(rows));
    }
    checkNames(file, rows.getFirst().fields);
    if (rows.size() == 1) {
      throw new DataException(file + ": the data set is empty: there is a header and nothing else");
    }
    return new CsvFile(
        file.toString(), rows.getFirst().fields, List.copyOf(rows.subList(1, rows.size())));
  }

  /** Returns where this was read from. */
  public String name() {
    return name;
  }

  /** Returns the names of the columns. */
  public List<String> columns() {
    return columns;
  }

  /** Returns the number of rows, without the header. */
  public int size() {
    return rows.size();
  }

  /** Returns the text in a row of a column. */
  public String text(int row, int column) {
    return rows.get(row).fields.get(column);
  }

  /** Returns some rows, in this order. */
  public CsvFile select(int[] indices) {
    return new CsvFile(name, columns, IntStream.of(indices).mapToObj(rows::get).toList());
  }

  /**
   * Returns the position of a column.
   *
   * @throws DataException if there is none of this name
   */
  int column(String column) {
    int c = columns.indexOf(column);
    if (c < 0) {
      throw new DataException(
          "%s: there is no column '%s'; there are %s".formatted(name, column, columns));
    }
    return c;
  }

  /** Returns the file, line and column of a text for messages. */
  String place(int row, int column) {
    return "%s: line %d, column '%s'".formatted(name, rows.get(row).line, columns.get(column));
  }

  private static List<Row> rows(Path file, InputStream in, Format format) throws IOException {
    // The usual decoder would put question marks in place of what it can't decode.
    InputStreamReader text =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    List<Row> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(format.delimiter)
            .commentStrategy(CommentStrategy.NONE)
            .allowUnclosedQuote(false)
            .skipEmptyLines(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .detectBomHeader(false)
            .ofCsvRecord(text)) {
      for (CsvRecord r : reader) {
        List<String> fields = r.getFields().stream().map(String::strip).toList();
        rows.add(new Row(rows.isEmpty() ? withoutMark(fields) : fields, r.getStartingLineNumber()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      IOException io = ioCause(e);
      if (io != null) {
        throw io;
      }
      throw new DataException(
          "%s: line %d or later is not as it should be: %s; check its quotes"
              .formatted(file, rows.isEmpty() ? 1 : rows.getLast().line + 1, reason(e)),
          e);
    }
    return rows;
  }

  /** Removes the byte order mark that some programs write at the beginning. */
  private static List<String> withoutMark(List<String> fields) {
    if (!fields.getFirst().startsWith("\uFEFF")) {
      return fields;
    }
    List<String> clean = new ArrayList<>(fields);
    clean.set(0, clean.getFirst().substring(1));
    return List.copyOf(clean);
  }

  private static @Nullable IOException ioCause(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof IOException io) {
        return io;
      }
    }
    return null;
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static void checkNames(Path file, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).isEmpty()) {
        throw new DataException(
            "%s: column %d has no name in the header; name it, or read the file without a header"
                .formatted(file, i + 1));
      }
      if (!seen.add(names.get(i))) {
        throw new DataException(
            "%s: two columns are called '%s'; rename one".formatted(file, names.get(i)));
      }
    }
  }

  private static String printed(char delimiter) {
    return delimiter == '\t' ? "\\t" : String.valueOf(delimiter);
  }
}
