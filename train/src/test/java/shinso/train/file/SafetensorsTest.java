package shinso.train.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class SafetensorsTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("x.safetensors");
  }

  private static Map<String, Tensor> sample() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("layers.1.weight", Tensor.of(new float[] {1.5f, -0f, Float.NaN, 3e-42f}, 2, 2));
    tensors.put("step", Tensor.scalar(7));
    tensors.put("precise", Tensor.of(new double[] {Math.PI, Double.NEGATIVE_INFINITY}));
    tensors.put("empty", Tensor.owning(new float[0], Shape.of(3, 0)));
    tensors.put("größe \"q\"", Tensor.of(new int[] {Integer.MIN_VALUE, 5, -1}, 3, 1));
    return tensors;
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Map<String, Tensor> tensors = sample();
    Map<String, String> metadata = Map.of("recipe", "digits\n\"ä\"");
    String sha = Safetensors.write(file, tensors, metadata);
    Safetensors.Contents back = Safetensors.read(file);
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(back.tensors().keySet()));
    tensors.forEach((name, t) -> assertSame(name, t, back.tensor(name)));
    assertEquals(metadata, back.metadata());
    assertEquals(sha, back.sha256());
    assertEquals(sha, sha256(Files.readAllBytes(file)));
  }

  @Test
  void large() {
    float[] values = new float[300_007];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    String sha = Safetensors.write(file, Map.of("x", Tensor.of(values)), Map.of());
    Safetensors.Contents back = Safetensors.read(file);
    assertArrayEquals(values, back.tensor("x").toFloatArray());
    assertEquals(sha, back.sha256());
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.of(new float[] {1}, 1));
    tensors.put("a", Tensor.of(new double[] {-2}));
    Safetensors.write(file, tensors, Map.of("k", "v"));
    String json =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
            + "\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
    int length = (8 + json.length() + 63) / 64 * 64 - 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + length + 12).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(expected.array(), (byte) ' ');
    expected.putLong(length).put(json.getBytes(StandardCharsets.UTF_8));
    expected.position(8 + length).putDouble(-2).putFloat(1);
    assertArrayEquals(expected.array(), Files.readAllBytes(file));
  }

  @Test
  void sameContentGivesSameBytes() throws IOException {
    Safetensors.write(file, sample(), Map.of("a", "b"));
    byte[] first = Files.readAllBytes(file);
    Safetensors.write(file, sample(), Map.of("a", "b"));
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void otherTypesAreConverted() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(-5).putLong(2_000_000_000);
    data.putInt(3_000_000);
    data.putShort(Float.floatToFloat16(0.333f)).putShort((short) 0x7c00);
    data.putShort((short) 0x3fc0).putShort((short) 0xff80);
    data.putShort((short) -2).putShort((short) -2);
    data.put((byte) 200).put((byte) 200).put((byte) 1);
    write(
        "{\"i64\":"
            + entry("I64", "2", 0, 16)
            + ",\"u32\":"
            + entry("U32", "1", 16, 20)
            + ",\"f16\":"
            + entry("F16", "2", 20, 24)
            + ",\"bf16\":"
            + entry("BF16", "2", 24, 28)
            + ",\"i16\":"
            + entry("I16", "1", 28, 30)
            + ",\"u16\":"
            + entry("U16", "1", 30, 32)
            + ",\"u8\":"
            + entry("U8", "1", 32, 33)
            + ",\"i8\":"
            + entry("I8", "1", 33, 34)
            + ",\"bool\":"
            + entry("BOOL", "", 34, 35)
            + "}",
        Arrays.copyOf(data.array(), data.position()));
    Safetensors.Contents t = Safetensors.read(file);
    assertArrayEquals(new int[] {-5, 2_000_000_000}, t.tensor("i64").toIntArray());
    assertArrayEquals(new int[] {3_000_000}, t.tensor("u32").toIntArray());
    assertEquals(0.333f, t.tensor("f16").toFloatArray()[0], 1e-4f);
    assertEquals(Float.POSITIVE_INFINITY, t.tensor("f16").toFloatArray()[1]);
    assertArrayEquals(new float[] {1.5f, Float.NEGATIVE_INFINITY}, t.tensor("bf16").toFloatArray());
    assertArrayEquals(new int[] {-2}, t.tensor("i16").toIntArray());
    assertArrayEquals(new int[] {65534}, t.tensor("u16").toIntArray());
    assertArrayEquals(new int[] {200}, t.tensor("u8").toIntArray());
    assertArrayEquals(new int[] {-56}, t.tensor("i8").toIntArray());
    assertArrayEquals(new int[] {1}, t.tensor("bool").toIntArray());
    assertEquals(Shape.SCALAR, t.tensor("bool").shape());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "I64|8589934592|element 0 is 8589934592, too large for an I32",
        "U64|-1|element 0 is 18446744073709551615, too large for an I32"
      })
  void integersThatDontFit(String type, long value, String message) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    write("{\"big\":" + entry(type, "1", 0, 8) + "}", data.array());
    assertEquals(file + ": tensor 'big': " + message, problem());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|4|is no safetensors file: its header is not JSON",
        "{\"a\":1}|4|is corrupt: the tensor 'a' lacks dtype, shape or data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}|4"
            + "|is corrupt: the tensor 'a' lacks dtype, shape or data_offsets",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}|4"
            + "|has a tensor 'a' of type F8_E4M3, which can't be read; convert it to F32",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|4"
            + "|is corrupt: the tensor 'a' has the length -1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}|4"
            + "|is corrupt: the tensor 'a' has the length 1.5",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|4"
            + "|is corrupt: the tensor 'a' F32[2] takes 8 bytes, but lies at 0 to 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|4"
            + "|is corrupt: the tensor 'a' F32[1] takes 4 bytes, but lies at 4 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}|4"
            + "|is corrupt: the tensor 'a' has the offset -4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}|4"
            + "|is corrupt: the tensor 'a' has the offset 99999999999999999999",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,4]}}|4"
            + "|has a tensor 'a' of shape [65536,65536]; one has at most 2147483647 elements",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|4"
            + "|is truncated: its tensors have 8 bytes, 4 are there",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|7"
            + "|is corrupt: there are 3 bytes behind its last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8"
            + "|is corrupt: the tensor 'a' begins at byte 4, a gap after byte 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8"
            + "|is corrupt: the tensor 'b' begins at byte 4, but the one before ends at byte 8",
        "{\"__metadata__\":3}|0|is corrupt: __metadata__ is not an object",
        "{\"__metadata__\":{\"k\":3}}|0|is corrupt: the metadata 'k' is not a text"
      })
  void violations(String json, int dataBytes, String message) throws IOException {
    write(json, new byte[dataBytes]);
    assertEquals(file + " " + message, problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":",
        "{\"a\":{}}{}",
        "{\"a\":1,\"a\":1}",
        "{\"a\" 1}",
        "{",
        "{\"__metadata__\":{},}"
      })
  void brokenJson(String json) throws IOException {
    write(json + " ", new byte[0]);
    assertTrue(
        problem().startsWith(file + " is corrupt: its header is not valid JSON: "), problem());
    assertEquals(1, problem().lines().count());
  }

  @Test
  void deeplyNestedJson() throws IOException {
    write("{\"a\":" + "[".repeat(100_000), new byte[0]);
    assertTrue(problem().startsWith(file + " is corrupt: its header is not valid JSON"), problem());
  }

  @Test
  void noFileFolderAndShortFiles() throws IOException {
    assertEquals("can't read " + file + ": there is no such file or folder", problem());
    Files.write(file, new byte[0]);
    assertEquals(file + " is no safetensors file: it has only 0 bytes", problem());
    Files.write(file, new byte[9]);
    assertEquals(file + " is no safetensors file: it has only 9 bytes", problem());
    Files.write(file, new byte[100]);
    assertEquals(file + " is no safetensors file: a header of 0 bytes", problem());
    Files.write(file, "P6\n640 480\n255\n123456".getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        file + " is no safetensors file: a header of 3756055090030065232 bytes", problem());
    FileException e = assertThrows(FileException.class, () -> Safetensors.read(folder));
    assertTrue(e.getMessage().startsWith("can't read " + folder), e.getMessage());
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    Safetensors.write(file, sample(), Map.of("a", "b"));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      String message = problem();
      assertTrue(
          message.contains("is truncated: ") || message.contains("it has only "),
          length + " of " + whole.length + " bytes: " + message);
    }
  }

  @Test
  void flippedBytesGiveTheClearExceptionOrAFile() throws IOException {
    long seed = 20260117;
    Random random = new Random(seed);
    Safetensors.write(file, sample(), Map.of("a", "b"));
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
      byte[] broken = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        // Most of the structure lies in the first bytes, which a uniform choice would often miss.
        int at = random.nextInt(random.nextInt(4) == 0 ? 16 : broken.length);
        broken[at] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, broken);
      try {
        Safetensors.Contents read = Safetensors.read(file);
        assertEquals(sha256(broken), read.sha256());
      } catch (FileException e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round + ": " + e, e);
      }
    }
    assertTrue(refused > 300, "only " + refused + " of 1000 files were refused");
  }

  @Test
  void reservedName() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Safetensors.write(file, Map.of("__metadata__", Tensor.scalar(1)), Map.of()));
  }

  private String problem() {
    return assertThrows(FileException.class, () -> Safetensors.read(file)).getMessage();
  }

  private void write(String json, byte[] data) throws IOException {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + head.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(head.length).put(head).put(data).array());
  }

  private static String entry(String type, String dims, int begin, int end) {
    return String.format(
        Locale.ROOT,
        "{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}",
        type,
        dims,
        begin,
        end);
  }

  private static void assertSame(String name, Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape(), name);
    assertEquals(expected.dtype(), actual.dtype(), name);
    if (expected.dtype() == DType.F32) {
      // Bit patterns: negative zero and subnormal numbers count.
      float[] e = expected.toFloatArray();
      float[] a = actual.toFloatArray();
      for (int i = 0; i < e.length; i++) {
        assertEquals(Float.floatToRawIntBits(e[i]), Float.floatToRawIntBits(a[i]), name);
      }
    } else {
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), name);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
