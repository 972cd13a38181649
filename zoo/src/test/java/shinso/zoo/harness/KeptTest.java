package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;

/** Values that a run computes once. */
final class KeptTest {
  @TempDir Path folder;

  private Tensor rates(float first) {
    Path file = folder.resolve("rates.safetensors");
    return Kept.once(file, Tensor.class, () -> Tensor.of(new float[] {first, 2, 3}, 3), true);
  }

  @Test
  void aValueIsComputedOnce() {
    assertArrayEquals(new float[] {1, 2, 3}, rates(1).toFloatArray());
    assertArrayEquals(new float[] {1, 2, 3}, rates(7).toFloatArray());
  }

  @Test
  void aValueThatWasDamagedIsFoundAndCanBeMadeAnew() throws IOException {
    assertEquals(1, rates(1).toFloatArray()[0]);
    Path file = folder.resolve("rates.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 3] ^= 4;
    Files.write(file, bytes);
    String message = assertThrows(FileException.class, () -> rates(1)).getMessage();
    assertTrue(message.startsWith(file + " is damaged: its SHA-256 is "), message);
    assertTrue(message.endsWith("; remove it and resume the run to make it anew"), message);
    Files.delete(file);
    assertArrayEquals(new float[] {7, 2, 3}, rates(7).toFloatArray());
    assertArrayEquals(new float[] {7, 2, 3}, rates(1).toFloatArray());
  }
}
