package shinso.cpu.simd;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Functions of one operand, however they are computed. */
final class Functions {
  private static final Map<Unary, TileCode> CODE = new ConcurrentHashMap<>();

  private Functions() {}

  /** {@code dst[i] = f(a[i])}, by the function's kernel or by the code of a tile program. */
  static void apply(Unary f, long dst, long a, int n) {
    if (!TileProgram.isOnlyStep(f)) {
      UnaryKernels.apply(f, dst, a, n);
      return;
    }
    TileProgram p = program(f);
    int whole = n - n % Lanes.LANES;
    long[] at = {a, dst};
    CODE.computeIfAbsent(f, k -> TileCompiler.compile(p))
        .run(at, new long[2], new float[0], 1, whole);
    TileInterpreter.run(p, at, new long[2], new float[0], 1, whole, n - whole);
  }

  /** The same in scalar arithmetic. */
  static void inScalars(Unary f, long dst, long a, int n) {
    TileProgram p = program(f);
    TileInterpreter.run(p, new long[] {a, dst}, new long[2], new float[0], 1, 0, n);
  }

  static TileProgram program(Unary f) {
    return new TileProgram(1, 0, List.of(new TileProgram.Step.Apply1(f, 0)), List.of(1));
  }
}
