package shinso.train.judge;

/**
 * Under which conditions a likelihood was measured: numbers of different protocols differ by nats
 * for the same model, so they are never compared.
 *
 * @param data which data, and what was done to it: binarisation, dequantisation
 * @param kind whether the number is exact, a bound or an estimate
 */
public record Protocol(String data, Kind kind) {
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
    return new Protocol(data, Kind.EXACT);
  }

  /** Returns this for data whose units are drawn anew, by their grey values, at every use. */
  public Protocol redrawn() {
    return new Protocol(data + ", binarisation redrawn", kind);
  }

  /** Returns this for numbers that are lower bounds. */
  public Protocol bound() {
    return new Protocol(data, Kind.BOUND);
  }

  /** Returns this for numbers that are estimated by sampling. */
  public Protocol estimate() {
    return new Protocol(data, Kind.ESTIMATE);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EXACT -> data + ", exact";
      case BOUND -> data + ", lower bound";
      case ESTIMATE -> data + ", estimate";
    };
  }
}
