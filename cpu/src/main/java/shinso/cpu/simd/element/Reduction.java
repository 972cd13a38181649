package shinso.cpu.simd.element;

/** Ways to reduce many elements to one. */
public enum Reduction {
  /** The sum; 0 of nothing. */
  SUM,
  /** The largest as {@link Math#max}; -∞ of nothing. */
  MAX,
  /** The smallest as {@link Math#min}; ∞ of nothing. */
  MIN
}
