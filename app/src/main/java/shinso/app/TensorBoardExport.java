package shinso.app;

import java.nio.file.Path;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.UsageException;

final class TensorBoardExport {
  private TensorBoardExport() {}

  static Path write(RunFolder run, Path folder) {
    throw new UsageException("not yet");
  }
}
