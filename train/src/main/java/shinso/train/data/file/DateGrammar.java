package shinso.train.data.file;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is a date: {@code 2024-02-29} or {@code 29.2.2024}, with a time of the day behind it or not,
 * {@code 2024-02-29T12:30:00Z} (ISO 8601). Time zones are passed over.
 */
final class DateGrammar {
  private static final long ORIGIN = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final String TIME =
      "(?:[T ](\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?";
  private static final Pattern YEAR_FIRST =
      Pattern.compile("(?<y>\\d{4})[-/](?<m>\\d{1,2})[-/](?<d>\\d{1,2})" + TIME);
  private static final Pattern DAY_FIRST =
      Pattern.compile("(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>\\d{4})" + TIME);

  private DateGrammar() {}

  /** Returns the days since the beginning of 2000, with the day's part, or null for no date. */
  static @Nullable Double days(String text) {
    for (Pattern form : new Pattern[] {YEAR_FIRST, DAY_FIRST}) {
      Matcher m = form.matcher(text);
      if (m.matches()) {
        try {
          long day =
              LocalDate.of(number(m.group("y")), number(m.group("m")), number(m.group("d")))
                  .toEpochDay();
          int seconds = 3600 * number(m.group(4)) + 60 * number(m.group(5)) + number(m.group(6));
          return seconds >= 86_400 ? null : day - ORIGIN + seconds / 86_400.0;
        } catch (DateTimeException e) {
          // As 31 February.
          return null;
        }
      }
    }
    return null;
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
