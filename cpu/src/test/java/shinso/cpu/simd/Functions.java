package shinso.cpu.simd;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.element.UnaryKernels;
import shinso.cpu.simd.tile.TileCode;
import shinso.cpu.simd.tile.TileCompiler;
import shinso.cpu.simd.tile.TileInterpreter;
import shinso.cpu.simd.tile.TileProgram;

/** Functions of one operand, however they are computed. */
public final class Functions {
  private static final Map<UnaryOp.Kind, TileCode> CODE = new ConcurrentHashMap<>();

  private Functions() {}

  /** {@code dst[i] = f(a[i])}, by the function's kernel or by the code of a tile program. */
  public static void apply(UnaryOp.Kind f, long dst, long a, int n) {
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
  public static void inScalars(UnaryOp.Kind f, long dst, long a, int n) {
    TileProgram p = program(f);
    TileInterpreter.run(p, new long[] {a, dst}, new long[2], new float[0], 1, 0, n);
  }

  public static TileProgram program(UnaryOp.Kind f) {
    return new TileProgram(1, 0, List.of(new TileProgram.Step.Apply1(f, 0)), List.of(1));
  }
}
