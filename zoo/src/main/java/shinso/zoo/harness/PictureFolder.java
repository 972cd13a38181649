package shinso.zoo.harness;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.file.ImageFolder;
import shinso.train.data.file.Interpolation;
import shinso.train.file.AtomicFile;

/**
 * Photographs of the user's own, a folder for each class.
 *
 * @param root the folder with these folders
 * @param side rows and columns that the pictures are brought to
 * @param validation the share held out for validation
 * @param test the share held out for test
 * @param broken the share of the pictures that may be unreadable
 */
public record PictureFolder(Path root, int side, double validation, double test, double broken) {
  private static final Setting<Integer> SIZE =
      Setting.integer("size", "rows and columns of what the network sees", 8, 512);
  private static final Setting<Double> HELD =
      Setting.number("validation", "share held out for validation", 0.01, 0.9);
  private static final Setting<Double> TESTED =
      Setting.number("test", "share held out for test", 0.01, 0.9);
  private static final Setting<Double> UNREADABLE =
      Setting.number("broken", "share of the pictures that may be unreadable", 0, 1);

  /** How many files a note names; the run's folder has a list of all. */
  private static final int LISTED = 10;

  private static final String BROKEN = "broken-pictures.txt";

  /** Fewer can't be in all three parts. */
  private static final int FEWEST = 3;

  /** Names of parts of a data set, which are no classes. */
  private static final Set<String> PARTS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  /** Returns the settings that say how pictures are read, with their usual values. */
  public static List<Setting.Row<?>> settings() {
    return List.of(SIZE.always(32), HELD.always(0.15), TESTED.always(0.15), UNREADABLE.always(0.1));
  }

  /**
   * Returns the folder that settings describe.
   *
   * @throws UsageException if they hold everything out
   */
  public static PictureFolder of(Path root, Settings s) {
    Held.check(s.get(HELD), s.get(TESTED));
    return new PictureFolder(root, s.get(SIZE), s.get(HELD), s.get(TESTED), s.get(UNREADABLE));
  }

  /** Returns the source, whose parts follow from a seed, the classes in proportion. */
  public OwnSource source(long seed) {
    return OwnSource.of("images", root, () -> read(seed)).withInput(ImageInput.photo(side));
  }

  private OwnSource.Reading read(long seed) {
    check();
    ImageFolder.Found found =
        ImageFolder.readMiddles(root, side, side, 3, Interpolation.BILINEAR, broken);
    List<String> notes = new ArrayList<>();
    Map<String, Consumer<Path>> files = new LinkedHashMap<>();
    if (!found.broken().isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d pictures can't be read and are left out: %s",
              found.broken().size(),
              found.broken().size() + found.images().size(),
              some(found.broken(), "; ")));
      files.put(
          BROKEN,
          file ->
              AtomicFile.write(
                  file, String.join("\n", found.broken()).getBytes(StandardCharsets.UTF_8)));
    }
    if (!found.others().isEmpty()) {
      notes.add(
          "passed over, since they are no pictures: "
              + some(found.others().stream().map(Path::toString).toList(), ", "));
    }
    Set<String> nested = new TreeSet<>();
    for (Path file : found.files()) {
      Path inside = root.relativize(file);
      if (inside.getNameCount() > 2) {
        nested.add(inside.getName(0).toString());
      }
    }
    if (!nested.isEmpty()) {
      notes.add(
          "the pictures in folders within %s count as those of the outer folder"
              .formatted(some(List.copyOf(nested), ", ")));
    }
    Dataset images = withoutEmpty(found.images(), notes);
    Map<String, Integer> counts = new TreeMap<>();
    int[] each = images.labelCounts();
    IntStream.range(0, each.length).forEach(c -> counts.put(images.classNames().get(c), each[c]));
    String few =
        String.join(
            ", ",
            counts.entrySet().stream()
                .filter(c -> c.getValue() < FEWEST)
                .map(c -> c.getKey() + " (" + c.getValue() + ")")
                .toList());
    if (!few.isEmpty()) {
      throw new DataException(
          "%s: at least %d pictures of a class are needed, for training, validation and test; there are too few of %s"
              .formatted(root, FEWEST, few));
    }
    notes.add(
        0,
        "%d classes: %s"
            .formatted(
                counts.size(),
                some(
                    counts.entrySet().stream()
                        .map(c -> String.format(Locale.ROOT, "%s %,d", c.getKey(), c.getValue()))
                        .toList(),
                    ", ")));
    return new OwnSource.Reading(Split.stratified(images, validation, test, seed), notes, files);
  }

  /** Looks at the names of folders, before pictures are decoded. */
  private void check() {
    if (!Files.exists(root)) {
      throw new DataException(root + ": does not exist; is the path right?");
    }
    List<String> classes = ImageFolder.classNames(root);
    if (!classes.isEmpty()
        && classes.stream().allMatch(c -> PARTS.contains(c.toLowerCase(Locale.ROOT)))) {
      throw new DataException(
          "%s: its folders, %s, are named like parts of a data set, not like classes; give one of"
                  .formatted(root, Names.listed(classes, "and"))
              + " them, %s, whose folders are the classes"
                  .formatted(root.resolve(classes.getFirst())));
    }
    if (classes.size() == 1) {
      throw new DataException(
          "%s: has one folder only, '%s', so there is nothing to tell apart; put the pictures of each"
                  .formatted(root, classes.getFirst())
              + " class into a folder of its own");
    }
  }

  /** Leaves out the classes without pictures. */
  private Dataset withoutEmpty(InMemoryDataset images, List<String> notes) {
    int[] counts = images.labelCounts();
    int[] used = IntStream.range(0, counts.length).filter(c -> counts[c] > 0).toArray();
    if (used.length == counts.length) {
      return images;
    }
    List<String> names = IntStream.of(used).mapToObj(images.classNames()::get).toList();
    List<String> empty =
        images.classNames().stream().filter(name -> !names.contains(name)).toList();
    if (names.size() < 2) {
      throw new DataException(
          "%s: there are pictures of '%s' only, and none in %s; two classes are needed"
              .formatted(root, names.getFirst(), some(empty, ", ")));
    }
    notes.add("there are no pictures in %s; left out".formatted(some(empty, ", ")));
    int[] labels = images.labels();
    int[] position = new int[counts.length];
    Arrays.setAll(position, c -> Arrays.binarySearch(used, c));
    Tensor pixels = images.whole().getFirst();
    return InMemoryDataset.of(
        images.description(),
        List.of(
            Column.bytes("image", images.fields().getFirst().shape(), bytes(pixels)),
            Column.labels(
                "label", IntStream.of(labels).map(l -> position[l]).toArray(), names.size())),
        names);
  }

  private static byte[] bytes(Tensor pixels) {
    float[] values = pixels.toFloatArray();
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(values[i] * 255);
    }
    return bytes;
  }

  private static String some(List<String> all, String between) {
    String first = String.join(between, all.subList(0, Math.min(LISTED, all.size())));
    return all.size() > LISTED
        ? "%s%sand %,d more".formatted(first, between, all.size() - LISTED)
        : first;
  }
}
