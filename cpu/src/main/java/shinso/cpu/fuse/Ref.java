package shinso.cpu.fuse;

/** Where an instruction finds or leaves a tile. */
public sealed interface Ref {
  /** A register: memory of the worker that holds one tile. */
  record Register(int number) implements Ref {}

  /** The tile's part of a value that lies in the order of the space, from an element on. */
  record Memory(int value, int offset, boolean row) implements Ref {}

  /** The memory of a value, from an element on, wherever the tile is. */
  record Base(int value, int offset) implements Ref {}

  /** A number known when the program was compiled, as the bits of a float or an int. */
  record Immediate(int bits) implements Ref {}

  /** A number in memory, read before the pass. */
  record Scalar(int value, int offset) implements Ref {}
}
