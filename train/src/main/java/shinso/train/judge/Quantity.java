package shinso.train.judge;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import shinso.train.UserException;

/**
 * What a number is.
 *
 * @param name what is measured, such as {@code test accuracy}
 * @param unit its unit, such as {@code nats}; {@code %} for shares, which are kept as numbers from
 *     0 to 1; empty for none
 * @param better which direction is good
 * @param protocol how a likelihood is measured; null for other quantities
 */
public record Quantity(String name, String unit, Better better, @Nullable Protocol protocol) {
  /** Which direction is good. */
  public enum Better {
    /** The smaller the better. */
    SMALLER,
    /** The larger the better. */
    LARGER,
    /** Neither: there is a right value. */
    NEITHER
  }

  /** The share of test examples that are classified rightly. */
  public static final Quantity TEST_ACCURACY = share("test accuracy", Better.LARGER);

  /** The mean log-likelihood of the test examples. */
  public static final Quantity TEST_LOG_LIKELIHOOD = larger("test log-likelihood", "nats");

  /** Returns a share, kept as a number from 0 to 1 and written in percent. */
  public static Quantity share(String name, Better better) {
    return new Quantity(name, "%", better, null);
  }

  /** Returns a quantity of which small values are good. */
  public static Quantity smaller(String name, String unit) {
    return new Quantity(name, unit, Better.SMALLER, null);
  }

  /** Returns a quantity of which large values are good. */
  public static Quantity larger(String name, String unit) {
    return new Quantity(name, unit, Better.LARGER, null);
  }

  /** Returns a quantity that has a right value. */
  public static Quantity of(String name, String unit) {
    return new Quantity(name, unit, Better.NEITHER, null);
  }

  /** Returns this quantity of one of several variants: {@code test accuracy, with dropout}. */
  public Quantity of(String variant) {
    return new Quantity(name + ", " + variant, unit, better, protocol);
  }

  /** Returns this likelihood as measured under a protocol. */
  public Quantity under(Protocol protocol) {
    return new Quantity(name, unit, better, protocol);
  }

  /**
   * Returns whether one value is better than another.
   *
   * @param mine a value of this quantity
   * @param other what the other value is
   * @throws UserException if the two can't be compared; it says why
   */
  public boolean isBetter(double mine, Quantity other, double others) {
    checkComparable(other);
    return switch (better) {
      case SMALLER -> mine < others;
      case LARGER -> mine > others;
      case NEITHER ->
          throw new Incomparable(
              "no direction of '%s' is better; compare with its right value".formatted(name));
    };
  }

  /**
   * Fails if values of this quantity and another one have nothing to do with each other: other
   * units, likelihoods of other data or of data that was prepared in another way, the probability
   * of binary and the density of real values, or a lower bound and what is none.
   *
   * @throws UserException that says why
   */
  public void checkComparable(Quantity other) {
    Protocol a = protocol;
    Protocol b = other.protocol;
    if (!unit.equals(other.unit) || (!name.equals(other.name) && (a == null || b == null))) {
      throw new Incomparable(otherThan(other));
    }
    if (a != null && b != null && a.measure() != b.measure()) {
      throw new Incomparable(
          otherwise(other)
              + ": one is the logarithm of a probability of discrete values, the other that of a"
              + " density, which changes with the unit of the values; binarise the data for both,"
              + " or for none");
    }
    if (!Objects.equals(a == null ? null : a.data(), b == null ? null : b.data())) {
      throw new Incomparable(otherwise(other) + ": for one model they differ by nats");
    }
    if (a != null && b != null && isBound(a) != isBound(b)) {
      throw new Incomparable(
          otherwise(other) + ": nobody knows by how much a lower bound is below what it bounds");
    }
    if (!name.equals(other.name)) {
      throw new Incomparable(otherThan(other));
    }
  }

  /** Says that names or units differ. */
  private String otherThan(Quantity other) {
    String hint =
        List.of("nats bits", "bits nats").contains(unit + " " + other.unit)
            ? "; a nat is 1.443 bits"
            : "";
    return "'%s'%s can't be compared with '%s'%s%s"
        .formatted(name, in(unit), other.name, in(other.unit), hint);
  }

  /** Says that protocols differ. */
  private String otherwise(Quantity other) {
    String what = name.equals(other.name) ? "one" : "'" + other.name + "'";
    return "'%s' under '%s' can't be compared with %s under '%s'"
        .formatted(name, protocol, what, other.protocol);
  }

  private static boolean isBound(Protocol p) {
    return p.kind() == Protocol.Kind.BOUND;
  }

  private static String in(String unit) {
    return unit.isEmpty() ? "" : " in " + unit;
  }

  /** Two values that can't be compared. */
  private static final class Incomparable extends UserException {
    private static final long serialVersionUID = 1L;

    Incomparable(String message) {
      super(message, null);
    }
  }

  /** Returns a value in words, such as {@code 99.21 %} or {@code -86.34 nats}. */
  public String text(double value) {
    return (number(value) + " " + unit).strip();
  }

  /** Returns an estimate in words, such as {@code -86.34 ± 0.21 nats}. */
  public String text(Estimate estimate) {
    return estimate.error() == 0
        ? text(estimate.value())
        : "%s ± %s %s".formatted(number(estimate.value()), error(estimate), unit).strip();
  }

  private String error(Estimate e) {
    double shown = unit.equals("%") ? 100 * e.error() : e.error();
    return String.format(Locale.ROOT, "%.2g", shown);
  }

  private String number(double value) {
    if (unit.equals("%")) {
      return String.format(Locale.ROOT, "%.2f", 100 * value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return Long.toString(Math.round(value));
    }
    double size = Math.abs(value);
    return size >= 10 && size < 1e5
        ? String.format(Locale.ROOT, "%.2f", value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
