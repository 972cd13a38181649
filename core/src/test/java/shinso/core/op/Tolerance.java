package shinso.core.op;

/**
 * How far an F32 result may be from the reference in double.
 *
 * @param kind what the distance is measured in
 * @param amount the largest distance in that unit
 */
public record Tolerance(Kind kind, double amount) {
  /** Units of distance. */
  public enum Kind {
    /**
     * Units in the last place of the expected float; 0 means the same bits. Results below the
     * smallest normal number may be off by as much as that, unless the amount is 0; a zero has the
     * sign of the expected one.
     */
    ULPS,
    /** The same bits, or a zero of the same sign for a result below the smallest normal number. */
    ROUNDED,
    /**
     * Share of the sum of the absolute terms of a multilinear operation: the row's value on
     * absolute operands.
     */
    TERMS,
    /** Share of the largest expected element that is finite. */
    LARGEST
  }

  /** The same bits. */
  public static final Tolerance EXACT = ulps(0);

  /** What arithmetic gives where it needn't keep subnormal results. */
  public static final Tolerance ROUNDED = new Tolerance(Kind.ROUNDED, 0);

  /** Returns a tolerance in units in the last place. */
  public static Tolerance ulps(double amount) {
    return new Tolerance(Kind.ULPS, amount);
  }

  /** Returns a tolerance relative to the sum of absolute terms. */
  public static Tolerance terms(double amount) {
    return new Tolerance(Kind.TERMS, amount);
  }

  /** Returns a tolerance relative to the largest expected element. */
  public static Tolerance largest(double amount) {
    return new Tolerance(Kind.LARGEST, amount);
  }

  /**
   * Returns whether a result is close enough.
   *
   * @param scale the sum of absolute terms, or the largest expected element, according to the kind
   */
  public boolean accepts(float actual, double expected, double scale) {
    float rounded = (float) expected;
    if (Float.floatToIntBits(actual) == Float.floatToIntBits(rounded)) {
      return true;
    }
    if (kind == Kind.ROUNDED) {
      return Math.abs(expected) < Float.MIN_NORMAL
          && Float.floatToIntBits(actual)
              == Float.floatToIntBits((float) Math.copySign(0, expected));
    }
    if (amount == 0 || !Float.isFinite(rounded) || !Float.isFinite(actual)) {
      return kind != Kind.ULPS && actual == rounded;
    }
    double distance = Math.abs(actual - expected);
    return switch (kind) {
      case ULPS ->
          distance <= amount * Math.ulp(rounded)
              || (distance <= Float.MIN_NORMAL && (actual != 0 || rounded != 0));
      case ROUNDED -> false;
      case TERMS, LARGEST -> distance <= amount * scale;
    };
  }
}
