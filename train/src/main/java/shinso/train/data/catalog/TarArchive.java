package shinso.train.data.catalog;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import shinso.train.data.DataException;
import shinso.train.file.AtomicFile;

/**
 * Unpacks tar archives (POSIX ustar): 512-byte headers, each followed by the content of a file,
 * filled up to 512 bytes.
 */
public final class TarArchive {
  private static final int BLOCK = 512;

  // Where the fields of a header begin, and how long they are.
  private static final int NAME = 0;
  private static final int NAME_LENGTH = 100;
  private static final int SIZE = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int SUM = 148;
  private static final int SUM_LENGTH = 8;
  private static final int TYPE = 156;
  private static final int PREFIX = 345;
  private static final int PREFIX_LENGTH = 155;

  private TarArchive() {}

  /**
   * Writes the regular files of an archive into one folder, without the folders they are in there.
   *
   * @param what names the archive in messages
   * @param most the most bytes that its files may have together
   * @throws DataException if the archive is cut off or damaged, its files are larger, or a name
   *     leads out of the folder
   * @throws IOException if the archive can't be read
   */
  public static List<Path> unpack(String what, InputStream in, Path folder, long most)
      throws IOException {
    List<Path> files = new ArrayList<>();
    long left = most;
    while (true) {
      byte[] header = in.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        throw cutOff(what);
      }
      if (isZero(header)) {
        return files;
      }
      checkSum(what, header);
      String name = name(header);
      long size = octal(what, header, SIZE, SIZE_LENGTH);
      if (size > left) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: '%s' claims %,d bytes, more than the %,d that all its files may have; the"
                    + " archive is not to be trusted",
                what,
                name,
                size,
                most));
      }
      left -= size;
      long padding = Math.floorMod(-size, BLOCK);
      byte type = header[TYPE];
      if (type == '0' || type == 0) {
        Path target = folder.resolve(fileName(what, name));
        AtomicFile.write(target, size, out -> copy(what, in, size, out));
        skip(what, in, padding);
        files.add(target);
      } else if (type == '5') {
        // A folder: files get no folders here.
        skip(what, in, size + padding);
      } else {
        throw new DataException(
            "%s: '%s' is neither a file nor a folder (type '%c'); it can't be unpacked here"
                .formatted(what, name, (char) type));
      }
    }
  }

  /** Returns the last part of a path that stays inside of the archive. */
  private static String fileName(String what, String path) {
    String[] parts = path.split("/", -1);
    String last = parts[parts.length - 1];
    boolean climbs = Arrays.asList(parts).contains("..");
    if (climbs
        || path.startsWith("/")
        || last.isEmpty()
        || last.equals(".")
        || path.contains("\\")
        || path.contains(":")) {
      throw new DataException(
          "%s: the name '%s' leads out of the folder; the archive is not to be trusted"
              .formatted(what, path));
    }
    return last;
  }

  private static void skip(String what, InputStream in, long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw cutOff(what);
    }
  }

  private static DataException cutOff(String what) {
    return new DataException(what + ": the archive is cut off; delete it and get it again");
  }

  private static void copy(String what, InputStream in, long size, WritableByteChannel out)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = size;
    while (left > 0) {
      int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      if (count == 0) {
        throw cutOff(what);
      }
      out.write(ByteBuffer.wrap(buffer, 0, count));
      left -= count;
    }
  }

  /** The sum of the header's bytes, those of the sum itself counting as blanks. */
  private static void checkSum(String what, byte[] header) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= SUM && i < SUM + SUM_LENGTH ? ' ' : header[i] & 0xFF;
    }
    if (sum != octal(what, header, SUM, SUM_LENGTH)) {
      throw new DataException(
          what + ": the archive is damaged, or no tar archive; delete it and get it again");
    }
  }

  private static String name(byte[] header) {
    String name = text(header, NAME, NAME_LENGTH);
    String prefix = text(header, PREFIX, PREFIX_LENGTH);
    boolean posix = text(header, 257, 5).equals("ustar");
    return posix && !prefix.isEmpty() ? prefix + "/" + name : name;
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  private static long octal(String what, byte[] header, int from, int length) {
    String digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new DataException(
          what + ": the archive is damaged, or no tar archive; delete it and get it again");
    }
    return Long.parseLong(digits, 8);
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
