package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class BiasKernelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 8, 13, 16, 17, 32, 50})
  void addsToEveryRow(int columns) {
    Random random = new Random(columns);
    for (int rows : new int[] {1, 2, 7}) {
      float[] y = Values.gaussian(random, rows * columns);
      float[] bias = Values.gaussian(random, columns);
      y[rows * columns / 2] = Float.NaN;
      bias[0] = -0f;
      y[0] = rows == 2 ? -0f : y[0];
      for (boolean relu : new boolean[] {false, true}) {
        float[] expected = new float[y.length];
        for (int i = 0; i < y.length; i++) {
          float sum = y[i] + bias[i % columns];
          expected[i] = relu && sum <= 0 ? 0 : sum;
        }
        Memory room = Memory.of(y, 1);
        BiasKernel.add(room.address, Memory.of(bias, 2).address, relu, rows, columns);
        assertArrayEquals(expected, room.floats());
      }
    }
  }
}
