package shinso.interchange.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A message that is being written: its fields by their numbers, in the order in which they are put.
 * Bytes that are put are not copied.
 */
public final class Message {
  /** What is put besides bytes: fits into a small buffer. */
  @FunctionalInterface
  private interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final List<ByteString> parts = new ArrayList<>();

  /** Puts a text. */
  public Message text(int field, String value) {
    return bytes(field, ByteString.copyFromUtf8(value));
  }

  /** Puts an integer of any of the types that are stored with their value alone, or an enum. */
  public Message integer(int field, long value) {
    return put(out -> out.writeInt64(field, value));
  }

  /** Puts a double. */
  public Message number(int field, double value) {
    return put(out -> out.writeDouble(field, value));
  }

  /** Puts a float. */
  public Message number(int field, float value) {
    return put(out -> out.writeFloat(field, value));
  }

  /** Puts doubles, packed. */
  public Message numbers(int field, double... values) {
    return packed(
        field,
        DoubleStream.of(values).mapToObj(x -> (Field) out -> out.writeDoubleNoTag(x)).toList());
  }

  /** Puts integers, packed. */
  public Message integers(int field, long... values) {
    return packed(
        field, LongStream.of(values).mapToObj(x -> (Field) out -> out.writeInt64NoTag(x)).toList());
  }

  /** Puts bytes. */
  public Message bytes(int field, ByteString value) {
    put(out -> {
      out.writeTag(field, 2);
      out.writeUInt32NoTag(value.size());
    });
    parts.add(value);
    return this;
  }

  /** Puts a message. */
  public Message message(int field, Message value) {
    return bytes(field, value.toBytes());
  }

  /** Puts all fields of another message. */
  public Message with(Message other) {
    parts.addAll(other.parts);
    return this;
  }

  private Message packed(int field, List<Field> values) {
    return bytes(field, written(values));
  }

  private Message put(Field field) {
    parts.add(written(List.of(field)));
    return this;
  }

  private static ByteString written(List<Field> fields) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Field field : fields) {
        field.writeTo(out);
      }
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    }
    return bytes.toByteString();
  }

  /** Returns the message as bytes. */
  public ByteString toBytes() {
    return ByteString.copyFrom(parts);
  }
}
