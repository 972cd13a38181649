package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.tensor.DType;

/** Flat arrays on and outside of the heap. */
final class BufferTest {
  @ParameterizedTest
  @CsvSource({
    "F32, 0",
    "F32, 1",
    "F32, 5000",
    "F64, 0",
    "F64, 7",
    "F64, 5000",
    "I32, 0",
    "I32, 13"
  })
  void startsAsZerosAndKeepsWhatIsSet(DType type, int count) {
    for (Buffer b :
        new Buffer[] {
          Buffer.allocate(type, count, "test"), Buffer.allocateNative(type, count, "test")
        }) {
      assertEquals(count, b.count());
      assertEquals(type, b.dtype());
      assertEquals((long) count * type.bytes(), b.segment().byteSize());
      assertArrayEquals(new double[count], b.toDoubleArray());
      double[] expected = new double[count];
      for (int i = 0; i < count; i++) {
        expected[i] = i - 3;
        b.set(i, i - 3);
      }
      assertArrayEquals(expected, b.toDoubleArray());
      assertEquals(count, b.toFloatArray().length);
      Buffer copy = Buffer.allocateNative(type, count, "test");
      copy.copyFrom(b);
      assertArrayEquals(expected, copy.toDoubleArray());
    }
  }

  @ParameterizedTest
  @EnumSource
  void smallOnesAreOnTheHeapAndNativeOnesAligned(DType type) {
    assertFalse(Buffer.allocate(type, 100, "test").isNative());
    assertTrue(Buffer.allocate(type, 100_000, "test").isNative());
    for (int i = 1; i < 50; i++) {
      assertEquals(0, Buffer.allocateNative(type, i, "test").segment().address() % 64);
    }
  }

  @Test
  void setRoundsToTheType() {
    Buffer f = Buffer.ofHeap(new float[1]);
    f.set(0, 0.1);
    assertEquals((double) 0.1f, f.get(0));
    Buffer i = Buffer.ofHeap(new int[1]);
    i.set(0, -2.9);
    assertEquals(-2, i.get(0));
  }

  @Test
  void heapArraysAreShared() {
    float[] values = {1, 2};
    Buffer b = Buffer.ofHeap(values);
    b.set(1, 5);
    assertEquals(5, values[1]);
    b.toFloatArray()[0] = 9;
    assertEquals(1, values[0]);
  }

  @Test
  void accessIsChecked() {
    Buffer b = Buffer.allocateNative(DType.F32, 4, "test");
    assertThrows(IndexOutOfBoundsException.class, () -> b.get(4));
    assertThrows(IndexOutOfBoundsException.class, () -> b.set(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> b.copyFrom(Buffer.ofHeap(new float[5])));
  }
}
