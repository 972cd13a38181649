package shinso.zoo.harness;

import java.util.List;
import java.util.Locale;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.KnownSet;

/**
 * A table: each example is a row of numbers, then a class or a number to be predicted.
 *
 * <p>The features are as they were published; a recipe standardises them by its training part. Of a
 * table that was published without a test part a fifth is held out, always the same rows, the
 * classes in proportion; {@link #whole} holds nothing out.
 *
 * @param source where the rows come from
 * @param featureNames the names of the features, in their order
 * @param classNames the names of the classes; empty if a number is predicted
 * @param held the fraction of the rows that is held out for test if there is no test part
 */
public record TableSource(
    DataSource source, List<String> featureNames, List<String> classNames, double held)
    implements DataSource {
  private static final double FIFTH = 0.2;
  private static final long ALWAYS = 1;

  /** Three kinds of iris, 150 rows of 4 lengths. */
  public static final TableSource IRIS = of("iris");

  /** Wines of three growers, 178 rows of 13 measures. */
  public static final TableSource WINE = of("wine");

  /** Malignant and benign tumours, 569 rows of 30 measures. */
  public static final TableSource BREAST_CANCER = of("breast-cancer");

  /** Progress of diabetes, 442 rows of 10 measures; the target is 25 to 346. */
  public static final TableSource DIABETES = of("diabetes");

  /**
   * House prices in California, 16,512 + 4,128 rows of 8 measures and 5 features for the nearness
   * to the ocean; the target is in dollars.
   */
  public static final TableSource CALIFORNIA_HOUSING = of("california-housing");

  /** Income above 50,000 dollars, 32,561 + 16,281 rows of 105 features, most of them one-hot. */
  public static final TableSource ADULT = of("adult");

  /**
   * Numbers of sunspots, the year being the feature, in the order of time: 1700 to 1920 for
   * training, 1921 to 2008 for test.
   */
  public static final TableSource SUNSPOTS = of("sunspots");

  /** Which of 100 words occur in postings of four groups, 16,242 rows of 0 and 1. */
  public static final TableSource NEWSGROUPS = of("newsgroups-w100");

  /**
   * Keeps copies.
   *
   * @throws IllegalArgumentException if the fraction is not in 0 to 1
   */
  public TableSource {
    featureNames = List.copyOf(featureNames);
    classNames = List.copyOf(classNames);
    if (!(held >= 0 && held < 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the fraction held out is from 0 to 1, not %s",
              source.name(),
              held));
    }
  }

  private static TableSource of(String set) {
    KnownSet known = Catalog.find(set);
    return new TableSource(DataSource.of(set), known.featureNames(), known.classNames(), FIFTH);
  }

  /** Returns this with all rows in the training part, if they weren't published in two parts. */
  public TableSource whole() {
    return new TableSource(source, featureNames, classNames, 0);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public boolean isHere() {
    return source.isHere();
  }

  @Override
  public Split load() {
    Split all = source.load();
    if (all.test().size() > 0 || held == 0) {
      return all;
    }
    return all.train().hasLabels()
        ? Split.stratified(all.train(), 0, held, ALWAYS)
        : Split.random(all.train(), 0, held, ALWAYS);
  }
}
