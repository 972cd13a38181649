package shinso.train.judge;

/**
 * Under which conditions a likelihood was measured: numbers of different protocols differ by nats
 * for the same model, so they are never compared.
 *
 * @param data which data, and what was done to it: binarisation, dequantisation
 * @param kind whether the number is exact, a bound or an estimate
 * @param measure of what the logarithm is taken
 */
public record Protocol(String data, Kind kind, Measure measure) {
  /** Of what the logarithm is taken. */
  public enum Measure {
    /** Of the probability of discrete values, which is at most 1. */
    PROBABILITY,
    /**
     * Of the density of real values, which may be anything and changes with their unit: pixels from
     * 0 to 255 in the place of 0 to 1 cost log 255 each.
     */
    DENSITY
  }

  /** How a likelihood was found. */
  public enum Kind {
    /** By a closed form or by enumeration. */
    EXACT,
    /** A lower bound. */
    BOUND,
    /** By sampling. */
    ESTIMATE
  }

  /** Returns the protocol of exact numbers on the examples of a data set as they are. */
  public static Protocol on(String data) {
    return new Protocol(data, Kind.EXACT, Measure.PROBABILITY);
  }

  /** Returns this for data whose units are drawn anew, by their grey values, at every use. */
  public Protocol redrawn() {
    return new Protocol(data + ", binarisation redrawn", kind, measure);
  }

  /** Returns this for numbers that are lower bounds. */
  public Protocol bound() {
    return new Protocol(data, Kind.BOUND, measure);
  }

  /** Returns this for numbers that are estimated by sampling. */
  public Protocol estimate() {
    return new Protocol(data, Kind.ESTIMATE, measure);
  }

  /** Returns this for models of real values, of which the density is measured. */
  public Protocol density() {
    return new Protocol(data, kind, Measure.DENSITY);
  }

  @Override
  public String toString() {
    String of = measure == Measure.DENSITY ? data + ", density" : data;
    return switch (kind) {
      case EXACT -> of + ", exact";
      case BOUND -> of + ", lower bound";
      case ESTIMATE -> of + ", estimate";
    };
  }
}
