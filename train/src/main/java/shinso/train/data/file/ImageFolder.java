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
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
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

  /** What the names of images end in, those included that can't be read here. */
  private static final Set<String> ENDINGS =
      Set.of(
          "", "png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "webp", "heic",
          "heif", "avif");

  private ImageFolder() {}

  /** A file that should be an image, and the number of its class. */
  private record Example(Path file, int label) {}

  /**
   * What was found below a folder.
   *
   * @param images those that could be read
   * @param files where they lie, in the same order
   * @param broken what is wrong with each file that should be an image and can't be read
   * @param others files that are no images and aren't called so, which were passed over
   */
  public record Found(
      InMemoryDataset images, List<Path> files, List<String> broken, List<Path> others) {
    /** Keeps copies. */
    public Found {
      files = List.copyOf(files);
      broken = List.copyOf(broken);
      others = List.copyOf(others);
    }
  }

  /**
   * Returns the names of the folders in a folder, which are the classes, in their order.
   *
   * @throws DataException if there is no such folder
   */
  public static List<String> classNames(Path root) {
    return children(root).stream().filter(Files::isDirectory).map(ImageFolder::name).toList();
  }

  /**
   * Returns the files below a folder that are called like images, in the order of their paths.
   *
   * @throws DataException if there are none
   */
  public static List<Path> images(Path folder) {
    List<Path> images =
        files(folder, new HashSet<>()).stream().filter(ImageFolder::isCalledImage).toList();
    if (images.isEmpty()) {
      throw new DataException(folder + ": there are no images in it");
    }
    return images;
  }

  /**
   * Reads all images below the folders in a folder as {@link #read} does, but of each the largest
   * part in its middle that has the proportions of the size, so that nothing is stretched. What
   * can't be read is returned by name.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param tolerated the share of the files called like images, 0 to 1, that may be broken
   * @throws DataException if there are no folders or no images in them, more of the files are
   *     broken, or they don't fit into the heap
   * @throws IllegalArgumentException if the size is not positive or the channels are not 1 or 3
   */
  public static Found readMiddles(
      Path root, int height, int width, int channels, Interpolation how, double tolerated) {
    ImageFile.checkSize(height, width, channels);
    Pixels all =
        pixels(
            root,
            new Size(height, width, channels),
            p -> p.withChannels(channels).middle(height, width).resize(height, width, how));
    List<String> broken = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < all.problems.length; i++) {
      Path file = all.examples.get(i).file;
      String problem = all.problems[i];
      if (problem == null) {
        files.add(file);
      } else if (isCalledImage(file)) {
        broken.add(relative(root, problem));
      } else {
        others.add(root.relativize(file));
      }
    }
    int called = files.size() + broken.size();
    if (called == 0) {
      throw new DataException(
          root + ": there are no images in its folders; put the images of each class into one");
    }
    if (files.isEmpty() || broken.size() > tolerated * called) {
      throw new DataException(
          "%s, more than may be broken; repair or remove them"
              .formatted(summary(root, broken, called)));
    }
    return new Found(dataset(all, root.toString()), files, broken, others);
  }

  private static boolean isCalledImage(Path file) {
    String name = name(file);
    int dot = name.lastIndexOf('.');
    return ENDINGS.contains(dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

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
    Pixels all =
        pixels(
            root,
            new Size(height, width, channels),
            p -> p.withChannels(channels).resize(height, width, how));
    List<String> broken =
        Stream.of(all.problems)
            .filter(Objects::nonNull)
            .map(problem -> relative(root, problem))
            .toList();
    String description = root.toString();
    if (!broken.isEmpty()) {
      int files = all.problems.length;
      String bad = summary(root, broken, files);
      if (2 * broken.size() >= files) {
        throw new DataException(
            bad + "; is it the right folder? There is to be one folder of images for each class");
      }
      LOG.warn("{}; they are left out", bad);
      description +=
          String.format(
              Locale.ROOT,
              " (%,d of %,d files left out, since they are no images that can be read)",
              broken.size(),
              files);
    }
    InMemoryDataset images = dataset(all, description);
    warnOfEmpty(root, images);
    return images;
  }

  /** The size of an image, which may be more than a tensor can have. */
  private record Size(int height, int width, int channels) {
    Shape shape() {
      return Shape.of(height, width, channels);
    }
  }

  /**
   * What the files below a folder gave.
   *
   * @param image the size of an image
   * @param names the classes
   * @param values the bytes of all images, also of those with problems
   * @param problems what is wrong with a file, null if nothing is
   */
  @SuppressWarnings("ArrayRecordComponent") // lives only while a folder is read
  private record Pixels(
      Size image,
      List<String> names,
      List<Example> examples,
      byte[] values,
      @Nullable String[] problems) {}

  private static Pixels pixels(Path root, Size image, UnaryOperator<Picture> fit) {
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
    double bytes = (double) image.height * image.width * image.channels * examples.size();
    String claim =
        String.format(
            Locale.ROOT,
            "holds %,d images that are to have %d x %d x %d values",
            examples.size(),
            image.height,
            image.width,
            image.channels);
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new DataException(
          root + ": " + claim + ", which don't fit into one array; make them smaller");
    }
    DataFile.checkFits(root, claim, (long) bytes);
    int size = image.shape().size();
    byte[] pixels = new byte[size * examples.size()];
    @Nullable String[] problems = new @Nullable String[examples.size()];
    IntStream.range(0, examples.size())
        .parallel()
        .forEach(i -> {
          try {
            float[] values = ImageFile.use(examples.get(i).file, p -> fit.apply(p).values());
            for (int j = 0; j < size; j++) {
              pixels[i * size + j] = (byte) Math.round(values[j] * 255);
            }
          } catch (DataException e) {
            problems[i] = e.getMessage();
          }
        });
    List<String> names = folders.stream().map(ImageFolder::name).toList();
    return new Pixels(image, names, examples, pixels, problems);
  }

  /** Returns the images without problems. */
  private static InMemoryDataset dataset(Pixels all, String description) {
    @Nullable String[] problems = all.problems;
    int[] good = IntStream.range(0, problems.length).filter(i -> problems[i] == null).toArray();
    int[] labels = IntStream.of(good).map(i -> all.examples.get(i).label).toArray();
    int size = all.image.shape().size();
    byte[] kept = all.values;
    if (good.length < problems.length) {
      kept = new byte[good.length * size];
      for (int i = 0; i < good.length; i++) {
        System.arraycopy(all.values, good[i] * size, kept, i * size, size);
      }
    }
    return InMemoryDataset.of(
        description,
        List.of(
            Column.bytes("image", all.image.shape(), kept),
            Column.labels("label", labels, all.names.size())),
        all.names);
  }

  /** Returns how many files are no images, and what is wrong with the first of them. */
  private static String summary(Path root, List<String> broken, int files) {
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d files are no images that can be read: %s%s",
        root,
        broken.size(),
        files,
        String.join("; ", broken.subList(0, Math.min(LISTED, broken.size()))),
        broken.size() > LISTED ? "; …" : "");
  }

  /** Returns a message about a file without the folder in front of its name. */
  private static String relative(Path root, String problem) {
    return problem.replace(root + root.getFileSystem().getSeparator(), "");
  }

  private static void warnOfEmpty(Path root, InMemoryDataset images) {
    int[] counts = images.labelCounts();
    String empty =
        IntStream.range(0, counts.length)
            .filter(c -> counts[c] == 0)
            .mapToObj(images.classNames()::get)
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
