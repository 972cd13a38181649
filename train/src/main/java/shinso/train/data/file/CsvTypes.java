package shinso.train.data.file;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import shinso.train.data.DataException;

/**
 * What the columns of a table seem to hold, judged by their texts, for tables that nobody has
 * described yet.
 *
 * @param columns one for each column, in their order
 */
public record CsvTypes(List<Column> columns) {
  /** So large a share of the values makes a column one of numbers or dates. */
  private static final double MOST = 0.9;

  /** More categories than this are names. */
  private static final int MOST_CATEGORIES = 1_000;

  /** So few different texts are categories, however few rows there are. */
  private static final int FEW = 20;

  /** What a column holds. */
  public enum Kind {
    /** Numbers. */
    NUMBERS,
    /** Dates, with a time or without. */
    DATES,
    /** Texts, each of which occurs again and again. */
    CATEGORIES,
    /** Texts of which most occur once: names, comments, keys. */
    NAMES,
    /** Whole numbers, each one more than the one above it. */
    ROW_NUMBERS,
    /** One and the same value in all rows. */
    CONSTANT,
    /** Nothing. */
    EMPTY
  }

  /**
   * What is known of a column.
   *
   * @param kind what it holds, but for a tenth of the values at most
   * @param distinct how many different texts there are, missing ones left out; more than 100,000
   *     aren't counted
   * @param missing in how many rows there is no value
   * @param whole whether all its numbers are whole
   * @param otherPoint whether it holds texts, but with the other decimal point, comma or point, it
   *     would hold numbers; never a comma that also stands between fields
   */
  public record Column(
      String name, Kind kind, int distinct, int missing, boolean whole, boolean otherPoint) {}

  private static final int MOST_COUNTED = 100_000;

  /** Keeps a copy. */
  public CsvTypes {
    columns = List.copyOf(columns);
  }

  /**
   * Returns what the columns of a table hold; an empty text, {@code NA} and the like is nothing.
   */
  public static CsvTypes of(CsvFile table) {
    return of(table, CsvSchema.MARKERS);
  }

  /**
   * Returns what the columns of a table hold.
   *
   * @param markers texts that are nothing, as those of {@link CsvSchema#markers}
   */
  public static CsvTypes of(CsvFile table, List<String> markers) {
    List<Column> columns = new ArrayList<>();
    for (String name : table.columns()) {
      columns.add(column(table, name, markers));
    }
    return new CsvTypes(columns);
  }

  private static Column column(CsvFile table, String name, List<String> markers) {
    ColumnCode any = ColumnCode.number(name, markers);
    CsvFile.Cells cells = table.cells(name);
    Set<String> texts = new HashSet<>();
    int values = 0;
    int numbers = 0;
    int others = 0;
    int dates = 0;
    boolean whole = true;
    boolean steps = true;
    double before = Double.NaN;
    for (int row = 0; row < table.size(); row++) {
      String text = cells.text(row);
      if (any.isMissing(text)) {
        continue;
      }
      values++;
      if (texts.size() <= MOST_COUNTED) {
        texts.add(text);
      }
      if (cells.isNumber(text)) {
        numbers++;
        double x = cells.number(row, text);
        whole &= x == Math.rint(x);
        steps &= values == 1 || x == before + 1;
        before = x;
      } else if (DateGrammar.days(text) != null) {
        dates++;
      } else if (cells.isNumberOtherwise(text)) {
        others++;
      }
    }
    int missing = table.size() - values;
    boolean rowNumbers = numbers == table.size() && whole && steps && numbers > FEW;
    Kind kind;
    if (values == 0) {
      kind = Kind.EMPTY;
    } else if (texts.size() == 1 && missing == 0) {
      kind = Kind.CONSTANT;
    } else if (rowNumbers) {
      kind = Kind.ROW_NUMBERS;
    } else if (numbers >= MOST * values) {
      kind = Kind.NUMBERS;
    } else if (dates >= MOST * values) {
      kind = Kind.DATES;
    } else {
      boolean many = texts.size() > MOST_CATEGORIES || 2 * texts.size() > values;
      kind = many && texts.size() > FEW ? Kind.NAMES : Kind.CATEGORIES;
    }
    boolean isText = kind == Kind.CATEGORIES || kind == Kind.NAMES;
    boolean otherPoint = isText && others > 0 && numbers + others >= MOST * values;
    return new Column(name, kind, texts.size(), missing, numbers > 0 && whole, otherPoint);
  }

  /**
   * Returns what is known of a column.
   *
   * @throws DataException if there is none of this name
   */
  public Column column(String name) {
    return columns.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new DataException(
                "there is no column '%s'; there are %s"
                    .formatted(name, columns.stream().map(Column::name).toList())));
  }
}
