package shinso.spark.distributed;

/**
 * The mean over all workers, the same bits in each: terms are added in the order of the workers.
 */
interface Reduction {
  /**
   * Returns the mean of what the workers contribute; each calls this as often as the others.
   *
   * @throws AbortedException if another worker has given up
   */
  Contribution mean(Contribution mine);
}
