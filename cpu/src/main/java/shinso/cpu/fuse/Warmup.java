package shinso.cpu.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import shinso.core.op.ReduceOp;
import shinso.cpu.simd.Warmer;
import shinso.cpu.simd.element.MoveKernels;
import shinso.cpu.simd.element.RandomKernels;
import shinso.cpu.simd.element.ReduceKernels;
import shinso.cpu.simd.element.Reduction;
import shinso.cpu.simd.element.UnaryKernels;

/**
 * Has the tile kernels of small passes compiled in the background: those whose code is long, and
 * which a pass of a few tiles calls too rarely.
 */
final class Warmup {
  /** Elements of a call. */
  private static final int SAMPLE = 512;

  /** Nanoseconds that none of these kernels takes for a sample once it is compiled. */
  private static final double FAST = 2_000;

  /** Passes of more tiles warm their kernels themselves. */
  private static final int MOST_TILES = 64;

  private Warmup() {}

  private static final class Scratch {
    // Never freed: the background thread may be at work until the JVM ends.
    static final MemorySegment MEMORY = Arena.ofAuto().allocate(2 * 4L * SAMPLE, 64);
  }

  private record RowsOf(ReduceOp.Kind kind, boolean isShort) {}

  /** Asks for what a pass calls. */
  static void of(Space space, List<Instruction> program) {
    if (space.tiles() > MOST_TILES) {
      return;
    }
    for (Instruction i : program) {
      switch (i) {
        case Instruction.Apply1 a when !a.integer() ->
            Warmer.once(a.function(), () -> unary(a), FAST);
        case Instruction.Draw d ->
            Warmer.once(d.normal() ? "normal" : "uniform", () -> draw(d.normal()), FAST);
        case Instruction.ReduceRows r ->
            Warmer.once(
                new RowsOf(r.kind(), space.columns() < 32),
                () -> rows(r.kind(), Math.min(space.columns(), SAMPLE)),
                FAST);
        case Instruction.Expand e ->
            Warmer.once("expand", () -> expand(Math.min(space.columns(), SAMPLE)), FAST);
        case Instruction.Accumulate a when space.columns() > 0 && space.columns() <= SAMPLE ->
            Warmer.once("columns", () -> columns(space.columns()), FAST);
        case Instruction.Accumulate a ->
            Warmer.once("sum", () -> rows(ReduceOp.Kind.SUM, SAMPLE), FAST);
        default -> {}
      }
    }
  }

  private static long source() {
    return Scratch.MEMORY.address();
  }

  private static long target() {
    return source() + 4L * SAMPLE;
  }

  private static void unary(Instruction.Apply1 a) {
    UnaryKernels.apply(a.function(), target(), source(), SAMPLE);
  }

  private static void draw(boolean normal) {
    if (normal) {
      RandomKernels.normal(target(), 1, 2, 0, SAMPLE);
    } else {
      RandomKernels.uniform(target(), 1, 2, 0, SAMPLE);
    }
  }

  private static void expand(int columns) {
    MoveKernels.expandColumns(target(), source(), SAMPLE / columns, columns);
  }

  private static void columns(int columns) {
    ReduceKernels.columns(Reduction.SUM, target(), source(), SAMPLE / columns, columns);
  }

  private static void rows(ReduceOp.Kind kind, int columns) {
    Reduction reduction = Loop.kind(kind);
    ReduceKernels.rows(reduction, target(), source(), SAMPLE / columns, columns);
  }
}
