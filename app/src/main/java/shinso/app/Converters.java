package shinso.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import shinso.zoo.harness.KeptPart;

/** Values of options, with messages that say what would have been right. */
final class Converters {
  private static final int MOST_THREADS = 1024;

  private Converters() {}

  /** A file or a folder. */
  static final class FilePath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw wrong(
            text,
            "a name that this process can give to a file: its locale knows "
                + System.getProperty("sun.jnu.encoding")
                + "; set LC_ALL to one with UTF-8, such as C.UTF-8");
      }
    }
  }

  /** A shell. */
  static final class Shell implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.equals("bash") && !text.equals("zsh") && !text.equals("fish")) {
        throw wrong(text, "bash, zsh or fish");
      }
      return text;
    }
  }

  /** A seed. */
  static final class Seed implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw wrong(text, "a whole number such as 42");
      }
    }
  }

  /** A number of threads. */
  static final class Threads implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      int value = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
      if (value < 1 || value > MOST_THREADS) {
        throw wrong(text, "a whole number from 1 to " + MOST_THREADS);
      }
      return value;
    }
  }

  /** A port, or 0 for any. */
  static final class Port implements ITypeConverter<Integer> {
    private static final int MOST = 65_535;

    @Override
    public Integer convert(String text) {
      int value = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
      if (value < 0 || value > MOST) {
        throw wrong(text, "a port from 0 to " + MOST);
      }
      return value;
    }
  }

  /** A number of examples. */
  static final class Count implements ITypeConverter<Integer> {
    private static final int MOST = 10_000;

    @Override
    public Integer convert(String text) {
      int value = text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
      if (value < 1 || value > MOST) {
        throw wrong(text, "a whole number from 1 to " + MOST);
      }
      return value;
    }
  }

  /** How many of something, or none. */
  static final class Number implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("\\d{1,6}")) {
        throw wrong(text, "a whole number from 0 to 999999");
      }
      return Integer.valueOf(text);
    }
  }

  /** A number greater than 0. */
  static final class Positive implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        double value = Double.parseDouble(text);
        if (value > 0 && value < Double.POSITIVE_INFINITY) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw wrong(text, "a number greater than 0");
    }
  }

  /** What is kept of a picture: a half, or what a mask says. */
  static final class Kept implements ITypeConverter<KeptPart> {
    @Override
    public KeptPart convert(String text) {
      KeptPart.Half half = KeptPart.Half.named(text);
      if (half != null) {
        return half;
      }
      if (!text.contains(".")) {
        throw wrong(text, "top, bottom, left or right, or a mask such as mask.png");
      }
      return new KeptPart.Mask(new FilePath().convert(text));
    }
  }

  /** A precision of contractions. */
  static final class Precision implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.equals("f32") && !text.equals("bf16")) {
        throw wrong(text, "f32 or bf16");
      }
      return text;
    }
  }

  /** A duration such as {@code 90s}, {@code 5m} or {@code 1h30m}. */
  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern FORM =
        Pattern.compile("(?=\\d)(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?");

    @Override
    public Duration convert(String text) {
      Matcher m = FORM.matcher(text);
      if (!m.matches()) {
        throw wrong(text, "a time such as 90s, 5m or 1h30m");
      }
      Duration time =
          Duration.ofHours(number(m, 1)).plusMinutes(number(m, 2)).plusSeconds(number(m, 3));
      if (time.isZero()) {
        throw wrong(text, "a time longer than none");
      }
      return time;
    }

    private static long number(Matcher m, int group) {
      return m.group(group) == null ? 0 : Long.parseLong(m.group(group));
    }
  }

  /**
   * A day such as {@code 2026-11-29}, a minute such as {@code 2026-11-29T20:03}, or how long ago,
   * such as {@code 3d}, {@code 12h} or {@code 30m}.
   */
  static final class When implements ITypeConverter<Period> {
    private static final Pattern AGO = Pattern.compile("(\\d{1,5})([dhm])");

    @Override
    public Period convert(String text) {
      return parse(text, ZonedDateTime.now(ZoneId.systemDefault()));
    }

    static Period parse(String text, ZonedDateTime now) {
      Matcher m = AGO.matcher(text);
      if (m.matches()) {
        long n = Long.parseLong(m.group(1));
        Duration ago =
            switch (m.group(2)) {
              case "d" -> Duration.ofDays(n);
              case "h" -> Duration.ofHours(n);
              default -> Duration.ofMinutes(n);
            };
        Instant then = now.toInstant().minus(ago);
        return new Period(then, then);
      }
      try {
        if (text.contains("T")) {
          ZonedDateTime start = LocalDateTime.parse(text).atZone(now.getZone());
          return new Period(start.toInstant(), start.plusMinutes(1).toInstant());
        }
        LocalDate day = LocalDate.parse(text);
        return new Period(
            day.atStartOfDay(now.getZone()).toInstant(),
            day.plusDays(1).atStartOfDay(now.getZone()).toInstant());
      } catch (DateTimeParseException e) {
        throw wrong(
            text,
            "a day such as 2026-11-29, a time such as 2026-11-29T20:03, or an age such as 3d");
      }
    }
  }

  /**
   * What a date stands for.
   *
   * @param start its first moment
   * @param end the first moment after it
   */
  record Period(Instant start, Instant end) {}

  private static TypeConversionException wrong(String text, String right) {
    return new TypeConversionException("'%s' is not %s".formatted(text, right));
  }
}
