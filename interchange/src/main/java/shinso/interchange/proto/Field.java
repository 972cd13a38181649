package shinso.interchange.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A field of a message as it lies in its bytes.
 *
 * @param number the number of the field
 * @param wireType how it is stored
 * @param bits an integer, or the bits of a number
 * @param bytes what is stored with its length; empty for others
 */
public record Field(int number, int wireType, long bits, ByteString bytes) {
  /**
   * Returns the fields of a message in their order; those whose bytes are asked for share the
   * message's.
   *
   * @throws InvalidProtocolBufferException if that is no message, or cut off
   */
  public static List<Field> of(ByteString message) throws InvalidProtocolBufferException {
    List<Field> fields = new ArrayList<>();
    CodedInputStream in = message.newCodedInput();
    in.enableAliasing(true);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int number = WireFormat.getTagFieldNumber(tag);
        int type = WireFormat.getTagWireType(tag);
        switch (type) {
          case WireFormat.WIRETYPE_VARINT ->
              fields.add(new Field(number, type, in.readRawVarint64(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_FIXED64 ->
              fields.add(new Field(number, type, in.readRawLittleEndian64(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_FIXED32 ->
              fields.add(new Field(number, type, in.readRawLittleEndian32(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
              fields.add(new Field(number, type, 0, in.readBytes()));
          default -> in.skipField(tag);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory gives everything", e);
    }
    return fields;
  }

  /**
   * Returns the fields of the message that this is.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public List<Field> message() throws InvalidProtocolBufferException {
    return of(content());
  }

  /**
   * Returns the text that this is; what is no UTF-8 becomes replacement characters.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public String text() throws InvalidProtocolBufferException {
    return content().toStringUtf8();
  }

  /**
   * Returns the bytes that this is.
   *
   * @throws InvalidProtocolBufferException if it is a number
   */
  public ByteString content() throws InvalidProtocolBufferException {
    require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
    return bytes;
  }

  /**
   * Returns the integer that this is.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public long integer() throws InvalidProtocolBufferException {
    require(WireFormat.WIRETYPE_VARINT);
    return bits;
  }

  /**
   * Returns the float that this is.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  public float single() throws InvalidProtocolBufferException {
    require(WireFormat.WIRETYPE_FIXED32);
    return Float.intBitsToFloat((int) bits);
  }

  /**
   * Returns the integers that this is, one or several.
   *
   * @throws InvalidProtocolBufferException if it is something else
   */
  public List<Long> integers() throws InvalidProtocolBufferException {
    if (wireType == WireFormat.WIRETYPE_VARINT) {
      return List.of(bits);
    }
    List<Long> values = new ArrayList<>();
    CodedInputStream in = content().newCodedInput();
    try {
      while (!in.isAtEnd()) {
        values.add(in.readRawVarint64());
      }
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory gives everything", e);
    }
    return values;
  }

  private void require(int type) throws InvalidProtocolBufferException {
    if (wireType != type) {
      throw new InvalidProtocolBufferException("the field " + number + " is of another type");
    }
  }
}
