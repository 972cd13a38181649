package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.train.data.Split;
import shinso.train.data.text.TextPairs;
import shinso.zoo.harness.PairSource;

/** Tasks that are made by the program, and of which it is known what is right. */
final class TextTasks {
  private static final int TRAIN = 30_000;
  private static final int VALIDATION = 1_000;
  private static final int TEST = 2_000;

  private static final int LONGEST_WORD = 12;
  private static final int DIGITS = 3;
  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  /** Letters, to be written from the last to the first: {@code abcd → dcba}. */
  static final PairSource REVERSAL = source("reversal", 1, TextTasks::reversal);

  /** Sums of two numbers of up to three digits: {@code 17+905 → 922}. */
  static final PairSource ADDITION = source("addition", 2, TextTasks::addition);

  /** Dates in many forms, to be written as in ISO 8601: {@code May 3rd, 1979 → 1979-05-03}. */
  static final PairSource DATES = source("dates", 3, TextTasks::date);

  /** Sentences in English and Japanese, see {@link Phrases}. */
  static final PairSource PHRASES = source("phrases", 4, Phrases::pair);

  private TextTasks() {}

  /** Returns pairs with sources that are all different, so that none of a part is in another. */
  private static PairSource source(
      String name, long seed, Function<RandomGenerator, TextPairs.Pair> draw) {
    return PairSource.generated(name, () -> split(name, Rng.of(seed).generator(), draw));
  }

  private static Split split(
      String name, RandomGenerator random, Function<RandomGenerator, TextPairs.Pair> draw) {
    Map<String, TextPairs.Pair> different = new LinkedHashMap<>();
    while (different.size() < TRAIN + VALIDATION + TEST) {
      TextPairs.Pair pair = draw.apply(random);
      different.putIfAbsent(pair.source(), pair);
    }
    List<TextPairs.Pair> all = new ArrayList<>(different.values());
    return TextPairs.split(
        name,
        all.subList(0, TRAIN),
        all.subList(TRAIN, TRAIN + VALIDATION),
        all.subList(TRAIN + VALIDATION, all.size()));
  }

  /** Returns a whole number from 0 to below a limit. */
  static int below(RandomGenerator random, int limit) {
    // nextInt(bound) may change with the JDK.
    return (int) Math.unsignedMultiplyHigh(random.nextLong(), limit);
  }

  private static TextPairs.Pair reversal(RandomGenerator random) {
    String letters =
        IntStream.range(0, 1 + below(random, LONGEST_WORD))
            .mapToObj(i -> Character.toString('a' + below(random, 26)))
            .collect(Collectors.joining());
    return new TextPairs.Pair(letters, new StringBuilder(letters).reverse().toString());
  }

  private static TextPairs.Pair addition(RandomGenerator random) {
    int a = number(random);
    int b = number(random);
    return new TextPairs.Pair(a + "+" + b, Integer.toString(a + b));
  }

  /** Returns a number of one to three digits, each length being as frequent as the others. */
  private static int number(RandomGenerator random) {
    return below(random, (int) Math.pow(10, 1 + below(random, DIGITS)));
  }

  private static TextPairs.Pair date(RandomGenerator random) {
    int year = 1900 + below(random, 200);
    int month = 1 + below(random, 12);
    int day = 1 + below(random, length(year, month));
    String name = MONTHS.get(month - 1);
    String weekday = DAYS.get(weekday(year, month, day));
    String text =
        switch (below(random, 14)) {
          case 0 -> format("%d %s %d", day, name, year);
          case 1 -> format("%s %d, %d", name, day, year);
          case 2 -> format("%s %d%s, %d", name, day, ending(day), year);
          case 3 -> format("%s, %d %s %d", weekday, day, name, year);
          case 4 -> format("%s, %s %d, %d", weekday, name, day, year);
          case 5 -> format("the %d%s of %s %d", day, ending(day), name, year);
          case 6 -> format("%d %s %d", day, name.substring(0, 3), year);
          case 7 -> format("%s %d %d", name.substring(0, 3), day, year);
          case 8 -> format("%02d.%02d.%d", day, month, year);
          case 9 -> format("%d.%d.%d", day, month, year);
          case 10 -> format("%d/%d/%d", month, day, year);
          case 11 -> format("%d/%02d/%02d", year, month, day);
          case 12 -> format("%04d%02d%02d", year, month, day);
          default -> format("%d年%d月%d日", year, month, day);
        };
    String cased =
        switch (below(random, 4)) {
          case 0 -> text.toLowerCase(Locale.ROOT);
          case 1 -> text.toUpperCase(Locale.ROOT);
          default -> text;
        };
    return new TextPairs.Pair(cased, format("%d-%02d-%02d", year, month, day));
  }

  private static String format(String form, Object... parts) {
    return String.format(Locale.ROOT, form, parts);
  }

  private static int length(int year, int month) {
    boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 ? (leap ? 29 : 28) : 30 + (month + month / 8) % 2;
  }

  /** Zeller's congruence; 0 is Monday. */
  private static int weekday(int year, int month, int day) {
    int m = month < 3 ? month + 12 : month;
    int y = month < 3 ? year - 1 : year;
    return (day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400 + 5) % 7;
  }

  private static String ending(int day) {
    return day / 10 == 1
        ? "th"
        : switch (day % 10) {
          case 1 -> "st";
          case 2 -> "nd";
          case 3 -> "rd";
          default -> "th";
        };
  }
}
