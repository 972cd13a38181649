package shinso.train.data.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import shinso.train.data.DataException;

/**
 * What a file's bytes must digest to.
 *
 * @param algorithm the name of the digest, {@code SHA-256} or {@code MD5}
 * @param hex the digest in lower-case hexadecimal digits
 */
public record Checksum(String algorithm, String hex) {
  private static final int BUFFER = 1 << 18;

  /** Returns a SHA-256. */
  public static Checksum sha256(String hex) {
    return new Checksum("SHA-256", hex);
  }

  /** Returns an MD5, for sets whose makers published nothing better. */
  public static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /** Returns the SHA-256 of a file. */
  static Checksum sha256Of(Path file) {
    return sha256("").of(file);
  }

  /** Returns this kind of checksum of a file. */
  Checksum of(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel);
    } catch (IOException e) {
      throw new DataException(file + ": can't be read: " + e.getMessage(), e);
    }
  }

  /** Returns this kind of checksum of all that is left in a stream. */
  Checksum of(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
    }
    return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  /** Returns this kind of checksum of an open file. */
  Checksum of(FileChannel channel) throws IOException {
    MessageDigest digest = digest();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long position = 0;
    while (true) {
      buffer.clear();
      int count = channel.read(buffer, position);
      if (count < 0) {
        return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
      }
      digest.update(buffer.flip());
      position += count;
    }
  }

  private MessageDigest digest() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
