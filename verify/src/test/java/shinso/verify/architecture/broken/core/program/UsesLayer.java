package shinso.verify.architecture.broken.core.program;

import shinso.verify.architecture.broken.nn.Layer;

/** Core knows no layers, and no clock. */
final class UsesLayer {
  Layer layer() {
    return new Layer();
  }

  long time() {
    return System.nanoTime();
  }
}
