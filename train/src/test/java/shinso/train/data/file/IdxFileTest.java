package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;

final class IdxFileTest {
  private static final List<String> THREE = List.of("a", "b", "c");

  @TempDir Path folder;

  private Path file(String name, byte[] content) {
    return Bytes.write(folder.resolve(name), content);
  }

  private String error(byte[] content) {
    Path file = file("bad", content);
    return message(file, assertThrows(DataException.class, () -> IdxFile.read(file)));
  }

  /** Returns the message without the path, with which it begins. */
  private static String message(Path file, DataException e) {
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    return e.getMessage().substring((file + ": ").length());
  }

  @Test
  void allElementTypesAreRead() {
    byte[] bytes = {0, 127, -128, -1};
    IdxFile unsigned = IdxFile.read(file("u", Bytes.idx(0x08, new int[] {2, 2}, bytes)));
    assertEquals(IdxFile.Type.UINT8, unsigned.type());
    assertEquals(Shape.of(2, 2), unsigned.shape());
    assertArrayEquals(new int[] {0, 127, 128, 255}, unsigned.toIntArray());
    assertArrayEquals(new float[] {0, 127, 128, 255}, unsigned.toFloatArray());

    IdxFile signed = IdxFile.read(file("s", Bytes.idx(0x09, new int[] {4}, bytes)));
    assertArrayEquals(new int[] {0, 127, -128, -1}, signed.toIntArray());

    byte[] shorts = ByteBuffer.allocate(4).putShort((short) -2).putShort((short) 300).array();
    assertArrayEquals(
        new int[] {-2, 300},
        IdxFile.read(file("h", Bytes.idx(0x0B, new int[] {2}, shorts))).toIntArray());

    byte[] ints = ByteBuffer.allocate(8).putInt(-2).putInt(70_000).array();
    IdxFile integers = IdxFile.read(file("i", Bytes.idx(0x0C, new int[] {2}, ints)));
    assertArrayEquals(new int[] {-2, 70_000}, integers.toIntArray());
    assertArrayEquals(new float[] {-2, 70_000}, integers.toFloatArray());

    byte[] floats = ByteBuffer.allocate(8).putFloat(-1.5f).putFloat(1e20f).array();
    assertArrayEquals(
        new float[] {-1.5f, 1e20f},
        IdxFile.read(file("f", Bytes.idx(0x0D, new int[] {1, 2}, floats))).toFloatArray());

    byte[] doubles = ByteBuffer.allocate(16).putDouble(0.1).putDouble(-3).array();
    IdxFile d = IdxFile.read(file("d", Bytes.idx(0x0E, new int[] {2}, doubles)));
    assertArrayEquals(new float[] {0.1f, -3}, d.toFloatArray());
    assertThrows(DataException.class, d::toIntArray);
  }

  @Test
  void imagesAndLabelsAreReadPlainAndGzipped() {
    byte[] images =
        Bytes.idx(
            0x08,
            new int[] {3, 1, 2},
            (byte) 0,
            (byte) 51,
            (byte) 102,
            (byte) 153,
            (byte) 204,
            (byte) -1);
    byte[] labels = Bytes.idx(0x08, new int[] {3}, (byte) 2, (byte) 0, (byte) 1);
    for (boolean zip : new boolean[] {false, true}) {
      // The name says nothing: only the content counts.
      Path x = file(zip ? "x" : "x.gz", zip ? Bytes.gzip(images) : images);
      Path t = file(zip ? "t" : "t.gz", zip ? Bytes.gzip(labels) : labels);
      Dataset data = IdxFile.readImages(x, t, THREE);
      assertEquals(3, data.size());
      assertEquals(THREE, data.classNames());
      assertEquals(x.toString(), data.description());
      List<Tensor> batch = data.batch(new int[] {2, 0});
      assertEquals(Shape.of(2, 1, 2, 1), batch.get(0).shape());
      assertArrayEquals(new float[] {0.8f, 1, 0, 0.2f}, batch.get(0).toFloatArray());
      assertArrayEquals(new int[] {1, 2}, batch.get(1).toIntArray());
    }
  }

  @Test
  void imagesMayHaveColoursAndBeFloats() {
    byte[] floats = new byte[2 * 1 * 1 * 3 * 4];
    ByteBuffer.wrap(floats).putFloat(20, 0.5f);
    Path x = file("x", Bytes.idx(0x0D, new int[] {2, 1, 1, 3}, floats));
    Path t = file("t", Bytes.idx(0x08, new int[] {2}, (byte) 0, (byte) 1));
    Dataset data = IdxFile.readImages(x, t, THREE);
    assertEquals(Shape.of(1, 1, 3), data.fields().getFirst().shape());
    assertArrayEquals(
        new float[] {0, 0, 0.5f}, data.batch(new int[] {1}).getFirst().toFloatArray());
    ByteBuffer.wrap(floats).putFloat(4, Float.NaN);
    Path nan = file("nan", Bytes.idx(0x0D, new int[] {2, 1, 1, 3}, floats));
    String message =
        assertThrows(DataException.class, () -> IdxFile.readImages(nan, t, THREE)).getMessage();
    assertEquals(
        "image: element 1 of example 0 is NaN; remove the example or fill the value in", message);
  }

  @Test
  void filesThatAreNoIdxAreNamed() {
    assertEquals("is empty (0 bytes); download or copy it again", error(new byte[0]));
    assertEquals(
        "is not an IDX file: it begins with 89 50 4e 47; is it the right file?",
        error(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}));
    assertEquals(
        "is not an IDX file: it begins with 00 00; is it the right file?", error(new byte[2]));
    assertEquals(
        "is not an IDX file: it begins with 00 00 0a 01; is it the right file?",
        error(new byte[] {0, 0, 0x0A, 1, 0, 0, 0, 0}));
  }

  @Test
  void filesThatAreCutOffOrTooLongAreNamed() {
    byte[] whole = Bytes.idx(0x08, new int[] {2, 3}, new byte[6]);
    assertEquals(
        "is cut off within its header; download or copy it again", error(Arrays.copyOf(whole, 9)));
    assertEquals(
        "its header says 2 x 3 unsigned bytes (6 bytes), but it is cut off after 5; download or"
            + " copy it again",
        error(Arrays.copyOf(whole, whole.length - 1)));
    assertEquals(
        "its header says 2 x 3 unsigned bytes (6 bytes), but there is more; download or copy it"
            + " again",
        error(Arrays.copyOf(whole, whole.length + 1)));
    byte[] zipped = Bytes.gzip(whole);
    assertEquals(
        "is cut off; download or copy it again", error(Arrays.copyOf(zipped, zipped.length - 4)));
    zipped[zipped.length - 7]++;
    String message = error(zipped);
    assertTrue(message.startsWith("is damaged ("), message);
  }

  @Test
  void aDamagedHeaderTakesNoMemory() {
    assertEquals(
        "its header says an array of 4294967295 x 2 unsigned bytes, which is damaged or too large"
            + " for one file",
        error(Bytes.idx(0x08, new int[] {-1, 2})));
    assertEquals(
        "its header says an array of 65536 x 65536 64-bit floats, which is damaged or too large for"
            + " one file",
        error(Bytes.idx(0x0E, new int[] {65536, 65536})));
    assertEquals(
        "its header says 900000000 unsigned bytes (900,000,000 bytes), but it is cut off after 0;"
            + " download or copy it again",
        error(Bytes.idx(0x08, new int[] {900_000_000})));
    String message = error(Bytes.idx(0x08, new int[] {2_000_000_000}));
    assertTrue(
        message.startsWith(
            "its header says 2000000000 unsigned bytes, which take 2,000,000,000 bytes; the limit"
                + " is "),
        message);
    assertTrue(message.endsWith("; give it more, such as SHINSO_JAVA_OPTS=-Xmx8g"), message);
  }

  @Test
  void filesThatDoNotBelongTogetherAreNamed() {
    Path x = file("x", Bytes.idx(0x08, new int[] {3, 1, 1}, new byte[3]));
    Path two = file("two", Bytes.idx(0x08, new int[] {2}, new byte[2]));
    assertEquals(
        x + " has 3 images, but " + two + " has 2 labels; take both files from the same set",
        readError(x, two));
    assertTrue(readError(two, two).contains("are images and labels exchanged?"));
    assertTrue(readError(x, x).contains("are images and labels exchanged?"));
  }

  @Test
  void labelsOutOfRangeAreNamed() {
    Path x = file("x", Bytes.idx(0x08, new int[] {3, 1, 1}, new byte[3]));
    Path t = file("t", Bytes.idx(0x08, new int[] {3}, (byte) 2, (byte) 3, (byte) 200));
    assertEquals(
        t + ": the label 3 at position 1 is not in 0 to 2; is it the right file?", readError(x, t));
  }

  @Test
  void anEmptySetIsNamed() {
    Path x = file("x", Bytes.idx(0x08, new int[] {0, 28, 28}));
    Path t = file("t", Bytes.idx(0x08, new int[] {0}));
    assertEquals(x + ": the data set is empty: its shape is [0, 28, 28]", readError(x, t));
  }

  @Test
  void filesThatAreNotThereAreNamed() {
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": does not exist; is the path right?",
        assertThrows(DataException.class, () -> IdxFile.read(missing)).getMessage());
    assertEquals(
        folder + ": is a folder, not a file; give a file in it",
        assertThrows(DataException.class, () -> IdxFile.read(folder)).getMessage());
  }

  private static String readError(Path images, Path labels) {
    return assertThrows(DataException.class, () -> IdxFile.readImages(images, labels, THREE))
        .getMessage();
  }
}
