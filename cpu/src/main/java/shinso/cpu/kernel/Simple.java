package shinso.cpu.kernel;

import shinso.cpu.run.Kernel;

/** A kernel that needs nothing but a name. */
abstract class Simple implements Kernel {
  private final String label;

  Simple(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
