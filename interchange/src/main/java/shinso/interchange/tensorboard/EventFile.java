package shinso.interchange.tensorboard;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shinso.interchange.proto.Message;
import shinso.train.file.FileException;

/**
 * A file of TensorBoard's, to which events are added. Times are seconds since 1970; a step is any
 * number that grows. For one thread at a time.
 *
 * <pre>{@code
 * try (EventFile events = EventFile.create(Path.of("logs/first"), "mine")) {
 *   events.scalar("loss/train", 100, 0.25, System.currentTimeMillis() / 1e3);
 * }
 * }</pre>
 */
public final class EventFile implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String SECONDS = "seconds";
  private static final Pattern NUMBERED = Pattern.compile(Pattern.quote(PREFIX) + "(\\d{10})\\..*");

  private final Path path;
  private final FileChannel channel;
  private boolean begun;

  private EventFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes a new file in a folder, which is made if need be. It is read after those that are there
   * already: its name is {@code events.out.tfevents.<number>.<name>}.
   *
   * @param name the end of the file's name
   * @throws IllegalArgumentException if the name has anything but letters, digits, {@code . _ -}
   * @throws FileException if the file can't be made
   */
  public static EventFile create(Path folder, String name) {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(
          "the name of an event file has letters, digits and . _ - only, not '" + name + "'");
    }
    try {
      Files.createDirectories(folder);
      for (long number = last(folder) + 1; ; number++) {
        Path path = folder.resolve(String.format(Locale.ROOT, "%s%010d.%s", PREFIX, number, name));
        try {
          return new EventFile(
              path,
              FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException _) {
          // Somebody else took the number just now.
        }
      }
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
  }

  /** Returns the largest number in the names of a folder's event files, whoever wrote them. */
  private static long last(Path folder) throws IOException {
    long last = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path file : files) {
        Matcher name = NUMBERED.matcher(file.getFileName().toString());
        if (name.matches()) {
          last = Math.max(last, Long.parseLong(name.group(1)));
        }
      }
    }
    return last;
  }

  /** Returns where the file is. */
  public Path path() {
    return path;
  }

  /**
   * Returns the tag of a metric: {@code loss/validation} for {@code validation.loss}. TensorBoard
   * puts charts with equal beginnings beside one another: a metric on all sets.
   */
  public static String tag(String metric) {
    int dot = metric.indexOf('.');
    return dot < 0 ? metric : metric.substring(dot + 1) + "/" + metric.substring(0, dot);
  }

  /**
   * Says that what follows begins at a step: TensorBoard forgets what earlier files of the folder
   * have of this step and later ones.
   *
   * @throws FileException if that can't be written
   */
  public void restart(long step, double wallSeconds) {
    int start = 1;
    add(event(step, wallSeconds).message(7, new Message().integer(1, start)), wallSeconds);
  }

  /**
   * Adds a number; it is kept in single precision, which may be infinite or NaN.
   *
   * @throws FileException if that can't be written
   */
  public void scalar(String tag, long step, double value, double wallSeconds) {
    scalars(step, Map.of(tag, value), wallSeconds);
  }

  /**
   * Adds the numbers of a step, by tags.
   *
   * @throws FileException if that can't be written
   */
  public void scalars(long step, Map<String, Double> values, double wallSeconds) {
    Message summary = new Message();
    values.forEach((tag, value) ->
        summary.message(1, new Message().text(1, tag).number(2, value.floatValue())));
    add(event(step, wallSeconds).message(5, summary), wallSeconds);
  }

  /**
   * Adds the numbers of a step of a training, by the names of metrics: each has its {@link #tag},
   * and the seconds spent are left out, since every event has a time.
   *
   * @throws FileException if that can't be written
   */
  public void metrics(long step, Map<String, Double> numbers, double wallSeconds) {
    Map<String, Double> tagged = new LinkedHashMap<>();
    numbers.forEach((name, value) -> {
      if (!name.equals(SECONDS)) {
        tagged.put(tag(name), value);
      }
    });
    scalars(step, tagged, wallSeconds);
  }

  /**
   * Adds a picture.
   *
   * @param png the picture as a PNG file
   * @throws IllegalArgumentException if it is none
   * @throws FileException if that can't be written
   */
  public void picture(String tag, long step, byte[] png, double wallSeconds) {
    add(tag, step, new Message().message(4, Pngs.image(png)), wallSeconds);
  }

  /**
   * Adds a text in Markdown.
   *
   * @throws FileException if that can't be written
   */
  public void text(String tag, long step, String markdown, double wallSeconds) {
    int tensorClass = 2;
    int string = 7;
    Message metadata =
        new Message().message(1, new Message().text(1, "text")).integer(4, tensorClass);
    Message tensor = new Message().integer(1, string).message(2, new Message()).text(8, markdown);
    add(tag, step, new Message().message(9, metadata).message(8, tensor), wallSeconds);
  }

  /**
   * Adds the distribution of some values; values that are infinite or NaN are left out, and nothing
   * is added if there are no others.
   *
   * @throws FileException if that can't be written
   */
  public void histogram(String tag, long step, double[] values, double wallSeconds) {
    Message histogram = Histograms.of(values);
    if (histogram != null) {
      add(tag, step, new Message().message(5, histogram), wallSeconds);
    }
  }

  private void add(String tag, long step, Message value, double wallSeconds) {
    Message tagged = new Message().text(1, tag).with(value);
    add(event(step, wallSeconds).message(5, new Message().message(1, tagged)), wallSeconds);
  }

  private static Message event(long step, double wallSeconds) {
    return new Message().number(1, wallSeconds).integer(2, step);
  }

  private void add(Message event, double wallSeconds) {
    try {
      if (!begun) {
        Message writer = new Message().text(1, "shinso");
        // The time of the first event is that at which TensorBoard says that the run began.
        put(new Message().number(1, wallSeconds).text(3, "brain.Event:2").message(10, writer));
        begun = true;
      }
      put(event);
    } catch (IOException e) {
      throw FileException.writing(path, e);
    }
  }

  private void put(Message event) throws IOException {
    ByteString content = event.toBytes();
    ByteBuffer record = Records.record(content);
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  /**
   * Closes the file.
   *
   * @throws FileException if that fails
   */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileException.writing(path, e);
    }
  }
}
