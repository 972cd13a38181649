package shinso.interchange.tensorboard;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import shinso.interchange.proto.Message;

/** Pictures as TensorBoard has them: a PNG file, and what its header says. */
final class Pngs {
  private static final byte[] SIGNATURE = {(byte) 137, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final int WIDTH = 16;
  private static final int HEIGHT = 20;
  private static final int COLOUR_TYPE = 25;
  private static final int HEADER = 33;

  private Pngs() {}

  /** Returns the message {@code Summary.Image}. */
  static Message image(byte[] png) {
    if (png.length < HEADER || !Arrays.equals(png, 0, SIGNATURE.length, SIGNATURE, 0, 8)) {
      throw new IllegalArgumentException("the picture is no PNG file");
    }
    ByteBuffer header = ByteBuffer.wrap(png);
    int channels =
        switch (header.get(COLOUR_TYPE)) {
          case 0 -> 1;
          case 4 -> 2;
          case 6 -> 4;
          default -> 3;
        };
    return new Message()
        .integer(1, header.getInt(HEIGHT))
        .integer(2, header.getInt(WIDTH))
        .integer(3, channels)
        .bytes(4, ByteString.copyFrom(png));
  }
}
