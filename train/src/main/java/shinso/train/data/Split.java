package shinso.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;

/**
 * The three parts of a data set.
 *
 * @param train what parameters are fitted to
 * @param validation what decides when to stop and which model is best; may be empty
 * @param test what the reported numbers come from, and nothing else
 */
public record Split(Dataset train, Dataset validation, Dataset test) {
  /**
   * Makes a split.
   *
   * @throws IllegalArgumentException if the parts have different fields or classes
   */
  public Split {
    for (Dataset part : List.of(validation, test)) {
      if (!part.fields().equals(train.fields()) || !part.classNames().equals(train.classNames())) {
        throw new IllegalArgumentException(
            "split: the fields or classes differ: %s %s of %s and %s %s of %s"
                .formatted(
                    train.fields(),
                    train.classNames(),
                    train.description(),
                    part.fields(),
                    part.classNames(),
                    part.description()));
      }
    }
  }

  /** Returns a split without a validation part. */
  public static Split of(Dataset train, Dataset test) {
    return new Split(train, train.limit(0), test);
  }

  /**
   * Returns a split of one data set by random draws that depend on the seed only. Within a part the
   * examples keep their order.
   *
   * @param validation the fraction for validation, 0 to 1
   * @param test the fraction for test, 0 to 1
   * @throws IllegalArgumentException if the fractions are negative or add up to more than 1
   * @throws DataException if a part that is asked for would be empty
   */
  public static Split random(Dataset all, double validation, double test, long seed) {
    int[] counts = counts(all, validation, test);
    return parts(all, draw(all.size(), counts, Rng.of(seed).split("split")));
  }

  /**
   * Returns a split in which every part has the classes in the same proportion, up to rounding.
   *
   * @throws IllegalArgumentException if the fractions are negative or add up to more than 1
   * @throws DataException if there are no class labels, or a part that is asked for would be empty
   */
  public static Split stratified(Dataset all, double validation, double test, long seed) {
    int[] counts = counts(all, validation, test);
    return parts(all, drawStratified(all.labels(), counts, Rng.of(seed).split("split")));
  }

  /**
   * Returns this with {@code count} random examples moved from the training part to the validation
   * part, which was empty.
   *
   * @throws IllegalArgumentException if there are not more training examples than that
   * @throws IllegalStateException if there is a validation part already
   */
  public Split withValidation(int count, long seed) {
    checkCanHoldOut(count);
    return heldOut(draw(train.size(), new int[] {count, 0}, Rng.of(seed).split("validation")));
  }

  /**
   * Returns this with {@code count} random training examples moved to the validation part, which
   * was empty, the classes in proportion.
   *
   * @throws IllegalArgumentException if there are not more training examples than that
   * @throws IllegalStateException if there is a validation part already
   * @throws DataException if there are no class labels
   */
  public Split withStratifiedValidation(int count, long seed) {
    checkCanHoldOut(count);
    return heldOut(
        drawStratified(train.labels(), new int[] {count, 0}, Rng.of(seed).split("validation")));
  }

  /** Returns this with the validation examples put behind the training examples. */
  public Split withValidationInTraining() {
    return validation.size() == 0
        ? this
        : new Split(Dataset.concat(List.of(train, validation)), validation.limit(0), test);
  }

  /** Returns this with at most these numbers of examples, the first ones of each part. */
  public Split limit(int trainCount, int validationCount, int testCount) {
    return new Split(
        train.limit(trainCount), validation.limit(validationCount), test.limit(testCount));
  }

  /** Returns this with all three parts changed in the same way. */
  public Split map(UnaryOperator<Dataset> change) {
    return new Split(change.apply(train), change.apply(validation), change.apply(test));
  }

  /** Returns the sizes of the parts and what they are, one line each. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "train %,d: %s%nvalidation %,d: %s%ntest %,d: %s",
        train.size(),
        train.description(),
        validation.size(),
        validation.description(),
        test.size(),
        test.description());
  }

  private void checkCanHoldOut(int count) {
    if (validation.size() > 0) {
      throw new IllegalStateException(
          "there is a validation part of %d examples already".formatted(validation.size()));
    }
    if (count < 0 || count >= train.size()) {
      throw new IllegalArgumentException(
          "%d examples for validation can't be taken from %d training examples"
              .formatted(count, train.size()));
    }
  }

  private Split heldOut(int[] part) {
    return new Split(select(train, part, TRAIN), select(train, part, VALIDATION), test);
  }

  // ---- drawing: an array that says for each example in which part it is

  private static final int TRAIN = 0;
  private static final int VALIDATION = 1;
  private static final int TEST = 2;

  private static int[] counts(Dataset all, double validation, double test) {
    int size = all.size();
    // Not the negation: NaN must fail, too.
    if (!(validation >= 0 && test >= 0 && validation + test <= 1)) {
      throw new IllegalArgumentException(
          "split: the fractions %s for validation and %s for test are not within 0 to 1 together"
              .formatted(validation, test));
    }
    int v = (int) Math.round(validation * size);
    int t = Math.min((int) Math.round(test * size), size - v);
    requireSome(all, "validation", validation, v);
    requireSome(all, "test", test, t);
    return new int[] {v, t};
  }

  private static void requireSome(Dataset all, String part, double fraction, int count) {
    if (fraction > 0 && count == 0) {
      throw new DataException(
          "%s: a fraction of %s of %d examples for %s is none; take a larger one, or 0 for no such part"
              .formatted(all.description(), fraction, all.size(), part));
    }
  }

  private static int[] draw(int size, int[] counts, Rng rng) {
    int[] part = new int[size];
    assign(Shuffle.permutation(size, rng), counts, part);
    return part;
  }

  private static int[] drawStratified(int[] labels, int[] counts, Rng rng) {
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int[] available = new int[classes];
    for (int label : labels) {
      available[label]++;
    }
    int[] validation = Quota.of(available, counts[0]);
    int[] left = IntStream.range(0, classes).map(c -> available[c] - validation[c]).toArray();
    int[] test = Quota.of(left, counts[1]);
    int[] part = new int[labels.length];
    for (int c = 0; c < classes; c++) {
      int label = c;
      int[] members = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
      Shuffle.shuffle(members, rng.split(c));
      assign(members, new int[] {validation[c], test[c]}, part);
    }
    return part;
  }

  private static void assign(int[] order, int[] counts, int[] part) {
    for (int i = 0; i < counts[0] + counts[1]; i++) {
      part[order[i]] = i < counts[0] ? VALIDATION : TEST;
    }
  }

  private static Split parts(Dataset all, int[] part) {
    return new Split(
        select(all, part, TRAIN), select(all, part, VALIDATION), select(all, part, TEST));
  }

  private static Dataset select(Dataset all, int[] part, int wanted) {
    return all.subset(IntStream.range(0, part.length).filter(i -> part[i] == wanted).toArray());
  }
}
