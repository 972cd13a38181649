package shinso.train.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import shinso.core.program.Param;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/** A trained model in a safetensors file: its parameters and running statistics, nothing else. */
public final class ModelFile {
  private ModelFile() {}

  /**
   * Writes a model; the same values and metadata give the same bytes.
   *
   * @throws FileException if that fails; the file is as it was
   */
  public static void save(Path file, Map<String, Param> model, Map<String, String> metadata) {
    Safetensors.write(file, Checkpoint.values(model), metadata);
  }

  /**
   * Gives a model the values of a file: all of them or, if anything doesn't fit, none.
   *
   * @throws FileException if the file can't be read, is corrupt or is of another architecture
   */
  public static void load(Path file, Map<String, Param> model) {
    Restore.all(file.toString(), model, Safetensors.read(file).tensors());
  }
}
