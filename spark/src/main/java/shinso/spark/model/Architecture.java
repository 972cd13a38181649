package shinso.spark.model;

import shinso.core.random.Rng;
import shinso.nn.layer.Layer;

/**
 * A network that can be made anew from its name: a public class with a public constructor that
 * takes sizes, {@code int[]}, or nothing. What is saved with a pipeline is the name of the class,
 * the sizes, and the values of the parameters.
 */
@FunctionalInterface
public interface Architecture {
  /** Returns the network with initial values, inputs and outputs as {@code [b, …]}. */
  Layer network(Rng rng);

  /**
   * Returns the architecture of a class.
   *
   * @param sizes given to its constructor; if there is none that takes sizes, there must be none
   * @throws shinso.spark.distributed.DistributionException if there is no such class, or it can't
   *     be made so
   */
  static Architecture named(String className, int... sizes) {
    return ArchitectureName.create(className, sizes);
  }
}
