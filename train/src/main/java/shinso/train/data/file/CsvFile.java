package shinso.train.data.file;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;

/**
 * A table of texts from a file of delimited values (RFC 4180), gzipped or plain, in UTF-8. What its
 * columns mean says a {@link CsvSchema}. In memory it is about as large as the unpacked file.
 */
public final class CsvFile {
  /** More columns than any table has; FastCSV's own limit is 16,384. */
  private static final int MOST_COLUMNS = 1 << 22;

  /** Characters of the first line that are looked at for the delimiter. */
  private static final int LOOKED_AT = 1 << 20;

  /** What FastCSV gets for a quote where there are none: a character that no text file has. */
  private static final char NO_QUOTE = '\0';

  /**
   * How a file is written.
   *
   * @param delimiter what stands between fields
   * @param quote what stands around fields that hold delimiters or line breaks, or null if nothing
   *     does
   * @param header whether the first row has the names of the columns; without it they are called
   *     c1, c2, …
   * @param skipped how many lines at the beginning are passed over
   * @param comment what lines begin with that are passed over, or null if there are none
   * @param decimal what stands before the fraction of a number
   * @param thousands what stands between groups of three digits of a number, or null if nothing may
   */
  public record Format(
      char delimiter,
      @Nullable Character quote,
      boolean header,
      int skipped,
      @Nullable Character comment,
      char decimal,
      @Nullable Character thousands) {
    /** Commas, and a header. */
    public static final Format COMMA = of(',');

    /** Semicolons, and a header. */
    public static final Format SEMICOLON = of(';');

    /** Tabs, and a header. */
    public static final Format TAB = of('\t');

    /**
     * Checks that the characters can be told apart.
     *
     * @throws IllegalArgumentException if two have the same character, one is a line break, or a
     *     number of lines is negative
     */
    public Format {
      List<Character> special = new ArrayList<>(List.of(delimiter));
      if (quote != null) {
        special.add(quote);
      }
      if (comment != null) {
        special.add(comment);
      }
      if (new HashSet<>(special).size() < special.size()) {
        throw new IllegalArgumentException(
            "format: delimiter '%s', quote '%s' and comment '%s' must differ"
                .formatted(printed(delimiter), quote, comment));
      }
      if (special.contains('\n') || special.contains('\r')) {
        throw new IllegalArgumentException(
            "format: a line break can't be a delimiter, a quote or the sign of a comment");
      }
      if (skipped < 0) {
        throw new IllegalArgumentException("format: %d lines can't be skipped".formatted(skipped));
      }
      if (isOfNumbers(decimal) || thousands != null && isOfNumbers(thousands)) {
        throw new IllegalArgumentException(
            "format: digits, signs and 'e' can't stand for the decimal '%s' or thousands '%s'"
                .formatted(decimal, thousands));
      }
      if (thousands != null && thousands == decimal) {
        throw new IllegalArgumentException(
            "format: '%s' can't stand for both decimals and thousands".formatted(decimal));
      }
    }

    /** Returns the format of files with this delimiter, double quotes, a header, decimal points. */
    public static Format of(char delimiter) {
      return new Format(delimiter, '"', true, 0, null, '.', null);
    }

    /** Returns the format of files without a header. */
    public Format withoutHeader() {
      return new Format(delimiter, quote, false, skipped, comment, decimal, thousands);
    }

    /** Returns this with another quote. */
    public Format quote(char other) {
      return new Format(delimiter, other, header, skipped, comment, decimal, thousands);
    }

    /** Returns this without quotes: one is a character as others. */
    public Format withoutQuotes() {
      return new Format(delimiter, null, header, skipped, comment, decimal, thousands);
    }

    /** Returns this with a number of lines before the header that are passed over. */
    public Format skipping(int lines) {
      return new Format(delimiter, quote, header, lines, comment, decimal, thousands);
    }

    /** Returns this with lines that are passed over if they begin with a character, such as #. */
    public Format comments(char first) {
      return new Format(delimiter, quote, header, skipped, first, decimal, thousands);
    }

    /** Returns this with another point of numbers, such as a comma. */
    public Format decimal(char point) {
      return new Format(delimiter, quote, header, skipped, comment, point, thousands);
    }

    /** Returns this with numbers whose digits may stand in groups of three, as in 1.234.567. */
    public Format thousands(char between) {
      return new Format(delimiter, quote, header, skipped, comment, decimal, between);
    }

    private static boolean isOfNumbers(char c) {
      return c >= '0' && c <= '9' || c == '+' || c == '-' || c == 'e' || c == 'E';
    }

    NumberGrammar numbers() {
      return new NumberGrammar(decimal, thousands);
    }
  }

  private final String name;
  private final Format format;
  private final List<String> columns;
  private final List<TextColumn> texts;
  private final LineNumbers lines;

  /** Which rows this has, or null for all. */
  private final int @Nullable [] rows;

  private CsvFile(
      String name,
      Format format,
      List<String> columns,
      List<TextColumn> texts,
      LineNumbers lines,
      int @Nullable [] rows) {
    this.name = name;
    this.format = format;
    this.columns = columns;
    this.texts = texts;
    this.lines = lines;
    this.rows = rows;
  }

  /**
   * Reads a file. Empty lines and a byte order mark are passed over; blanks around fields are
   * removed.
   *
   * @throws DataException if the file is missing, empty or not UTF-8, has a zero byte, no rows, a
   *     row with more or fewer fields than the first one, a quote without an end, or two columns of
   *     one name
   */
  public static CsvFile read(Path file, Format format) {
    return DataFile.read(file, in -> read(file, in, format, null));
  }

  /**
   * A table without the rows that can't be split into fields.
   *
   * @param broken what is wrong with each of them
   */
  public record Good(CsvFile table, List<String> broken) {
    /** Keeps a copy. */
    public Good {
      broken = List.copyOf(broken);
    }
  }

  /**
   * Reads a file as {@link #read} does, but leaves out rows that have more or fewer fields than the
   * first one.
   *
   * @throws DataException if the file is missing, empty or not UTF-8, has no good row, a quote
   *     without an end, or two columns of one name
   */
  public static Good readGood(Path file, Format format) {
    List<String> broken = new ArrayList<>();
    CsvFile table = DataFile.read(file, in -> read(file, in, format, broken));
    return new Good(table, broken);
  }

  /**
   * Returns the delimiter that a file seems to have: of comma, semicolon, tab and bar the one that
   * is in its first line most often, outside of quotes.
   *
   * @param skipped how many lines before it are passed over
   * @param decimal the point of numbers, which is no delimiter
   * @throws DataException if the file is missing, empty or not UTF-8
   */
  public static char delimiter(Path file, int skipped, char decimal) {
    return DataFile.read(
        file,
        in -> {
          try (BufferedReader text = text(file, in, Format.COMMA.skipping(skipped))) {
            return mostFrequent(beginning(text), decimal);
          }
        });
  }

  /** Returns the first line, or its beginning: what has no end would fill the heap. */
  private static String beginning(BufferedReader text) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = text.read();
        c >= 0 && c != '\n' && c != '\r' && line.length() < LOOKED_AT;
        c = text.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static char mostFrequent(String line, char decimal) {
    String candidates = ",;\t|".replace(String.valueOf(decimal), "");
    int[] counts = new int[candidates.length()];
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      int at = candidates.indexOf(c);
      if (!quoted && at >= 0) {
        counts[at]++;
      }
    }
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      best = counts[i] > counts[best] ? i : best;
    }
    return candidates.charAt(best);
  }

  /**
   * Returns a table of rows that are in memory, such as those of a request; messages count them
   * from 1, as lines.
   *
   * @param name what messages call it
   * @throws DataException if there are no rows, one has more or fewer texts than there are columns,
   *     or two columns have one name
   */
  public static CsvFile of(String name, List<String> columns, List<List<String>> rows) {
    Growing growing = new Growing(name, Format.COMMA, null);
    growing.columns(List.copyOf(columns));
    for (int i = 0; i < rows.size(); i++) {
      growing.row(rows.get(i), i + 1);
    }
    return growing.table();
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
    return rows == null ? lines.size() : rows.length;
  }

  /** Returns the text in a row of a column. */
  public String text(int row, int column) {
    return cells(column).text(row);
  }

  /** Returns some rows, in this order. */
  public CsvFile select(int[] indices) {
    int[] chosen = IntStream.of(indices).map(this::stored).toArray();
    return new CsvFile(name, format, columns, texts, lines, chosen);
  }

  /** Returns the texts of a row, in the order of the columns. */
  public List<String> row(int row) {
    return IntStream.range(0, columns.size()).mapToObj(c -> text(row, c)).toList();
  }

  /** Returns the line of the file in which a row begins. */
  public long line(int row) {
    return lines.line(stored(row));
  }

  private int stored(int row) {
    return rows == null ? Objects.checkIndex(row, lines.size()) : rows[row];
  }

  /** The texts of a column, fast where rows are asked for in ascending order; for one thread. */
  final class Cells {
    private final int column;
    private final TextColumn.Cursor cursor;
    private final NumberGrammar numbers = format.numbers();

    private Cells(int column) {
      this.column = column;
      this.cursor = texts.get(column).cursor();
    }

    String text(int row) {
      return cursor.text(stored(row));
    }

    /** Returns the file, line and column of a text for messages. */
    String place(int row) {
      return "%s: line %d, column '%s'"
          .formatted(name, lines.line(stored(row)), columns.get(column));
    }

    /** Returns whether a text is a number that F32 has. */
    boolean isNumber(String text) {
      String plain = numbers.plain(text);
      return plain != null && Float.isFinite(Float.parseFloat(plain));
    }

    /** Returns whether a text that isn't a number would be one with the other decimal point. */
    boolean isNumberOtherwise(String text) {
      char other = otherPoint();
      // Behind a comma as delimiter such a text is in quotes: 1,234 in English.
      return other != format.delimiter
          && !isNumber(text)
          && new NumberGrammar(other, null).plain(text) != null;
    }

    /**
     * Returns the number that the text in a row is.
     *
     * @throws DataException if it is none, or too large for F32
     */
    double number(int row, String text) {
      String plain = numbers.plain(text);
      if (plain == null) {
        throw new DataException(
            "%s: '%s' is not a number%s; correct it, or declare the column as categories"
                .formatted(place(row), text, guess(text)));
      }
      double value = Double.parseDouble(plain);
      if (!Float.isFinite((float) value)) {
        throw new DataException(
            "%s: '%s' is not a finite number in F32; correct it, or remove the row"
                .formatted(place(row), text));
      }
      return value;
    }

    /** Says if the text would be a number in a format with another point. */
    private String guess(String text) {
      char other = otherPoint();
      NumberGrammar swapped = new NumberGrammar(other, format.decimal);
      return swapped.plain(text) == null
          ? ""
          : " with '%s' for decimals (is it '%s' in this file? see Format.decimal and .thousands)"
              .formatted(format.decimal, other);
    }

    private char otherPoint() {
      return format.decimal == '.' ? ',' : '.';
    }
  }

  Cells cells(int column) {
    return new Cells(column);
  }

  /**
   * Returns the texts of a column.
   *
   * @throws DataException if there is none of this name
   */
  Cells cells(String column) {
    int c = columns.indexOf(column);
    if (c < 0) {
      String only = columns.size() == 1 ? "; is the delimiter '%s' right?" : "";
      throw new DataException(
          "%s: there is no column '%s'; there are %s".formatted(name, column, columns)
              + only.formatted(printed(format.delimiter)));
    }
    return new Cells(c);
  }

  // ---- reading

  /** A table that is being read. */
  private static final class Growing {
    private final String name;
    private final Format format;
    private final LineNumbers lines = new LineNumbers();
    private List<String> columns = List.of();
    private List<TextColumn> texts = List.of();
    private final @Nullable List<String> broken;

    Growing(String name, Format format, @Nullable List<String> broken) {
      this.name = name;
      this.format = format;
      this.broken = broken;
    }

    void columns(List<String> names) {
      checkNames(name, names);
      columns = names;
      texts = names.stream().map(c -> new TextColumn()).toList();
    }

    void record(List<String> fields, long line) {
      if (!columns.isEmpty()) {
        row(fields, line);
      } else if (format.header) {
        columns(fields.stream().map(String::strip).toList());
      } else {
        columns(IntStream.rangeClosed(1, fields.size()).mapToObj(i -> "c" + i).toList());
        row(fields, line);
      }
    }

    void row(List<String> fields, long line) {
      if (fields.size() != columns.size() && broken != null) {
        broken.add(
            "line %d has %d fields, but the first has %d"
                .formatted(line, fields.size(), columns.size()));
        return;
      }
      if (fields.size() != columns.size()) {
        throw new DataException(
            "%s: line %d has %d fields, but the first has %d; check its delimiters ('%s') and quotes"
                .formatted(name, line, fields.size(), columns.size(), printed(format.delimiter)));
      }
      for (int i = 0; i < fields.size(); i++) {
        texts.get(i).add(fields.get(i).strip());
      }
      lines.add(line);
    }

    CsvFile table() {
      if (columns.isEmpty()) {
        throw new DataException(name + ": the data set is empty: there is no line with text");
      }
      if (lines.size() == 0) {
        throw new DataException(
            name + ": the data set is empty: there is a header and nothing else");
      }
      texts.forEach(TextColumn::finish);
      return new CsvFile(name, format, columns, texts, lines, null);
    }
  }

  /**
   * Reads a file.
   *
   * @param broken takes what is wrong with rows that are left out; null if they are errors
   */
  private static CsvFile read(
      Path file, InputStream in, Format format, @Nullable List<String> broken) throws IOException {
    Growing growing = new Growing(file.toString(), format, broken);
    long line = format.skipped;
    try (CsvReader<CsvRecord> reader = reader(format, text(file, in, format))) {
      for (CsvRecord r : reader) {
        line = format.skipped + r.getStartingLineNumber();
        growing.record(r.getFields(), line);
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
              .formatted(file, line + 1, reason(e)),
          e);
    }
    return growing.table();
  }

  /** Returns the text behind the byte order mark and the lines that are passed over. */
  private static BufferedReader text(Path file, InputStream in, Format format) throws IOException {
    BufferedReader text = new BufferedReader(Utf8Reader.of(in));
    // Before anything looks for quotes: with the mark in front, a quoted name is not quoted.
    pass(text, '\uFEFF');
    for (int i = 0; i < format.skipped; i++) {
      if (!skipLine(text)) {
        throw new DataException(
            "%s: %d lines are to be skipped, but there are only %d"
                .formatted(file, format.skipped, i));
      }
    }
    return text;
  }

  /** Passes over a line; returns whether there was one. */
  private static boolean skipLine(BufferedReader text) throws IOException {
    int c = text.read();
    if (c < 0) {
      return false;
    }
    while (c >= 0 && c != '\n' && c != '\r') {
      c = text.read();
    }
    if (c == '\r') {
      pass(text, '\n');
    }
    return true;
  }

  /** Passes over a character if it is the next one. */
  private static void pass(BufferedReader text, char expected) throws IOException {
    text.mark(1);
    if (text.read() != expected) {
      text.reset();
    }
  }

  private static CsvReader<CsvRecord> reader(Format format, Reader text) {
    return CsvReader.builder()
        .fieldSeparator(format.delimiter)
        .quoteCharacter(format.quote == null ? NO_QUOTE : format.quote)
        .commentStrategy(format.comment == null ? CommentStrategy.NONE : CommentStrategy.SKIP)
        .commentCharacter(format.comment == null ? '#' : format.comment)
        .allowUnclosedQuote(false)
        .skipEmptyLines(true)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .detectBomHeader(false)
        .build(CsvRecordHandler.of(handler -> handler.maxFields(MOST_COLUMNS)), text);
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

  private static void checkNames(String file, List<String> names) {
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
