package shinso.train.data.catalog;

import java.net.URI;
import java.util.List;

/**
 * A file of a data set.
 *
 * @param name its name here
 * @param size its size in bytes
 * @param checksum what its bytes must digest to
 * @param mirrors where it may be had, the best place first; empty if it must be put there by hand
 */
public record RemoteFile(String name, long size, Checksum checksum, List<URI> mirrors) {
  /** Keeps a copy. */
  public RemoteFile {
    mirrors = List.copyOf(mirrors);
  }
}
