package shinso.train.data.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.tensor.Shape;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.InMemoryDataset;

/** Folders of images, one a class: {@code cats/1.png}, {@code dogs/1.png}. */
public final class ImageFolder {
  /** What file managers leave behind. */
  private static final Set<String> LITTER = Set.of("thumbs.db", "desktop.ini");

  private ImageFolder() {}

  /**
   * Reads all images below the folders in a folder. The classes are the folders in the order of
   * their names; within a class the images come in the order of their paths. Names that begin with
   * a dot are passed over.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @return fields {@code image} F32 {@code [height, width, channels]} in 0..1, kept as bytes, and
   *     {@code label} I32
   * @throws DataException if there are no folders, one has no images, or a file is no image
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
    List<Path> files = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    for (int c = 0; c < folders.size(); c++) {
      List<Path> images = images(folders.get(c));
      if (images.isEmpty()) {
        throw new DataException(
            folders.get(c) + ": there are no images in it; add some, or delete the folder");
      }
      files.addAll(images);
      for (int i = 0; i < images.size(); i++) {
        owners.add(c);
      }
    }
    int size = height * width * channels;
    if ((long) size * files.size() > Integer.MAX_VALUE - 8) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %,d images of %d x %d x %d don't fit into one array; make them smaller",
              root,
              files.size(),
              height,
              width,
              channels));
    }
    byte[] pixels = new byte[files.size() * size];
    IntStream.range(0, files.size())
        .parallel()
        .forEach(i -> {
          Picture p = ImageFile.picture(files.get(i)).withChannels(channels);
          float[] values = p.resize(height, width, how).values();
          for (int j = 0; j < size; j++) {
            pixels[i * size + j] = (byte) Math.round(values[j] * 255);
          }
        });
    List<String> names = folders.stream().map(f -> f.getFileName().toString()).toList();
    int[] labels = owners.stream().mapToInt(Integer::intValue).toArray();
    return InMemoryDataset.of(
        root.toString(),
        List.of(
            Column.bytes("image", Shape.of(height, width, channels), pixels),
            Column.labels("label", labels, names.size())),
        names);
  }

  private static List<Path> images(Path folder) {
    List<Path> images = new ArrayList<>();
    for (Path p : children(folder)) {
      if (Files.isDirectory(p)) {
        images.addAll(images(p));
      } else {
        images.add(p);
      }
    }
    return images;
  }

  /** Returns what is in a folder and not hidden, in the order of names. */
  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + ": is not a folder; give the one with the classes");
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(p -> !isLitter(p.getFileName().toString())).sorted().toList();
    } catch (IOException e) {
      throw DataFile.unreadable(folder, e);
    }
  }

  private static boolean isLitter(String name) {
    return name.startsWith(".") || LITTER.contains(name.toLowerCase(Locale.ROOT));
  }
}
