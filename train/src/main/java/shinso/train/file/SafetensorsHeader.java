package shinso.train.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON in front of the tensors. After {@link #parse} the entries are known to cover the data
 * one after the other, from its first byte to its last, each with exactly the bytes of its shape.
 *
 * @param entries the tensors in the order of their names in the header
 * @param metadata the texts under {@code __metadata__}
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** The format's own limit. */
  static final long LIMIT = 100_000_000;

  /** A tree of JSON takes many times the space of its text. */
  private static final ReadLimit READABLE = ReadLimit.ofHeap(64);

  static final String METADATA = "__metadata__";

  private static final int ALIGNMENT = 64;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Where a tensor lies: bytes {@code begin} to {@code end} after the header. */
  record Entry(String name, StoredType type, Shape shape, long begin, long end) {}

  /** Returns the header of tensors that are to be written, those of wide elements first. */
  static SafetensorsHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, Entry> placed = new LinkedHashMap<>();
    long offset = 0;
    // Wide elements in front: so all are aligned although the format has no gaps.
    for (int width : new int[] {8, 4}) {
      for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
        StoredType type = StoredType.of(e.getValue().dtype());
        if (type.bytes() == width) {
          Shape shape = e.getValue().shape();
          long end = offset + (long) shape.size() * width;
          placed.put(e.getKey(), new Entry(e.getKey(), type, shape, offset, end));
          offset = end;
        }
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (String name : tensors.keySet()) {
      if (name.equals(METADATA)) {
        throw new IllegalArgumentException("a tensor can't have the name " + METADATA);
      }
      entries.add(Objects.requireNonNull(placed.get(name)));
    }
    return new SafetensorsHeader(entries, metadata);
  }

  /** Returns the entries in the order of their data. */
  List<Entry> byOffset() {
    // Empty tensors share their offset with a neighbour, in front of which they must stand.
    return entries.stream()
        .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
        .toList();
  }

  /** Returns the bytes in front of the data: length, JSON, spaces up to a multiple of 64. */
  byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    for (Entry e : entries) {
      ObjectNode node = root.putObject(e.name);
      node.put("dtype", e.type.name());
      var shape = node.putArray("shape");
      for (int d : e.shape.dims()) {
        shape.add(d);
      }
      node.putArray("data_offsets").add(e.begin).add(e.end);
    }
    byte[] json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(Long.BYTES + json.length, ALIGNMENT) * ALIGNMENT - Long.BYTES;
    if (length > LIMIT) {
      throw new IllegalArgumentException(
          "safetensors: the header would have " + length + " bytes, the limit is " + LIMIT);
    }
    byte[] bytes = new byte[Long.BYTES + length];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
    return bytes;
  }

  /**
   * Reads and checks the header at the beginning of a file.
   *
   * @throws FileException if it isn't one, or doesn't describe {@code fileSize} bytes
   * @throws IOException if reading fails
   */
  static SafetensorsHeader parse(ReadableByteChannel in, long fileSize, Path file)
      throws IOException {
    if (fileSize < Long.BYTES + 2) {
      throw bad(file, "is no safetensors file: it has only " + fileSize + " bytes");
    }
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(in, prefix);
    long length = prefix.getLong(0);
    if (length < 2 || length > LIMIT) {
      throw bad(
          file, "is no safetensors file: a header of " + Long.toUnsignedString(length) + " bytes");
    }
    if (length > fileSize - Long.BYTES) {
      throw bad(file, "is truncated: the header has " + length + " bytes, the file " + fileSize);
    }
    if (length > READABLE.bytes()) {
      throw bad(file, "has a header of " + length + " bytes; the limit is " + READABLE.text());
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    fill(in, json);
    if (json.get(0) != '{') {
      throw bad(file, "is no safetensors file: its header is not JSON");
    }
    JsonNode root;
    try {
      root = JSON.readTree(json.array());
    } catch (JacksonException e) {
      throw new FileException(
          file + " is corrupt: its header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    Parser parser = new Parser(file);
    Map<String, String> metadata = parser.metadata(root.get(METADATA));
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : root.properties()) {
      if (!e.getKey().equals(METADATA)) {
        entries.add(parser.entry(e.getKey(), e.getValue()));
      }
    }
    SafetensorsHeader header = new SafetensorsHeader(entries, metadata);
    header.checkCover(fileSize - Long.BYTES - length, file);
    header.checkFits(file);
    return header;
  }

  private void checkCover(long dataSize, Path file) {
    long covered = 0;
    for (Entry e : byOffset()) {
      if (e.begin != covered) {
        throw bad(
            file,
            String.format(
                Locale.ROOT,
                "is corrupt: the tensor '%s' begins at byte %d, %s byte %d",
                e.name,
                e.begin,
                e.begin < covered ? "but the one before ends at" : "a gap after",
                covered));
      }
      covered = e.end;
    }
    if (covered > dataSize) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "is truncated: its tensors have %d bytes, %d are there",
              covered,
              dataSize));
    }
    if (covered < dataSize) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "is corrupt: there are %d bytes behind its last tensor",
              dataSize - covered));
    }
  }

  /** Checks that the tensors, which may be wider in memory than in the file, fit into the heap. */
  private void checkFits(Path file) {
    ReadLimit most = ReadLimit.ofHeap(1);
    long needed = 0;
    for (Entry e : entries) {
      needed += (long) e.shape.size() * (e.type == StoredType.F64 ? Double.BYTES : Float.BYTES);
    }
    if (needed > most.bytes()) {
      throw bad(file, "has tensors of " + needed + " bytes; the limit is " + most.text());
    }
  }

  private record Parser(Path file) {
    Map<String, String> metadata(@Nullable JsonNode node) {
      Map<String, String> texts = new LinkedHashMap<>();
      if (node == null) {
        return texts;
      }
      if (!node.isObject()) {
        throw bad(file, "is corrupt: " + METADATA + " is not an object");
      }
      for (Map.Entry<String, JsonNode> e : node.properties()) {
        if (!e.getValue().isString()) {
          throw bad(file, "is corrupt: the metadata '" + e.getKey() + "' is not a text");
        }
        texts.put(e.getKey(), e.getValue().stringValue());
      }
      return texts;
    }

    Entry entry(String name, JsonNode node) {
      JsonNode dtype = node.path("dtype");
      JsonNode dims = node.path("shape");
      JsonNode offsets = node.path("data_offsets");
      if (!dtype.isString() || !dims.isArray() || !offsets.isArray() || offsets.size() != 2) {
        throw bad(file, "is corrupt: the tensor '" + name + "' lacks dtype, shape or data_offsets");
      }
      StoredType type = StoredType.parse(dtype.stringValue());
      if (type == null) {
        throw bad(
            file,
            String.format(
                Locale.ROOT,
                "has a tensor '%s' of type %s, which can't be read; convert it to F32",
                name,
                dtype.stringValue()));
      }
      Shape shape = shape(name, dims);
      long begin = number(name, "offset", offsets.get(0), Long.MAX_VALUE);
      long end = number(name, "offset", offsets.get(1), Long.MAX_VALUE);
      long bytes = (long) shape.size() * type.bytes();
      if (end < begin || end - begin != bytes) {
        throw bad(
            file,
            String.format(
                Locale.ROOT,
                "is corrupt: the tensor '%s' %s%s takes %d bytes, but lies at %d to %d",
                name,
                type,
                shape,
                bytes,
                begin,
                end));
      }
      return new Entry(name, type, shape, begin, end);
    }

    private Shape shape(String name, JsonNode dims) {
      int[] lengths = new int[dims.size()];
      long size = 1;
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = (int) number(name, "length", dims.get(i), Integer.MAX_VALUE);
        size *= Math.max(lengths[i], 1);
        if (size > Integer.MAX_VALUE) {
          throw bad(
              file,
              String.format(
                  Locale.ROOT,
                  "has a tensor '%s' of shape %s; one has at most 2147483647 elements",
                  name,
                  dims));
        }
      }
      return Shape.of(lengths);
    }

    private long number(String name, String what, JsonNode node, long limit) {
      if (!node.isIntegralNumber() || !node.canConvertToLong()) {
        throw bad(file, "is corrupt: the tensor '" + name + "' has the " + what + " " + node);
      }
      long n = node.longValue();
      if (n < 0 || n > limit) {
        throw bad(file, "is corrupt: the tensor '" + name + "' has the " + what + " " + n);
      }
      return n;
    }
  }

  /** Fills a buffer up to its limit. */
  static void fill(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
  }

  private static FileException bad(Path file, String what) {
    return new FileException(file + " " + what.lines().findFirst().orElse(""));
  }
}
