package shinso.cpu.fuse;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ReduceOp;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.IntKernels;
import shinso.cpu.simd.element.MoveKernels;
import shinso.cpu.simd.element.RandomKernels;
import shinso.cpu.simd.element.ReduceKernels;
import shinso.cpu.simd.element.Reduction;
import shinso.cpu.simd.element.SelectKernels;
import shinso.cpu.simd.element.UnaryKernels;
import shinso.cpu.simd.tile.TileCode;
import shinso.cpu.simd.tile.TileInterpreter;
import shinso.cpu.simd.tile.TileKernel;

/** A fused pass: instructions that are carried out for one tile of a space after the other. */
public final class Loop implements Kernel {
  private static final long REGISTER_BYTES = 4L * Space.TILE;

  private final Space space;
  private final Ref[] refs;

  /** Scalars that fill a register once a chunk: select takes no scalars. */
  private final Instruction.Fill[] fills;

  private final Instruction[] program;
  private final Sink[] sinks;
  private final int registers;
  private final String label;
  private final Workers.Task task = this::chunk;

  /** Addresses of the references in this run, without what depends on the tile. */
  private final long[] bases;

  private final int[] scalars;

  /** The references to memory that move from tile to tile by elements, and by rows. */
  private final int[] whole;

  private final int[] ofRows;

  /** What belongs to each fused instruction; null for the others. */
  private final @Nullable Part[] parts;

  private final Local[] locals;
  private Frame frame = Frame.NONE;

  /**
   * What a fused instruction needs when it runs.
   *
   * @param addresses references of operands and results
   * @param pitches bytes from a row to the next of each
   * @param scalars their values in this run
   */
  private record Part(int[] addresses, long[] pitches, float[] scalars) {
    static Part of(Instruction.Fused f) {
      int[] addresses =
          Stream.concat(f.operands().stream(), f.results().stream())
              .mapToInt(Integer::intValue)
              .toArray();
      long[] pitches = new long[addresses.length];
      for (int i = 0; i < f.pitches().size(); i++) {
        pitches[i] = 4L * f.pitches().get(i);
      }
      return new Part(addresses, pitches, new float[f.scalars().size()]);
    }
  }

  /**
   * What a worker changes while it goes over its tiles. The garbage collector puts the arrays of
   * two workers side by side when it likes; room behind each keeps one worker from waiting for
   * cache lines that the other writes, which would take longer than the arithmetic of a tile.
   */
  private static final class Local {
    /** Two cache lines, as processors fetch them in pairs. */
    private static final int ROOM = 256;

    final long[] at;
    final int[] index;

    /** Addresses for a fused instruction's code. */
    final long[] fused;

    Local(int refs, int rank, int fusedAddresses) {
      at = new long[refs + ROOM / Long.BYTES];
      index = new int[rank + ROOM / Integer.BYTES];
      fused = new long[fusedAddresses + ROOM / Long.BYTES];
    }
  }

  /**
   * Creates a pass.
   *
   * @param registers tiles that each worker needs at the same time
   * @param workers number of workers that will run it
   */
  public Loop(
      Space space,
      List<Ref> refs,
      List<Instruction.Fill> fills,
      List<Instruction> program,
      List<Sink> sinks,
      int registers,
      int workers,
      String label) {
    this.space = space;
    this.refs = refs.toArray(Ref[]::new);
    this.fills = fills.toArray(Instruction.Fill[]::new);
    this.program = program.toArray(Instruction[]::new);
    this.sinks = sinks.toArray(Sink[]::new);
    this.registers = registers;
    this.label = label;
    this.bases = new long[this.refs.length];
    this.scalars = new int[this.refs.length];
    this.locals = new Local[workers];
    this.whole = memory(false);
    this.ofRows = memory(true);
    this.parts = new @Nullable Part[this.program.length];
    int rank = 1;
    int most = 0;
    for (int i = 0; i < this.program.length; i++) {
      switch (this.program[i]) {
        case Instruction.Load l -> rank = Math.max(rank, l.reader().rank());
        case Instruction.Store s -> rank = Math.max(rank, s.writer().rank());
        case Instruction.Fused f -> {
          parts[i] = Part.of(f);
          most = Math.max(most, f.kernel().program().addresses());
        }
        default -> {}
      }
    }
    Warmup.of(space, program);
    for (int i = 0; i < workers; i++) {
      locals[i] = new Local(this.refs.length, rank, most);
    }
  }

  private int[] memory(boolean row) {
    return IntStream.range(0, refs.length)
        .filter(i -> refs[i] instanceof Ref.Memory m && m.row() == row)
        .toArray();
  }

  @Override
  public long scratchBytes() {
    return registers * REGISTER_BYTES;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void run(Frame f) {
    frame = f;
    for (int i = 0; i < refs.length; i++) {
      switch (refs[i]) {
        case Ref.Register r -> {}
        case Ref.Memory m -> bases[i] = f.address(m.value()) + 4L * m.offset();
        case Ref.Base b -> bases[i] = f.address(b.value()) + 4L * b.offset();
        case Ref.Immediate n -> scalars[i] = n.bits();
        case Ref.Scalar s -> scalars[i] = Native.getInt(f.address(s.value()) + 4L * s.offset());
      }
    }
    for (int i = 0; i < program.length; i++) {
      Part part = parts[i];
      if (part != null && program[i] instanceof Instruction.Fused fused) {
        for (int k = 0; k < part.scalars.length; k++) {
          part.scalars[k] = Float.intBitsToFloat(scalars[fused.scalars().get(k)]);
        }
      }
    }
    f.workers().run(space.chunks(), task);
    for (Sink s : sinks) {
      finish(f, s);
    }
  }

  private void chunk(int chunk, int worker) {
    Local local = locals[worker];
    long scratch = frame.scratch(worker);
    for (Sink s : sinks) {
      if (s.shape() == Sink.Shape.COLUMNS) {
        MoveKernels.fill(partials(s, chunk), neutral(s.kind()), space.columns());
      }
    }
    locate(local, scratch);
    for (Instruction.Fill i : fills) {
      MoveKernels.fill(local.at[i.target()], scalars[i.a()], Space.TILE);
    }
    int from = (int) ((long) space.tiles() * chunk / space.chunks());
    int to = (int) ((long) space.tiles() * (chunk + 1) / space.chunks());
    for (int tile = from; tile < to; tile++) {
      int start = space.start(tile);
      int n = space.count(tile);
      int rows = space.tileRows() == 0 ? 1 : n / space.columns();
      int row = space.columns() == 0 ? start : start / space.columns();
      for (int i : whole) {
        local.at[i] = bases[i] + 4L * start;
      }
      for (int i : ofRows) {
        local.at[i] = bases[i] + 4L * row;
      }
      for (int i = 0; i < program.length; i++) {
        Part part = parts[i];
        if (part != null && program[i] instanceof Instruction.Fused f) {
          fused(f, part, local, start, f.row() ? rows : n);
        } else {
          execute(program[i], local, chunk, tile, start, n, row, rows);
        }
      }
    }
  }

  /** Addresses that stay the same for all tiles. */
  private void locate(Local local, long scratch) {
    for (int i = 0; i < refs.length; i++) {
      switch (refs[i]) {
        case Ref.Register r -> local.at[i] = scratch + r.number() * REGISTER_BYTES;
        case Ref.Base b -> local.at[i] = bases[i];
        case Ref.Memory m -> {}
        case Ref.Immediate n -> {}
        case Ref.Scalar s -> {}
      }
    }
  }

  private void execute(
      Instruction instruction,
      Local local,
      int chunk,
      int tile,
      int start,
      int n,
      int row,
      int rows) {
    long[] at = local.at;
    switch (instruction) {
      case Instruction.Apply1 i -> apply1(i, at, i.row() ? rows : n);
      case Instruction.Apply2 i -> apply2(i, at, i.row() ? rows : n);
      case Instruction.Choose i -> choose(i, at, i.row() ? rows : n);
      case Instruction.Fused i ->
          throw new IllegalStateException("fused instructions have their own way: " + i);
      case Instruction.Convert i -> {
        int count = i.row() ? rows : n;
        if (i.toFloat()) {
          IntKernels.toFloat(at[i.target()], at[i.a()], count);
        } else {
          IntKernels.fromFloat(at[i.target()], at[i.a()], count);
        }
      }
      case Instruction.Draw i -> {
        int count = i.row() ? rows : n;
        int first = i.row() ? row : start;
        int key0 = Native.getInt(at[i.key()]);
        int key1 = Native.getInt(at[i.key()] + 4);
        if (i.normal()) {
          RandomKernels.normal(at[i.target()], key0, key1, first, count);
        } else {
          RandomKernels.uniform(at[i.target()], key0, key1, first, count);
        }
      }
      case Instruction.Load i ->
          i.reader()
              .read(
                  at[i.target()],
                  at[i.a()],
                  i.row() ? row : start,
                  i.row() ? rows : n,
                  local.index);
      case Instruction.Store i -> i.writer().write(at[i.base()], at[i.a()], start, n, local.index);
      case Instruction.Fill i ->
          throw new IllegalStateException("fills come before the tiles: " + i);
      case Instruction.Expand i ->
          MoveKernels.expandColumns(at[i.target()], at[i.a()], rows, space.columns());
      case Instruction.ReduceRows i ->
          ReduceKernels.rows(kind(i.kind()), at[i.target()], at[i.a()], rows, space.columns());
      case Instruction.Accumulate i ->
          accumulate(sinks[i.sink()], at[i.a()], chunk, tile, start, n, row, rows);
    }
  }

  /** Runs the code as far as vectors are whole, and does the rest step by step. */
  private void fused(Instruction.Fused f, Part part, Local local, int start, int n) {
    int length = f.rowLength();
    for (int i = 0; i < part.addresses.length; i++) {
      int ref = part.addresses[i];
      local.fused[i] =
          refs[ref] instanceof Ref.Base
              ? bases[ref] + start / length * part.pitches[i]
              : local.at[ref];
    }
    int rows = length == 0 ? 1 : n / length;
    int count = length == 0 ? n : length;
    TileCode code = f.kernel().code();
    int whole = code == null ? 0 : TileKernel.whole(count);
    if (code != null && whole > 0) {
      code.run(local.fused, part.pitches, part.scalars, rows, whole);
    }
    if (whole < count) {
      TileInterpreter.run(
          f.kernel().program(),
          local.fused,
          part.pitches,
          part.scalars,
          rows,
          whole,
          count - whole);
    }
  }

  private static void apply1(Instruction.Apply1 i, long[] at, int n) {
    if (i.integer()) {
      IntKernels.apply(i.function(), at[i.target()], at[i.a()], n);
    } else {
      UnaryKernels.apply(i.function(), at[i.target()], at[i.a()], n);
    }
  }

  private static void choose(Instruction.Choose i, long[] at, int n) {
    if (i.integerCondition()) {
      SelectKernels.selectInt(at[i.target()], at[i.condition()], at[i.a()], at[i.b()], n);
    } else {
      SelectKernels.select(at[i.target()], at[i.condition()], at[i.a()], at[i.b()], n);
    }
  }

  private void apply2(Instruction.Apply2 i, long[] at, int n) {
    boolean left = isScalar(i.a());
    boolean right = isScalar(i.b());
    long target = at[i.target()];
    if (i.integer()) {
      if (right) {
        IntKernels.applyRight(i.function(), target, at[i.a()], scalars[i.b()], n);
      } else if (left) {
        IntKernels.applyLeft(i.function(), target, scalars[i.a()], at[i.b()], n);
      } else {
        IntKernels.apply(i.function(), target, at[i.a()], at[i.b()], n);
      }
    } else if (right) {
      BinaryKernels.applyRight(
          i.function(), target, at[i.a()], Float.intBitsToFloat(scalars[i.b()]), n);
    } else if (left) {
      BinaryKernels.applyLeft(
          i.function(), target, Float.intBitsToFloat(scalars[i.a()]), at[i.b()], n);
    } else {
      BinaryKernels.apply(i.function(), target, at[i.a()], at[i.b()], n);
    }
  }

  private boolean isScalar(int ref) {
    return refs[ref] instanceof Ref.Immediate || refs[ref] instanceof Ref.Scalar;
  }

  private void accumulate(
      Sink s, long a, int chunk, int tile, int start, int n, int row, int rows) {
    Reduction kind = kind(s.kind());
    switch (s.shape()) {
      case ALL, ROWS -> ReduceKernels.rows(kind, frame.address(s.partials()) + 4L * tile, a, 1, n);
      case ROW_VALUES -> MoveKernels.copy(frame.address(s.partials()) + 4L * row, a, rows);
      case COLUMNS -> {
        int column = space.pieces() == 0 ? 0 : start % space.columns();
        int columns = space.pieces() == 0 ? space.columns() : n;
        ReduceKernels.columns(kind, partials(s, chunk) + 4L * column, a, rows, columns);
      }
    }
  }

  private long partials(Sink s, int chunk) {
    return frame.address(s.partials()) + 4L * chunk * space.columns();
  }

  /** Combines the partial results in the order of the space. */
  private void finish(Frame f, Sink s) {
    Reduction kind = kind(s.kind());
    long result = f.address(s.value());
    long partials = f.address(s.partials());
    switch (s.shape()) {
      case ALL -> ReduceKernels.rows(kind, result, partials, 1, space.tiles());
      case ROW_VALUES -> all(kind, result, partials, space.size() / space.columns());
      case ROWS ->
          ReduceKernels.rows(
              kind, result, partials, space.tiles() / space.pieces(), space.pieces());
      case COLUMNS -> {
        int columns = space.columns();
        MoveKernels.copy(result, partials, columns);
        ReduceKernels.columns(kind, result, partials + 4L * columns, space.chunks() - 1, columns);
      }
    }
  }

  /**
   * Reduces as a pass over these elements would, its tiles first. The partial results replace the
   * first elements.
   */
  private static void all(Reduction kind, long result, long values, int count) {
    int tiles = Math.ceilDiv(count, Space.TILE);
    for (int i = 0; i < tiles; i++) {
      int n = Math.min(Space.TILE, count - i * Space.TILE);
      ReduceKernels.rows(kind, values + 4L * i, values + 4L * i * Space.TILE, 1, n);
    }
    ReduceKernels.rows(kind, result, values, 1, tiles);
  }

  private static float neutral(ReduceOp.Kind kind) {
    return switch (kind) {
      case SUM -> 0;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
      case ARGMAX -> throw new IllegalArgumentException("argmax has a kernel of its own");
    };
  }

  static Reduction kind(ReduceOp.Kind kind) {
    return switch (kind) {
      case SUM -> Reduction.SUM;
      case MAX -> Reduction.MAX;
      case MIN -> Reduction.MIN;
      case ARGMAX -> throw new IllegalArgumentException("argmax has a kernel of its own");
    };
  }

  /** Returns the instructions, one a line, for profiles and error messages. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(label).append(' ').append(space);
    for (Instruction i : program) {
      text.append("\n  ").append(i);
    }
    return text.toString();
  }
}
