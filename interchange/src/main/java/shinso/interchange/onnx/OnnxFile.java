package shinso.interchange.onnx;

import java.nio.file.Path;
import shinso.core.tensor.Shape;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.ModelReader;
import shinso.interchange.onnx.read.Wiring;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;

/** Writes and reads ONNX files. */
public final class OnnxFile {
  private OnnxFile() {}

  /**
   * Writes what a network computes in inference, for batches of any size: see {@link OnnxExport}
   * for everything else that can be written.
   *
   * @throws OnnxException if ONNX can't express it
   * @throws shinso.train.file.FileException if the file can't be written
   */
  public static void write(Network network, Path file) {
    OnnxExport.of(network).write(file);
  }

  /**
   * Writes what a layer computes in inference, for batches of any size of 32-bit floats.
   *
   * @param example the shape of an input without the batch
   * @throws OnnxException if ONNX can't express it
   * @throws shinso.train.file.FileException if the file can't be written
   */
  public static void write(Layer layer, Shape example, Path file) {
    OnnxExport.of(layer).input("input", example).write(file);
  }

  /**
   * Reads a file as a layer. Parameters have the names that they have in the file; 16-bit floats
   * become 32-bit ones.
   *
   * @throws shinso.train.file.FileException if the file can't be read or is damaged
   * @throws OnnxException if it has an operator that isn't supported; the message names its node
   */
  public static OnnxModel read(Path file) {
    Wiring.Parts parts = Wiring.of(ModelReader.read(file), file);
    return new OnnxModel(new OnnxGraph(parts.wiring()), parts.parameters(), parts.statistics());
  }
}
