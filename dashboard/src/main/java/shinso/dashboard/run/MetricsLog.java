package shinso.dashboard.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/**
 * A {@code metrics.csv} that may be growing: what was read is kept as columns of numbers, and only
 * what has been added since is read again. A last line without its end is left for the next time.
 */
final class MetricsLog {
  private static final int WINDOW = 1 << 16;

  /** So many bytes tell that what was read is still there: systems use a file's number again. */
  private static final int TAIL = 256;

  private final Path file;
  private List<String> names = List.of();
  private List<Numbers> columns = List.of();
  private @Nullable Object key;
  private long size;
  private long read;
  private int rows;
  private byte[] tail = {};

  MetricsLog(Path file) {
    this.file = file;
  }

  /** Numbers of a column, NaN where there is none. */
  static final class Numbers {
    private double[] values = new double[64];

    private void set(int row, double value) {
      if (row == values.length) {
        values = Arrays.copyOf(values, 2 * row);
      }
      values[row] = value;
    }

    double get(int row) {
      return values[row];
    }
  }

  /**
   * Reads what was added.
   *
   * @return whether anything was
   * @throws FileException if the file is no table of numbers
   */
  boolean update() {
    int before = rows;
    boolean isOther = false;
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      boolean isKnown = now.fileKey() != null && now.fileKey().equals(key);
      if (isKnown && now.size() == size) {
        return false;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        // A table that got a further column, or goes on after a checkpoint, is another file.
        isOther = !isKnown || !Arrays.equals(tail, bytes(channel, read - tail.length, read));
        if (isOther) {
          forget();
        }
        key = now.fileKey();
        size = now.size();
        readFrom(channel, read);
      }
      return isOther || rows != before;
    } catch (NoSuchFileException e) {
      forget();
      return before > 0;
    } catch (CsvParseException e) {
      forget();
      throw new FileException(file + " is no table of metrics: it is not CSV with equal rows", e);
    } catch (IOException e) {
      forget();
      throw FileException.reading(file, e);
    }
  }

  private void forget() {
    names = List.of();
    columns = List.of();
    key = null;
    size = 0;
    read = 0;
    rows = 0;
    tail = new byte[0];
  }

  private void readFrom(FileChannel channel, long start) throws IOException {
    long end = endOfLines(channel, start);
    if (end <= start) {
      return;
    }
    channel.position(start);
    Reader text =
        new InputStreamReader(
            new Part(Channels.newInputStream(channel), end - start), StandardCharsets.UTF_8);
    try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(text)) {
      for (CsvRecord line : csv) {
        if (names.isEmpty()) {
          header(line.getFields());
        } else {
          row(line);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    // Closing the reader has closed the channel.
    try (FileChannel again = FileChannel.open(file, StandardOpenOption.READ)) {
      tail = bytes(again, Math.max(0, end - TAIL), end);
    }
    read = end;
  }

  private static byte[] bytes(FileChannel channel, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        break;
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private void header(List<String> fields) {
    if (!fields.getFirst().equals("step")) {
      throw new FileException(file + " is no table of metrics: its first column is not 'step'");
    }
    names = List.copyOf(fields);
    List<Numbers> fresh = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fresh.add(new Numbers());
    }
    columns = fresh;
  }

  private void row(CsvRecord line) {
    for (int i = 0; i < columns.size(); i++) {
      String field = i < line.getFieldCount() ? line.getField(i) : "";
      columns.get(i).set(rows, field.isEmpty() ? Double.NaN : number(field));
    }
    rows++;
  }

  private double number(String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      throw new FileException(file + " is no table of metrics: '" + field + "' is no number", e);
    }
  }

  /** Returns the position behind the last line that is complete. */
  private static long endOfLines(FileChannel channel, long start) throws IOException {
    long end = channel.size();
    while (end > start) {
      long from = Math.max(start, end - WINDOW);
      byte[] window = bytes(channel, from, end);
      for (int i = window.length - 1; i >= 0; i--) {
        if (window[i] == '\n') {
          return from + i + 1;
        }
      }
      end = from;
    }
    return start;
  }

  /** So many bytes of a stream. */
  private static final class Part extends FilterInputStream {
    private long left;

    Part(InputStream in, long left) {
      super(in);
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      if (left <= 0) {
        return -1;
      }
      left--;
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, n);
      return n;
    }
  }

  /** Returns the names of the columns, {@code step} first. */
  List<String> names() {
    return names;
  }

  /** Returns the numbers of a column. */
  Numbers column(int index) {
    return columns.get(index);
  }

  /** Returns the column of a name, null if there is none. */
  @Nullable Numbers column(String name) {
    int index = names.indexOf(name);
    return index < 0 ? null : columns.get(index);
  }

  int rows() {
    return rows;
  }
}
