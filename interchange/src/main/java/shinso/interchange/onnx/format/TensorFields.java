package shinso.interchange.onnx.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.interchange.proto.Field;
import shinso.train.file.FileException;
import shinso.train.file.ReadLimit;

/**
 * The fields of a {@code TensorProto}, whose elements may stand in one of six places, one of them
 * another file beside this one.
 */
final class TensorFields {
  private static final int EXTERNAL = 1;

  private final Path file;
  private final List<Long> dims = new ArrayList<>();
  private final Map<String, String> external = new HashMap<>();
  private long type;
  private long location;
  private String name = "";
  private ByteString raw = ByteString.EMPTY;
  private ByteString words = ByteString.EMPTY;
  private final List<Long> integers = new ArrayList<>();
  private boolean isSegment;

  TensorFields(Path file) {
    this.file = file;
  }

  void take(Field f) throws InvalidProtocolBufferException {
    switch (f.number()) {
      case 1 -> dims.addAll(f.integers());
      case 2 -> type = f.integer();
      case 3 -> isSegment = true;
      // Packed floats and doubles lie as raw ones do; those that aren't packed come one by one.
      case 4, 10 -> words = words.concat(f.wireType() == 2 ? f.content() : bits(f));
      case 5, 7, 11 -> integers.addAll(f.integers());
      case 8 -> name = f.text();
      case 9 -> raw = f.content();
      case 13 -> {
        String key = "";
        String value = "";
        for (Field pair : f.message()) {
          if (pair.number() == 1) {
            key = pair.text();
          } else if (pair.number() == 2) {
            value = pair.text();
          }
        }
        external.put(key, value);
      }
      case 14 -> location = f.integer();
      default -> {}
    }
  }

  private static ByteString bits(Field f) {
    int bytes = f.wireType() == 5 ? Float.BYTES : Double.BYTES;
    ByteBuffer b = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes == Float.BYTES) {
      b.putInt((int) f.bits());
    } else {
      b.putLong(f.bits());
    }
    return ByteString.copyFrom(b.array());
  }

  String name() {
    return name;
  }

  TensorData build() {
    ElementType t = ElementType.of(type);
    if (t == null || isSegment) {
      throw bad("is of a type that can't be read, " + type);
    }
    long size = 1;
    for (long dim : dims) {
      if (dim < 0 || (size != 0 && dim > Integer.MAX_VALUE / size)) {
        throw bad("has the shape " + dims + ", which no tensor can have");
      }
      size *= dim;
    }
    long needed = size * t.bytes();
    ByteString bytes;
    if (location == EXTERNAL) {
      bytes = read(needed);
    } else if (!raw.isEmpty()) {
      bytes = raw;
    } else if (!words.isEmpty()) {
      bytes = words;
    } else {
      bytes = packed(t, size);
    }
    if (bytes.size() != needed) {
      throw bad(
          String.format(
              Locale.ROOT,
              "has %d bytes, but %s%s takes %d; the file is damaged",
              bytes.size(),
              t,
              dims,
              needed));
    }
    return new TensorData(t, dims, bytes);
  }

  private ByteString packed(ElementType t, long size) {
    if (integers.size() != size) {
      throw bad("has " + integers.size() + " elements, not " + size + "; the file is damaged");
    }
    ByteBuffer b =
        ByteBuffer.allocate(Math.multiplyExact((int) size, t.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long value : integers) {
      switch (t.bytes()) {
        case 1 -> b.put((byte) value);
        case 2 -> b.putShort((short) value);
        case 4 -> b.putInt((int) value);
        default -> b.putLong(value);
      }
    }
    return ByteString.copyFrom(b.array());
  }

  /** Reads elements that stand in another file, which must lie beside this one. */
  private ByteString read(long needed) {
    String place = external.getOrDefault("location", "");
    Path beside = beside(place);
    long offset = number("offset");
    if (needed > ReadLimit.ofHeap(3).bytes()) {
      throw bad("has more than " + ReadLimit.ofHeap(3).text());
    }
    try (FileChannel channel = FileChannel.open(beside)) {
      if (offset < 0 || offset > channel.size() - needed) {
        throw bad(
            String.format(
                Locale.ROOT,
                "lies at %d to %d of %s, which has %d bytes",
                offset,
                offset + needed,
                beside,
                channel.size()));
      }
      ByteBuffer b = ByteBuffer.allocate((int) needed);
      while (b.hasRemaining() && channel.read(b, offset + b.position()) >= 0) {
        // Until all is there.
      }
      return ByteString.copyFrom(b.array());
    } catch (IOException e) {
      throw FileException.reading(beside, e);
    }
  }

  private Path beside(String place) {
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      Path beside = folder == null ? null : folder.resolve(place).normalize();
      if (!place.isEmpty() && beside != null && beside.startsWith(folder)) {
        return beside;
      }
    } catch (InvalidPathException e) {
      // It is named below.
    }
    throw bad(
        "lies in the file '%s', which is not beside this one".formatted(ModelReader.shown(place)));
  }

  private long number(String key) {
    String text = external.getOrDefault(key, "0");
    if (!text.matches("\\d{1,18}")) {
      throw bad("has the " + key + " '" + ModelReader.shown(text) + "'");
    }
    return Long.parseLong(text);
  }

  private FileException bad(String what) {
    return new FileException(
        "%s: the tensor '%s' %s".formatted(file, ModelReader.shown(name), what));
  }
}
