package shinso.cpu.kernel;

/** Gives a kernel memory of its own for as long as it runs. */
@FunctionalInterface
public interface Workspace {
  /** Returns the number of a value with this many bytes. */
  int allocate(long bytes);
}
