package shinso.verify.readers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes as disks, networks, editors and enemies do. */
final class Damage {
  /** Numbers that lengths and counts are set to. */
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x1_0000,
    0xFF_FFFF,
    0x100_0000,
    0x2000_0000,
    0x7FFF_FFF0,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFF_FFFFL,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** What texts are replaced by. */
  private static final List<String> TEXTS =
      List.of(
          "-1",
          "0",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999999",
          "1e999",
          "1.5",
          "NaN",
          "-Infinity",
          "null",
          "true",
          "\"",
          "\"\"",
          "\\",
          "\\ud800",
          "{}",
          "[]",
          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
          "{\"a\":",
          ",",
          ";",
          "\n",
          "\r\n",
          "\u0000",
          "\uFEFF",
          "../x",
          "/",
          "ä");

  private final Random random;
  private byte[] bytes;

  private Damage(Random random, byte[] bytes) {
    this.random = random;
    this.bytes = bytes;
  }

  /**
   * Returns a sample with one to eight changes.
   *
   * @param other another sample of the same kind, whose parts may get into it
   */
  static byte[] of(Random random, byte[] sample, byte[] other) {
    Damage damage = new Damage(random, sample.clone());
    do {
      damage.change(other);
    } while (random.nextInt(3) > 0 && random.nextInt(8) > 0);
    return damage.bytes;
  }

  private void change(byte[] other) {
    switch (random.nextInt(13)) {
      case 0, 1 -> flip();
      case 2 -> set();
      case 3, 4, 5 -> number();
      case 6 -> bytes = Arrays.copyOf(bytes, position());
      case 7 -> duplicate();
      case 8 -> delete();
      case 9 -> insert();
      case 10, 11 -> text();
      default -> splice(other);
    }
  }

  /** Returns a position from 0 to the length, often near the beginning where headers are. */
  private int position() {
    int near = random.nextBoolean() ? 64 : bytes.length;
    return random.nextInt(Math.min(near, bytes.length) + 1);
  }

  /** Returns a number of bytes from a position on, mostly a small one. */
  private int length(int from) {
    int most = bytes.length - from;
    int length = random.nextInt(4) == 0 ? most : 16;
    return random.nextInt(Math.min(length, most) + 1);
  }

  private void flip() {
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      bytes[Math.min(position(), bytes.length - 1)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private void set() {
    int from = position();
    int to = from + length(from);
    if (random.nextBoolean()) {
      Arrays.fill(bytes, from, to, (byte) EXTREMES[random.nextInt(7)]);
    } else {
      for (int i = from; i < to; i++) {
        bytes[i] = (byte) random.nextInt();
      }
    }
  }

  private void number() {
    int width = 1 << random.nextInt(4);
    if (bytes.length < width) {
      return;
    }
    int at = Math.min(position(), bytes.length - width);
    long n = EXTREMES[random.nextInt(EXTREMES.length)] + (random.nextInt(4) == 0 ? 1 : 0);
    ByteBuffer to = ByteBuffer.wrap(bytes);
    to.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    switch (width) {
      case 1 -> to.put(at, (byte) n);
      case 2 -> to.putShort(at, (short) n);
      case 4 -> to.putInt(at, (int) n);
      default -> to.putLong(at, n);
    }
  }

  private void duplicate() {
    int from = position();
    byte[] block = Arrays.copyOfRange(bytes, from, from + length(from));
    int times = random.nextInt(10) == 0 ? 50 : 1;
    for (int i = 0; i < times && bytes.length < 100_000; i++) {
      replace(from, from, block);
    }
  }

  private void delete() {
    int from = position();
    replace(from, from + length(from), new byte[0]);
  }

  private void insert() {
    byte[] block = new byte[random.nextInt(16)];
    random.nextBytes(block);
    int at = position();
    replace(at, at, block);
  }

  /** Replaces a run of digits, or any few bytes, by something that means something to parsers. */
  private void text() {
    byte[] text = TEXTS.get(random.nextInt(TEXTS.size())).getBytes(StandardCharsets.UTF_8);
    int from = random.nextInt(bytes.length + 1);
    int to = from;
    if (random.nextBoolean()) {
      while (from < bytes.length && !isDigit(from)) {
        from++;
      }
      to = from;
      while (to < bytes.length && isDigit(to)) {
        to++;
      }
    } else {
      to = from + length(from);
    }
    replace(from, to, text);
  }

  private boolean isDigit(int at) {
    return bytes[at] >= '0' && bytes[at] <= '9';
  }

  private void splice(byte[] other) {
    int at = position();
    int from = Math.min(at, other.length);
    replace(at, bytes.length, Arrays.copyOfRange(other, from, other.length));
  }

  private void replace(int from, int to, byte[] by) {
    byte[] all = new byte[from + by.length + bytes.length - to];
    System.arraycopy(bytes, 0, all, 0, from);
    System.arraycopy(by, 0, all, from, by.length);
    System.arraycopy(bytes, to, all, from + by.length, bytes.length - to);
    bytes = all;
  }
}
