package shinso.train.judge;

/**
 * Under which conditions a likelihood was measured: numbers of different protocols differ by nats
 * for the same model, so they are never compared.
 *
 * @param data what was done to the data: which binarisation or dequantisation, which split
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

  /** MNIST by the fixed file of Larochelle and Murray (2011): 50,000 / 10,000 / 10,000. */
  public static final Protocol FIXED_BINARY_MNIST =
      new Protocol("MNIST, fixed binarisation", Kind.EXACT);

  /** MNIST with pixels drawn anew, by their grey values, at every use: 60,000 / 10,000. */
  public static final Protocol REDRAWN_BINARY_MNIST =
      new Protocol("MNIST, binarisation redrawn", Kind.EXACT);

  /** MNIST with pixels on where the grey value is above one half. */
  public static final Protocol THRESHOLD_BINARY_MNIST =
      new Protocol("MNIST, threshold 0.5", Kind.EXACT);

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
