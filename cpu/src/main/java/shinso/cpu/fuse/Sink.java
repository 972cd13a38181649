package shinso.cpu.fuse;

import shinso.core.op.ReduceOp;

/**
 * A reduction that runs over the whole pass. Parts of the space, the same whatever the number of
 * threads, leave partial results, which are combined in order at the end.
 *
 * @param kind sum, maximum or minimum
 * @param shape which elements become one
 * @param value the result
 * @param partials memory for the partial results
 */
public record Sink(ReduceOp.Kind kind, Shape shape, int value, int partials) {
  /** Which elements become one. */
  public enum Shape {
    /** All, tile by tile. */
    ALL,
    /** One of each row; all are kept and reduced at the end. */
    ROW_VALUES,
    /** Those of a row, where rows are longer than a tile. */
    ROWS,
    /** Those of a column. */
    COLUMNS
  }
}
