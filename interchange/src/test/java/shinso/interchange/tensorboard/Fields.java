package shinso.interchange.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a message as they lie in it, read by the rules of protobuf's encoding. */
record Fields(Map<Integer, List<Object>> all) {
  static Fields of(byte[] bytes) throws IOException {
    Map<Integer, List<Object>> all = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Object value =
          switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> in.readInt64();
            case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
            case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
            default -> in.readByteArray();
          };
      all.computeIfAbsent(WireFormat.getTagFieldNumber(tag), f -> new ArrayList<>()).add(value);
    }
    return new Fields(all);
  }

  private Object get(int field, int index) {
    return all.getOrDefault(field, List.of()).get(index);
  }

  byte[] bytes(int field) {
    return (byte[]) get(field, 0);
  }

  String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  double number(int field) {
    return (Double) get(field, 0);
  }

  float single(int field) {
    return (Float) get(field, 0);
  }

  long integer(int field) {
    return (Long) get(field, 0);
  }

  Fields message(int field) throws IOException {
    return message(field, 0);
  }

  Fields message(int field, int index) throws IOException {
    return of((byte[]) get(field, index));
  }

  double[] packed(int field) {
    double[] values = new double[bytes(field).length / 8];
    ByteBuffer.wrap(bytes(field)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }
}
