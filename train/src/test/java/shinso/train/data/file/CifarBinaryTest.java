package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;

final class CifarBinaryTest {
  private static final int RECORD = 3073;

  @TempDir Path folder;

  /** Record i has this label; pixel p of plane c is (p + 50 c + i) mod 256. */
  private static byte[] records(int... labels) {
    byte[] b = new byte[labels.length * RECORD];
    for (int i = 0; i < labels.length; i++) {
      b[i * RECORD] = (byte) labels[i];
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 1024; p++) {
          b[i * RECORD + 1 + 1024 * c + p] = (byte) (p + 50 * c + i);
        }
      }
    }
    return b;
  }

  private Path file(String name, byte[] content) {
    return Bytes.write(folder.resolve(name), content);
  }

  @Test
  void planesBecomeChannels() {
    Path one = file("a.bin", records(3, 9));
    Path two = file("b.bin", Bytes.gzip(records(0)));
    Dataset data = CifarBinary.read("CIFAR-10 train", List.of(one, two), 50_000);
    assertEquals(3, data.size());
    assertArrayEquals(new int[] {3, 9, 0}, data.labels());
    Tensor image = data.batch(new int[] {1}).getFirst();
    assertEquals(Shape.of(1, 32, 32, 3), image.shape());
    float[] x = image.toFloatArray();
    for (int p : new int[] {0, 1, 33, 1023}) {
      for (int c = 0; c < 3; c++) {
        assertEquals(((p + 50 * c + 1) & 0xFF) / 255f, x[3 * p + c]);
      }
    }
    assertEquals("CIFAR-10 train (PARTIAL, 3 of 50,000: a.bin 2, b.bin 1)", data.description());
    assertEquals("truck", data.classNames().get(9));
  }

  @Test
  void aSetThatIsCompleteSaysSo() {
    Dataset data = CifarBinary.read("x", List.of(file("a.bin", records(1, 2))), 2);
    assertEquals("x (all 2: a.bin 2)", data.description());
  }

  @Test
  void aFolderMayHaveSomeOfTheBatches() {
    file("data_batch_4.bin", records(4));
    file("data_batch_2.bin.gz", Bytes.gzip(records(2, 2)));
    file("test_batch_first3.bin.gz", Bytes.gzip(records(7, 8, 9)));
    file("batches.meta.txt", new byte[] {'x'});
    assertTrue(CifarBinary.isLoadable(folder));
    Split split = CifarBinary.readFolder(folder);
    assertArrayEquals(new int[] {2, 2, 4}, split.train().labels());
    assertArrayEquals(new int[] {7, 8, 9}, split.test().labels());
    assertEquals(
        "CIFAR-10 train (PARTIAL, 3 of 50,000: data_batch_2.bin.gz 2, data_batch_4.bin 1)",
        split.train().description());
    assertEquals(
        "CIFAR-10 test (PARTIAL, 3 of 10,000: test_batch_first3.bin.gz 3)",
        split.test().description());
  }

  @Test
  void theWholeTestBatchIsPreferredToAShortenedOne() {
    file("data_batch_1.bin", records(1));
    file("test_batch_first1.bin", records(5));
    file("test_batch.bin.gz", Bytes.gzip(records(6, 6)));
    assertArrayEquals(new int[] {6, 6}, CifarBinary.readFolder(folder).test().labels());
  }

  @Test
  void aFolderWithoutBatchesIsNamed() {
    assertFalse(CifarBinary.isLoadable(folder));
    assertTrue(error().startsWith(folder + ": there is no data_batch_*.bin; put "), error());
    file("data_batch_1.bin", records(1));
    assertTrue(error().startsWith(folder + ": there is no test_batch.bin; put "), error());
    Path missing = folder.resolve("missing");
    assertThrows(DataException.class, () -> CifarBinary.readFolder(missing));
    assertFalse(CifarBinary.isLoadable(missing));
  }

  private String error() {
    return assertThrows(DataException.class, () -> CifarBinary.readFolder(folder)).getMessage();
  }

  @Test
  void damagedBatchesAreNamed() {
    Path cut = file("cut.bin", Arrays.copyOf(records(1, 2), 5000));
    assertEquals(
        cut
            + ": 5,000 bytes are no whole number of records of 3,073 bytes: it is cut off or no"
            + " CIFAR-10 batch",
        error(cut));
    Path label = file("label.bin", records(1, 2, 10));
    assertEquals(
        label + ": the label 10 of record 2 is not in 0 to 9; it is damaged or no CIFAR-10 batch",
        error(label));
    Path empty = file("empty.bin", new byte[0]);
    assertEquals(empty + ": is empty (0 bytes); download or copy it again", error(empty));
    Path emptyInside = file("empty.bin.gz", Bytes.gzip(new byte[0]));
    assertTrue(error(emptyInside).contains("0 bytes are no whole number"));
    byte[] zipped = Bytes.gzip(records(1, 2));
    Path cutZip = file("cut.bin.gz", Arrays.copyOf(zipped, zipped.length / 2));
    assertEquals(cutZip + ": is cut off; download or copy it again", error(cutZip));
    assertThrows(DataException.class, () -> CifarBinary.read("x", List.of(), 10));
  }

  private static String error(Path file) {
    return assertThrows(DataException.class, () -> CifarBinary.read("x", List.of(file), 10))
        .getMessage();
  }
}
