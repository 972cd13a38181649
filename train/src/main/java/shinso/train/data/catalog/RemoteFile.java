package shinso.train.data.catalog;

import java.net.URI;
import java.util.List;

/**
 * A file on the network.
 *
 * @param name its name here
 * @param size its size in bytes
 * @param checksum what its bytes must digest to
 * @param mirrors where it may be had, the best place first
 */
public record RemoteFile(String name, long size, Checksum checksum, List<URI> mirrors) {
  /** Makes a file. */
  public RemoteFile {
    mirrors = List.copyOf(mirrors);
    if (mirrors.isEmpty()) {
      throw new IllegalArgumentException(name + ": a remote file needs at least one mirror");
    }
  }
}
