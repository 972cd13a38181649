package shinso.train.data.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The texts of one column, about as large in memory as in the file: the bytes of {@value #BLOCK}
 * rows make one array. Strings of their own would take ten times as much.
 *
 * <p>A text begins with a byte that says what it is: below 0x80 the only, ASCII, character; below
 * 0xFF the number of bytes that follow, plus 0x80; else that number follows in four bytes.
 */
final class TextColumn {
  static final int BLOCK = 64;

  private static final int SHORT = 0x80;
  private static final int LONG = 0xFF;

  private final List<byte[]> blocks = new ArrayList<>();
  private byte[] open = new byte[BLOCK];
  private int used;
  private int rows;

  void add(String text) {
    if (text.length() == 1 && text.charAt(0) < SHORT) {
      reserve(1);
      open[used++] = (byte) text.charAt(0);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int length = bytes.length;
      reserve(length + 5);
      if (length < LONG - SHORT) {
        open[used++] = (byte) (SHORT + length);
      } else {
        open[used++] = (byte) LONG;
        for (int shift = 24; shift >= 0; shift -= 8) {
          open[used++] = (byte) (length >> shift);
        }
      }
      System.arraycopy(bytes, 0, open, used, length);
      used += length;
    }
    if (++rows % BLOCK == 0) {
      close();
    }
  }

  /** Says that nothing more is added. */
  void finish() {
    if (used > 0) {
      close();
    }
    open = new byte[0];
  }

  private void reserve(int more) {
    if (open.length - used < more) {
      open = Arrays.copyOf(open, Math.max(2 * open.length, Math.addExact(used, more)));
    }
  }

  private void close() {
    blocks.add(Arrays.copyOf(open, used));
    used = 0;
  }

  /** Returns a reader of texts, fast where rows are asked for in ascending order. */
  Cursor cursor() {
    return new Cursor(blocks);
  }

  /** Walks over the texts of a finished column; for one thread. */
  static final class Cursor {
    private final List<byte[]> blocks;
    private byte[] bytes = {};
    private int block = -1;
    private int row;
    private int at;

    private Cursor(List<byte[]> blocks) {
      this.blocks = blocks;
    }

    String text(int wanted) {
      if (wanted / BLOCK != block || wanted < row) {
        block = wanted / BLOCK;
        bytes = blocks.get(block);
        row = block * BLOCK;
        at = 0;
      }
      for (; row < wanted; row++) {
        at = begin() + length();
      }
      return new String(bytes, begin(), length(), StandardCharsets.UTF_8);
    }

    /** Returns where the bytes of the present text begin. */
    private int begin() {
      int tag = bytes[at] & 0xFF;
      return tag < SHORT ? at : tag < LONG ? at + 1 : at + 5;
    }

    private int length() {
      int tag = bytes[at] & 0xFF;
      if (tag < SHORT) {
        return 1;
      }
      if (tag < LONG) {
        return tag - SHORT;
      }
      int length = 0;
      for (int i = 1; i <= 4; i++) {
        length = length << 8 | bytes[at + i] & 0xFF;
      }
      return length;
    }
  }
}
