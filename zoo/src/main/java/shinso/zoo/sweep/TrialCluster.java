package shinso.zoo.sweep;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Computes trials on other machines; found by {@link java.util.ServiceLoader}, since the libraries
 * of a cluster are not among those that every command loads.
 */
public interface TrialCluster extends AutoCloseable {
  /**
   * Returns runners that compute trials at the same time on a cluster; the trials' folders come
   * back.
   *
   * @param sweep the sweep's folder
   * @param master the cluster's address, such as {@code spark://host:7077} or {@code local[2]}
   * @param count how many
   * @param interrupted is asked again and again whether to stop
   * @throws shinso.train.UserException if the cluster can't be reached
   */
  List<TrialRunner> runners(Path sweep, String master, int count, BooleanSupplier interrupted);

  /** Lets go of the cluster. */
  @Override
  void close();
}
