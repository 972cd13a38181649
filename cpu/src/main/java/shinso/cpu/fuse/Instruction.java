package shinso.cpu.fuse;

import java.util.List;
import shinso.core.op.BinaryOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.tile.TileKernel;

/**
 * What is done to a tile. Operands and results are numbers of {@link Ref}s. "Whole" means an
 * element for each element of the tile, "row" an element for each of its rows.
 */
public sealed interface Instruction {
  /** The reference written, or −1 if none is. */
  int target();

  /** The references read. */
  int[] sources();

  /** Element-wise function of one operand. */
  record Apply1(UnaryOp.Kind function, boolean integer, int target, int a, boolean row)
      implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /** Element-wise function of two operands; at most one of them is a scalar. */
  record Apply2(BinaryOp.Kind function, boolean integer, int target, int a, int b, boolean row)
      implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a, b};
    }
  }

  /** Element-wise choice. */
  record Choose(boolean integerCondition, int target, int condition, int a, int b, boolean row)
      implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {condition, a, b};
    }
  }

  /** Conversion between I32 and F32. */
  record Convert(boolean toFloat, int target, int a, boolean row) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /** Random draws at the tile's positions. */
  record Draw(boolean normal, int target, int key, boolean row) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {key};
    }
  }

  /** A tile of an operand that doesn't lie in the order of the space. */
  record Load(StridedTile reader, int target, int a, boolean row) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /** A tile of a result that doesn't lie in the order of the space. */
  record Store(StridedTile writer, int a, int base) implements Instruction {
    @Override
    public int target() {
      return -1;
    }

    @Override
    public int[] sources() {
      return new int[] {a, base};
    }
  }

  /** A scalar in every element of a register that nothing else writes; done once for many tiles. */
  record Fill(int target, int a) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /** A row value along its row. */
  record Expand(int target, int a) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /** One element from each row. */
  record ReduceRows(ReduceOp.Kind kind, int target, int a) implements Instruction {
    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }

  /**
   * Several element-wise instructions in one go.
   *
   * @param operands references of the kernel's operands
   * @param scalars references of the kernel's scalars
   * @param results references of the kernel's results
   * @param row whether these have an element a row each
   * @param rowLength elements of a row where some operands or results have gaps between rows, or
   *     repeat one; else 0. Tiles begin and end at such rows
   * @param pitches elements from a row to the next, of the operands, then of the results
   */
  record Fused(
      TileKernel kernel,
      List<Integer> operands,
      List<Integer> scalars,
      List<Integer> results,
      boolean row,
      int rowLength,
      List<Integer> pitches)
      implements Instruction {
    /** Keeps copies. */
    public Fused {
      pitches = List.copyOf(pitches);
      operands = List.copyOf(operands);
      scalars = List.copyOf(scalars);
      results = List.copyOf(results);
    }

    @Override
    public int target() {
      throw new IllegalStateException("a fused instruction has several targets: " + this);
    }

    @Override
    public int[] sources() {
      return operands.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * A reduction whose result is known only after the pass.
   *
   * @param sink its number
   */
  record Accumulate(int sink, int a) implements Instruction {
    @Override
    public int target() {
      return -1;
    }

    @Override
    public int[] sources() {
      return new int[] {a};
    }
  }
}
