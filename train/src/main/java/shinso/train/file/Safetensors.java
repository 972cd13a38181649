package shinso.train.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import shinso.core.backend.Buffer;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Files of named tensors in the safetensors format: eight bytes with the length of a header
 * (little-endian), the header in JSON with type, shape and position of each tensor, the bare
 * elements. There is nothing in such a file that could be run.
 *
 * <p>Format: <a href="https://github.com/huggingface/safetensors#format">huggingface/safetensors,
 * "Format"</a>. The same tensors give the same bytes.
 */
public final class Safetensors {
  private static final int CHUNK = 1 << 18;

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors the tensors by name, in the order of the header
   * @param metadata texts by name
   * @param sha256 the SHA-256 of the whole file in hexadecimal digits
   */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata, String sha256) {
    /**
     * Returns a tensor.
     *
     * @throws IllegalArgumentException if the file has none of this name
     */
    public Tensor tensor(String name) {
      Tensor t = tensors.get(name);
      if (t == null) {
        throw new IllegalArgumentException("there is no tensor '" + name + "'");
      }
      return t;
    }
  }

  /**
   * Writes tensors, in this order, evaluating them if need be; returns the file's SHA-256.
   *
   * @throws FileException if that fails, say because the disk is full; the file is as it was
   */
  public static String write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, Tensor> known = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> known.put(name, tensor.evaluate()));
    SafetensorsHeader header = SafetensorsHeader.of(known, metadata);
    byte[] head = header.toBytes();
    long size = head.length;
    for (SafetensorsHeader.Entry e : header.entries()) {
      size += e.end() - e.begin();
    }
    MessageDigest digest = sha256();
    AtomicFile.write(
        file,
        size,
        out -> {
          put(ByteBuffer.wrap(head), digest, out);
          for (SafetensorsHeader.Entry e : header.byOffset()) {
            put(Objects.requireNonNull(known.get(e.name())), digest, out);
          }
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void put(Tensor tensor, MessageDigest digest, WritableByteChannel out)
      throws IOException {
    Buffer buffer = Objects.requireNonNull(TensorAccess.buffer(tensor));
    ValueLayout from =
        switch (buffer.dtype()) {
          case F32 -> ValueLayout.JAVA_FLOAT_UNALIGNED;
          case F64 -> ValueLayout.JAVA_DOUBLE_UNALIGNED;
          case I32 -> ValueLayout.JAVA_INT_UNALIGNED;
        };
    ValueLayout to = from.withOrder(ByteOrder.LITTLE_ENDIAN);
    byte[] chunk = new byte[CHUNK];
    int width = buffer.dtype().bytes();
    int most = CHUNK / width;
    for (int i = 0, n; i < buffer.count(); i += n) {
      n = Math.min(most, buffer.count() - i);
      MemorySegment.copy(
          buffer.segment(), from, (long) i * width, MemorySegment.ofArray(chunk), to, 0, n);
      put(ByteBuffer.wrap(chunk, 0, n * width), digest, out);
    }
    Reference.reachabilityFence(buffer);
  }

  private static void put(ByteBuffer bytes, MessageDigest digest, WritableByteChannel out)
      throws IOException {
    digest.update(bytes.duplicate());
    out.write(bytes);
  }

  /**
   * Reads a file. F16 and BF16 are widened to F32; integers of other sizes become I32.
   *
   * @throws FileException if the file can't be read, is truncated, is not of this format or
   *     violates it, or has integers that don't fit into an I32
   */
  public static Contents read(Path file) {
    MessageDigest digest = sha256();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ReadableByteChannel in = new Digested(channel, digest);
      SafetensorsHeader header = SafetensorsHeader.parse(in, channel.size(), file);
      Map<String, Tensor> read = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry e : header.byOffset()) {
        String what = file + ": tensor '" + e.name() + "'";
        read.put(e.name(), e.type().read(in, e.shape(), what));
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      header
          .entries()
          .forEach(e -> tensors.put(e.name(), Objects.requireNonNull(read.get(e.name()))));
      return new Contents(
          Collections.unmodifiableMap(tensors),
          Collections.unmodifiableMap(header.metadata()),
          HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  /**
   * Returns the element types that a file's tensors have in it, such as {@code BF16}, by name;
   * reads the header alone.
   *
   * @throws FileException as {@link #read} does for a header
   */
  public static Map<String, String> types(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Map<String, String> types = new LinkedHashMap<>();
      SafetensorsHeader.parse(channel, channel.size(), file)
          .entries()
          .forEach(e -> types.put(e.name(), e.type().name()));
      return Collections.unmodifiableMap(types);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A file that is digested as it is read from its first byte to its last. */
  private record Digested(FileChannel file, MessageDigest digest) implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer target) throws IOException {
      ByteBuffer written = target.duplicate();
      int count = file.read(target);
      if (count > 0) {
        digest.update(written.limit(target.position()));
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
