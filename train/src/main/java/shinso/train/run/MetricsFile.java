package shinso.train.run;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;

/**
 * The numbers of a run on its way, in a CSV file: a row for some steps, in the order of steps. A
 * row is in the file as soon as {@link #append} returns. For one thread at a time.
 */
public final class MetricsFile implements AutoCloseable {
  static final String STEP = "step";

  private final Path file;
  private final List<String> columns;
  private @Nullable FileChannel channel;

  private MetricsFile(Path file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /**
   * Opens a file to go on after a step; rows of later steps, which will be made again, are removed.
   *
   * @param step the last step whose row stays; 0 starts anew
   * @throws FileException if the file can't be read or written
   */
  public static MetricsFile open(Path file, long step) {
    try {
      if (step == 0) {
        Files.deleteIfExists(file);
        return new MetricsFile(file, new ArrayList<>());
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
    MetricsTable table = MetricsTable.read(file);
    List<Map<String, Double>> kept =
        table.rows().stream().filter(r -> r.getOrDefault(STEP, Double.NaN) <= step).toList();
    Set<String> used = new LinkedHashSet<>();
    // A column that only removed rows had would stand elsewhere if the run had not been stopped.
    kept.forEach(r -> used.addAll(r.keySet()));
    List<String> columns = table.columns().stream().filter(used::contains).toList();
    MetricsFile metrics = new MetricsFile(file, new ArrayList<>(columns));
    if (!columns.isEmpty()) {
      metrics.rewrite(kept);
    }
    return metrics;
  }

  /**
   * Appends what is known at a step; a number of a new name adds a column.
   *
   * @throws FileException if that fails, say because the disk is full
   */
  public void append(long step, Map<String, Double> numbers) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put(STEP, (double) step);
    row.putAll(numbers);
    List<String> added = row.keySet().stream().filter(c -> !columns.contains(c)).toList();
    try {
      if (!added.isEmpty()) {
        close();
        List<Map<String, Double>> rows = new ArrayList<>(MetricsTable.read(file).rows());
        rows.add(row);
        columns.addAll(added);
        rewrite(rows);
      } else {
        FileChannel out = open();
        ByteBuffer line = ByteBuffer.wrap(line(columns, row).getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          out.write(line);
        }
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }

  /**
   * Makes what was appended survive a power failure.
   *
   * @throws FileException if that fails
   */
  public void sync() {
    try {
      if (channel != null) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
    } catch (IOException e) {
      throw FileException.writing(file, e);
    }
  }

  private FileChannel open() throws IOException {
    FileChannel c = channel;
    if (c == null) {
      c = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      channel = c;
    }
    return c;
  }

  private void rewrite(List<Map<String, Double>> rows) {
    StringBuilder text = new StringBuilder(csv(columns));
    rows.forEach(r -> text.append(line(columns, r)));
    AtomicFile.write(file, text.toString());
  }

  static String line(List<String> columns, Map<String, Double> row) {
    return csv(columns.stream().map(c -> text(c, row.get(c))).toList());
  }

  private static String text(String column, @Nullable Double value) {
    if (value == null) {
      return "";
    }
    // Seven digits are what F32 arithmetic has, and stay readable.
    return column.equals(STEP)
        ? Long.toString(value.longValue())
        : Float.toString(value.floatValue()).replace(".0E", "E").replaceFirst("\\.0$", "");
  }

  static String csv(List<String> fields) {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      writer.writeRecord(fields);
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory takes everything", e);
    }
    return text.toString();
  }
}
