package shinso.verify.architecture.broken.nn;

import java.nio.file.Path;
import shinso.verify.architecture.broken.train.UsesModel;

/** A layer knows no files and no training, and its package is @NullMarked. */
public final class Layer {
  UsesModel training() {
    return new UsesModel(Path.of("layer"));
  }
}
