package shinso.cpu.run;

/** Where things are while a program runs. */
public final class Frame {
  /** A frame of no program, for kernels that haven't run yet. */
  public static final Frame NONE = new Frame(new long[0], Workers.of(1), 0, 0);

  private final long[] addresses;
  private final Workers workers;
  private final long scratch;
  private final long scratchBytes;

  /**
   * Creates a frame.
   *
   * @param addresses the address of each value of the program, by its number
   * @param scratch the address of scratch memory for all workers
   * @param scratchBytes the bytes of it that each worker has
   */
  public Frame(long[] addresses, Workers workers, long scratch, long scratchBytes) {
    this.addresses = addresses;
    this.workers = workers;
    this.scratch = scratch;
    this.scratchBytes = scratchBytes;
  }

  /** Returns the address of a value. */
  public long address(int value) {
    return addresses[value];
  }

  /** Moves a value that lies in memory of the caller. */
  public void bind(int value, long address) {
    addresses[value] = address;
  }

  /** Returns the workers. */
  public Workers workers() {
    return workers;
  }

  /** Returns the address of a worker's scratch memory. */
  public long scratch(int worker) {
    return scratch + worker * scratchBytes;
  }
}
