package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

/** Folders of pictures as people have them. */
final class ImageFolderTest {
  @TempDir Path root;

  /** Writes an even grey picture. */
  private void picture(String name, int grey) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {grey, grey});
    assertTrue(ImageIO.write(image, "png", file.toFile()));
  }

  private void other(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Bytes.write(file, new byte[] {'a', 'b', 'c', 'd', 'e'});
  }

  private Dataset read() {
    return ImageFolder.read(root, 1, 2, 1, Interpolation.AREA);
  }

  private String error() {
    return assertThrows(DataException.class, this::read).getMessage();
  }

  /** The greys of all examples, from 0 to 255. */
  private static int[] greys(Dataset data) {
    int[] all = new int[data.size()];
    for (int i = 0; i < all.length; i++) {
      Tensor x = data.batch(new int[] {i}).getFirst();
      all[i] = Math.round(255 * x.toFloatArray()[0]);
    }
    return all;
  }

  @Test
  void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
    picture("dog/b.png", 30);
    picture("dog/a.PNG", 20);
    picture("cat/deep/deeper/z.JPG", 11);
    picture("cat/deep/y.png", 12);
    picture("cat/x.png", 13);
    Dataset data = read();
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertArrayEquals(new int[] {0, 0, 0, 1, 1}, data.labels());
    assertArrayEquals(new int[] {11, 12, 13, 20, 30}, greys(data));
    assertEquals(root.toString(), data.description());
    assertEquals(Shape.of(1, 2, 1), data.fields().getFirst().shape());
  }

  @Test
  void theOrderIsThatOfCharactersInAnyLocale() throws IOException {
    // An umlaut as one character, and one taken apart as on Apple's file system.
    for (String name :
        List.of("Zebra", "Äpfel", "apfel", "guter Hund", "O\u0308l", "Öl2", "10", "9")) {
      picture(name + "/1.png", 5);
    }
    List<String> expected =
        List.of("10", "9", "Zebra", "apfel", "guter Hund", "Äpfel", "Öl", "Öl2");
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("de", "tr", "sv", "C")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertEquals(expected, read().classNames());
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatSystemsLeaveBehindIsPassedOver() throws IOException {
    picture("cat/1.png", 1);
    picture("dog/1.png", 2);
    other(".DS_Store");
    other("README.txt");
    other("cat/.DS_Store");
    other("cat/._1.png");
    other("dog/Thumbs.db");
    other("dog/DESKTOP.INI");
    other(".git/HEAD");
    other("__MACOSX/cat/._1.png");
    other("cat/.ipynb_checkpoints/1.png");
    Dataset data = read();
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertArrayEquals(new int[] {1, 2}, greys(data));
    assertEquals(root.toString(), data.description());
  }

  @Test
  void aFewFilesThatAreNoPicturesAreLeftOutAndCounted() throws IOException {
    for (int i = 0; i < 7; i++) {
      picture("cat/" + i + ".png", i);
    }
    other("cat/3a.png");
    other("dog/labels.csv");
    picture("dog/1.png", 100);
    Files.createFile(root.resolve("dog/empty.jpg"));
    Dataset data = read();
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 100}, greys(data));
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 0, 0, 1}, data.labels());
    assertEquals(
        root + " (3 of 11 files left out, since they are no images that can be read)",
        data.description());
  }

  @Test
  void filesOfWhichMostAreNoPicturesAreAnError() throws IOException {
    picture("cat/1.png", 1);
    for (String name : List.of("cat/a.txt", "cat/b.txt", "dog/c.txt", "dog/d.txt")) {
      other(name);
    }
    String error = error();
    assertEquals(1, error.lines().count());
    assertTrue(
        error.startsWith(
            root
                + ": 4 of 5 files are no images that can be read: cat/a.txt: is not an image that"
                + " can be read: it begins with 61 62 63 64; "),
        error);
    assertTrue(error.contains("dog/c.txt: is not an image"), error);
    assertTrue(error.contains("; …; is it the right folder?"), error);
    Files.delete(root.resolve("cat/1.png"));
    assertTrue(error().startsWith(root + ": 4 of 4 files are no images"), error());
  }

  @Test
  void aClassWithoutPicturesKeepsItsNumber() throws IOException {
    picture("a/1.png", 1);
    Files.createDirectories(root.resolve("b/deep"));
    picture("c/1.png", 3);
    Dataset data = read();
    assertEquals(List.of("a", "b", "c"), data.classNames());
    assertArrayEquals(new int[] {0, 2}, data.labels());
  }

  @Test
  void linksAreFollowedButNotInCircles() throws IOException {
    picture("elsewhere/deep/1.png", 7);
    Path elsewhere = root.resolve("elsewhere");
    Path set = Files.createDirectories(root.resolve("set/cat"));
    Files.createSymbolicLink(set.resolve("up"), root.resolve("set"));
    Files.createSymbolicLink(set.resolve("here"), set);
    Files.createSymbolicLink(set.resolve("broken.png"), root.resolve("nothing.png"));
    Files.createSymbolicLink(set.resolve("more"), elsewhere.resolve("deep"));
    Files.createSymbolicLink(set.resolve("one.png"), elsewhere.resolve("deep/1.png"));
    Files.createSymbolicLink(root.resolve("set/dog"), elsewhere);
    Dataset data = ImageFolder.read(root.resolve("set"), 1, 2, 1, Interpolation.AREA);
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertArrayEquals(new int[] {0, 0, 1}, data.labels());
    assertTrue(data.description().contains("(1 of 4 files left out"), data.description());
  }

  @Test
  void foldersThatAreNoDataSetsAreNamed() throws IOException {
    assertEquals(
        root + ": there are no folders in it; put the images of each class into one", error());
    other("1.png");
    assertTrue(error().contains("there are no folders in it"));
    Files.createDirectories(root.resolve("cat"));
    assertEquals(
        root
            + ": there are no files in its folders, such as cat; put the images of each class into"
            + " one",
        error());
    Path missing = root.resolve("missing");
    assertEquals(
        missing + ": is not a folder; give the one with the classes",
        assertThrows(
                DataException.class, () -> ImageFolder.read(missing, 8, 8, 1, Interpolation.AREA))
            .getMessage());
  }

  @Test
  void moreThanFitsIsSaidBefore() throws IOException {
    picture("cat/1.png", 1);
    assertEquals(
        root
            + ": holds 1 images that are to have 50000 x 50000 x 1 values, which don't fit into one"
            + " array; make them smaller",
        assertThrows(
                DataException.class,
                () -> ImageFolder.read(root, 50_000, 50_000, 1, Interpolation.AREA))
            .getMessage());
    String message =
        assertThrows(
                DataException.class,
                () -> ImageFolder.read(root, 46_000, 46_000, 1, Interpolation.AREA))
            .getMessage();
    assertTrue(
        message.startsWith(
            root
                + ": holds 1 images that are to have 46000 x 46000 x 1 values, which take"
                + " 2,116,000,000 bytes; the limit is "),
        message);
  }

  /** A picture of 4 x 2 whose columns are 0, 80, 160 and 240. */
  private Path columns(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, 4, 2, new int[] {0, 80, 160, 240, 0, 80, 160, 240});
    assertTrue(ImageIO.write(image, "png", file.toFile()));
    return file;
  }

  @Test
  void theMiddleIsTakenOfAPictureOfOtherProportions() throws IOException {
    Path wide = columns("a/wide.png");
    assertArrayEquals(
        new float[] {80 / 255f, 160 / 255f, 80 / 255f, 160 / 255f},
        ImageFile.readMiddle(wide, 2, 2, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
    assertArrayEquals(
        new float[] {120 / 255f},
        ImageFile.readMiddle(wide, 1, 1, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
    // As wide as the size asks: nothing is cut off.
    assertArrayEquals(
        new float[] {40 / 255f, 200 / 255f},
        ImageFile.readMiddle(wide, 1, 2, 1, Interpolation.AREA).toFloatArray(),
        1e-6f);
    ImageFolder.Found found = ImageFolder.readMiddles(root, 1, 1, 1, Interpolation.AREA, 0);
    assertArrayEquals(new int[] {120}, greys(found.images()));
    assertEquals(List.of(wide), found.files());
  }

  @Test
  void brokenPicturesAreNamedAndOtherFilesPassedOver() throws IOException {
    picture("a/1.png", 10);
    picture("a/2.png", 20);
    picture("b/3.png", 30);
    other("a/broken.JPG");
    other("b/notes.txt");
    ImageFolder.Found found = ImageFolder.readMiddles(root, 1, 2, 1, Interpolation.AREA, 0.25);
    assertArrayEquals(new int[] {10, 20, 30}, greys(found.images()));
    assertEquals(1, found.broken().size());
    assertTrue(
        found.broken().getFirst().startsWith("a/broken.JPG: is not an image"),
        found.broken().toString());
    assertEquals(List.of(Path.of("b/notes.txt")), found.others());
    DataException e =
        assertThrows(
            DataException.class,
            () -> ImageFolder.readMiddles(root, 1, 2, 1, Interpolation.AREA, 0.24));
    assertTrue(
        e.getMessage().startsWith(root + ": 1 of 4 files are no images that can be read: a/broken"),
        e.getMessage());
    assertEquals(
        List.of("1.png", "2.png", "broken.JPG"),
        ImageFolder.images(root.resolve("a")).stream()
            .map(p -> p.getFileName().toString())
            .toList());
  }
}
