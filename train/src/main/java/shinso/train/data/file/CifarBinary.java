package shinso.train.data.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.file.ReadLimit;

/**
 * The binary version of CIFAR-10: records of a label byte and 32 x 32 red, green and blue bytes,
 * plane after plane.
 *
 * <p>Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009), and the
 * layout on the page of the data set.
 */
public final class CifarBinary {
  /** The classes in the order of their labels. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final Logger LOG = LoggerFactory.getLogger(CifarBinary.class);

  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD = 1 + 3 * PLANE;

  private static final int ALL_TRAINING = 50_000;
  private static final int ALL_TEST = 10_000;
  private static final int BATCHES = 5;
  private static final Pattern TEST = Pattern.compile("test_batch(_first\\d+)?\\.bin(\\.gz)?");

  private CifarBinary() {}

  /**
   * Reads batch files, gzipped or plain, one after the other.
   *
   * @return fields {@code image} F32 {@code [32, 32, 3]} in 0..1 and {@code label} I32; the
   *     description lists the files with their numbers of records, and says what part of all it is
   * @param what the name of the part, such as "CIFAR-10 train"
   * @param complete the number of examples of the whole part
   * @throws DataException if there are no files, or one is missing, empty, cut off, too large or
   *     has a label that is not in 0 to 9
   */
  public static InMemoryDataset read(String what, List<Path> files, int complete) {
    if (files.isEmpty()) {
      throw new DataException(what + ": the data set is empty: there are no batch files");
    }
    List<byte[]> contents = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    int count = 0;
    ReadLimit left = DataFile.MEMORY;
    for (Path file : files) {
      byte[] content = DataFile.readAll(file, left);
      left = left.without(content.length);
      checkRecords(file, content);
      contents.add(content);
      int records = content.length / RECORD;
      count += records;
      parts.add(String.format(Locale.ROOT, "%s %,d", file.getFileName(), records));
    }
    byte[] pixels = new byte[Math.multiplyExact(count, 3 * PLANE)];
    int[] labels = new int[count];
    int n = 0;
    for (byte[] content : contents) {
      for (int at = 0; at < content.length; at += RECORD) {
        labels[n] = content[at];
        interleave(content, at + 1, pixels, n * 3 * PLANE);
        n++;
      }
    }
    String share =
        count == complete
            ? String.format(Locale.ROOT, "all %,d", complete)
            : String.format(Locale.ROOT, "PARTIAL, %,d of %,d", count, complete);
    return InMemoryDataset.of(
        "%s (%s: %s)".formatted(what, share, String.join(", ", parts)),
        List.of(
            Column.bytes("image", Shape.of(SIDE, SIDE, 3), pixels),
            Column.labels("label", labels, CLASSES.size())),
        CLASSES);
  }

  /**
   * Reads the batch files in a folder: any of {@code data_batch_1} to {@code data_batch_5}, and
   * {@code test_batch} or, where that is missing, a shortened one such as {@code
   * test_batch_first1000}; each with the ending {@code .bin} or {@code .bin.gz}. A warning is
   * logged where files are missing.
   *
   * @throws DataException if there is no training batch or no test batch, or one is damaged
   */
  public static Split readFolder(Path folder) {
    List<Path> train = findTrain(folder);
    Path test = findTest(folder);
    if (train.isEmpty() || test == null) {
      throw new DataException(
          "%s: there is no %s; put data_batch_1.bin to data_batch_5.bin and test_batch.bin there, plain or as .gz"
              .formatted(folder, train.isEmpty() ? "data_batch_*.bin" : "test_batch.bin"));
    }
    Split split =
        Split.of(
            read("CIFAR-10 train", train, ALL_TRAINING),
            read("CIFAR-10 test", List.of(test), ALL_TEST));
    if (split.train().size() != ALL_TRAINING || split.test().size() != ALL_TEST) {
      LOG.warn(
          "This is not all of CIFAR-10, so results don't compare with published ones: {}; {}",
          split.train().description(),
          split.test().description());
    }
    return split;
  }

  /** Returns whether a folder has a training batch and a test batch. */
  public static boolean isLoadable(Path folder) {
    return !findTrain(folder).isEmpty() && findTest(folder) != null;
  }

  private static List<Path> findTrain(Path folder) {
    return IntStream.rangeClosed(1, BATCHES)
        .mapToObj(i -> find(folder, "data_batch_" + i + ".bin"))
        .flatMap(Stream::ofNullable)
        .toList();
  }

  private static void checkRecords(Path file, byte[] content) {
    if (content.length == 0 || content.length % RECORD != 0) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %,d bytes are no whole number of records of %,d bytes: it is cut off or no"
                  + " CIFAR-10 batch",
              file,
              content.length,
              RECORD));
    }
    for (int at = 0; at < content.length; at += RECORD) {
      int label = content[at] & 0xFF;
      if (label >= CLASSES.size()) {
        throw new DataException(
            "%s: the label %d of record %d is not in 0 to 9; it is damaged or no CIFAR-10 batch"
                .formatted(file, label, at / RECORD));
      }
    }
  }

  /** Turns planes into pixels: {@code [3, 32, 32] -> [32, 32, 3]}. */
  private static void interleave(byte[] from, int at, byte[] to, int start) {
    for (int p = 0; p < PLANE; p++) {
      for (int c = 0; c < 3; c++) {
        to[start + 3 * p + c] = from[at + c * PLANE + p];
      }
    }
  }

  private static @Nullable Path find(Path folder, String name) {
    return Stream.of(name, name + ".gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Returns the whole test batch in a folder, or else a shortened one, or else null. */
  public static @Nullable Path findTest(Path folder) {
    Path whole = find(folder, "test_batch.bin");
    if (whole != null || !Files.isDirectory(folder)) {
      return whole;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(f -> TEST.matcher(f.getFileName().toString()).matches())
              .sorted()
              .collect(Collectors.toList());
      return found.isEmpty() ? null : found.getFirst();
    } catch (IOException e) {
      throw DataFile.unreadable(folder, e);
    }
  }
}
