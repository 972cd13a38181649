package shinso.cpu.run;

/** Where things are while a program runs. */
public final class Frame {
  /** A frame of no program, for kernels that haven't run yet. */
  public static final Frame NONE = new Frame(0, Workers.of(1), 0);

  private final long[] addresses;
  private final Workers workers;
  private final long scratchBytes;
  private long scratch;

  /**
   * Creates a frame.
   *
   * @param values number of values of the program
   * @param scratchBytes the bytes of scratch memory that each worker has
   */
  public Frame(int values, Workers workers, long scratchBytes) {
    this.addresses = new long[values];
    this.workers = workers;
    this.scratchBytes = scratchBytes;
  }

  /** Returns the address of a value. */
  public long address(int value) {
    return addresses[value];
  }

  /** Moves a value. */
  public void bind(int value, long address) {
    addresses[value] = address;
  }

  /** Moves the scratch memory of all workers. */
  public void bindScratch(long address) {
    scratch = address;
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
