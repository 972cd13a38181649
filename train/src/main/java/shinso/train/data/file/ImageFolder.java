package shinso.train.data.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

/** Folders of images, one a class: {@code cats/1.png}, {@code dogs/1.png}. */
public final class ImageFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);

  /** What file managers and archives from other systems leave behind. */
  private static final Set<String> LITTER =
      Set.of("thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "@eadir");

  /** How many files a message names before it only counts. */
  private static final int LISTED = 3;

  private ImageFolder() {}

  /** A file that should be an image, and the number of its class. */
  private record Example(Path file, int label) {}

  /**
   * Reads all images below the folders in a folder, through links. The classes are the folders in
   * the order of their names, character by character in any locale, also those without images;
   * within a class the images come in the order of their paths. Names that begin with a dot and
   * what file managers leave behind are passed over.
   *
   * <p>Files that can't be read as images are left out if they are fewer than the others: a line of
   * the log and the description count them.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @return fields {@code image} F32 {@code [height, width, channels]} in 0..1, kept as bytes, and
   *     {@code label} I32
   * @throws DataException if there are no folders or no files in them, half of the files or more
   *     are no images, or they don't fit into the heap
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static InMemoryDataset read(
      Path root, int height, int width, int channels, Interpolation how) {
    ImageFile.checkSize(height, width, channels);
    List<Path> folders = children(root).stream().filter(Files::isDirectory).toList();
    if (folders.isEmpty()) {
      throw new DataException(
          root + ": there are no folders in it; put the images of each class into one");
    }
    List<Example> examples = new ArrayList<>();
    for (int c = 0; c < folders.size(); c++) {
      int label = c;
      files(folders.get(c), new HashSet<>(Set.of(real(root))))
          .forEach(file -> examples.add(new Example(file, label)));
    }
    if (examples.isEmpty()) {
      throw new DataException(
          "%s: there are no files in its folders, such as %s; put the images of each class into one"
              .formatted(root, folders.getFirst().getFileName()));
    }
    // In doubles, which don't overflow.
    double bytes = (double) height * width * channels * examples.size();
    String claim =
        String.format(
            Locale.ROOT,
            "holds %,d images that are to have %d x %d x %d values",
            examples.size(),
            height,
            width,
            channels);
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new DataException(
          root + ": " + claim + ", which don't fit into one array; make them smaller");
    }
    DataFile.checkFits(root, claim, (long) bytes);
    int size = height * width * channels;
    byte[] pixels = new byte[size * examples.size()];
    @Nullable String[] problems = new @Nullable String[examples.size()];
    IntStream.range(0, examples.size())
        .parallel()
        .forEach(i -> {
          try {
            float[] values =
                ImageFile.use(
                    examples.get(i).file,
                    p -> p.withChannels(channels).resize(height, width, how).values());
            for (int j = 0; j < size; j++) {
              pixels[i * size + j] = (byte) Math.round(values[j] * 255);
            }
          } catch (DataException e) {
            problems[i] = e.getMessage();
          }
        });
    List<String> names = folders.stream().map(ImageFolder::name).toList();
    return dataset(root, Shape.of(height, width, channels), names, examples, pixels, problems);
  }

  private static InMemoryDataset dataset(
      Path root,
      Shape image,
      List<String> names,
      List<Example> examples,
      byte[] pixels,
      @Nullable String[] problems) {
    int[] good = IntStream.range(0, problems.length).filter(i -> problems[i] == null).toArray();
    String description = root.toString();
    if (good.length < problems.length) {
      String bad = summary(root, problems, problems.length - good.length);
      if (2 * good.length <= problems.length) {
        throw new DataException(
            bad + "; is it the right folder? There is to be one folder of images for each class");
      }
      LOG.warn("{}; they are left out", bad);
      description +=
          String.format(
              Locale.ROOT,
              " (%,d of %,d files left out, since they are no images that can be read)",
              problems.length - good.length,
              problems.length);
    }
    int[] labels = IntStream.of(good).map(i -> examples.get(i).label).toArray();
    warnOfEmpty(root, names, labels);
    int size = image.size();
    byte[] kept = pixels;
    if (good.length < problems.length) {
      kept = new byte[good.length * size];
      for (int i = 0; i < good.length; i++) {
        System.arraycopy(pixels, good[i] * size, kept, i * size, size);
      }
    }
    return InMemoryDataset.of(
        description,
        List.of(Column.bytes("image", image, kept), Column.labels("label", labels, names.size())),
        names);
  }

  /** Returns how many files are no images, and what is wrong with the first of them. */
  private static String summary(Path root, @Nullable String[] problems, int count) {
    List<String> first = new ArrayList<>();
    for (String problem : problems) {
      if (problem != null && first.size() < LISTED) {
        first.add(problem.replace(root + root.getFileSystem().getSeparator(), ""));
      }
    }
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d files are no images that can be read: %s%s",
        root,
        count,
        problems.length,
        String.join("; ", first),
        count > LISTED ? "; …" : "");
  }

  private static void warnOfEmpty(Path root, List<String> names, int[] labels) {
    Set<Integer> used = IntStream.of(labels).boxed().collect(Collectors.toSet());
    String empty =
        IntStream.range(0, names.size())
            .filter(c -> !used.contains(c))
            .mapToObj(names::get)
            .collect(Collectors.joining(", "));
    if (!empty.isEmpty()) {
      LOG.warn("{}: there are no images of {}; the class stays without examples", root, empty);
    }
  }

  /**
   * Returns the files below a folder.
   *
   * @param above the folders that it lies in, to which a link may lead back
   */
  private static List<Path> files(Path folder, Set<Path> above) {
    List<Path> files = new ArrayList<>();
    Path real = real(folder);
    if (!above.add(real)) {
      return files;
    }
    for (Path p : children(folder)) {
      if (Files.isDirectory(p)) {
        files.addAll(files(p, above));
      } else {
        files.add(p);
      }
    }
    above.remove(real);
    return files;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw DataFile.unreadable(folder, e);
    }
  }

  /** Returns what is in a folder and not hidden, in the order of names. */
  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + ": is not a folder; give the one with the classes");
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> !isLitter(p.getFileName().toString()))
          .sorted(Comparator.comparing(ImageFolder::name).thenComparing(Path::toString))
          .toList();
    } catch (IOException e) {
      throw DataFile.unreadable(folder, e);
    }
  }

  /** Returns a name with each letter as one character: Apple's file system takes umlauts apart. */
  private static String name(Path file) {
    return Normalizer.normalize(file.getFileName().toString(), Normalizer.Form.NFC);
  }

  private static boolean isLitter(String name) {
    return name.startsWith(".") || LITTER.contains(name.toLowerCase(Locale.ROOT));
  }
}
