package shinso.interchange.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Graph;
import shinso.interchange.onnx.format.ModelData;
import shinso.interchange.onnx.format.ModelWriter;
import shinso.interchange.onnx.write.Exporter;
import shinso.interchange.onnx.write.Exporter.Input;
import shinso.interchange.onnx.write.Exporter.Request;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.train.file.AtomicFile;

/**
 * What a model computes, to be written as an ONNX file: any function of tensors with parameters of
 * the model in it. The first axis, the batch, is open.
 *
 * <pre>{@code
 * OnnxExport.of(net).write(Path.of("digits.onnx"));
 * OnnxExport.of(vae, vae::decode).input("code", Shape.of(20)).output("picture").write(file);
 * }</pre>
 */
public final class OnnxExport {
  /** What has operators as they are written, and is old enough for everybody to read. */
  private static final long OPSET = 17;

  private static final long IR_VERSION = 8;
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  private final Object model;
  private final Function<List<Tensor>, SequencedMap<String, Tensor>> function;
  private final List<Input> inputs;
  private final String output;
  private final boolean openTime;
  private final SequencedMap<String, String> metadata;

  private OnnxExport(
      Object model,
      Function<List<Tensor>, SequencedMap<String, Tensor>> function,
      List<Input> inputs,
      String output,
      boolean openTime,
      SequencedMap<String, String> metadata) {
    this.model = model;
    this.function = function;
    this.inputs = inputs;
    this.output = output;
    this.openTime = openTime;
    this.metadata = metadata;
  }

  /** Returns a network's output in inference, for inputs of its shape. */
  public static OnnxExport of(Network network) {
    return of((Layer) network).input(INPUT, network.input());
  }

  /** Returns a layer's output in inference; its {@link #input} is to be said. */
  public static OnnxExport of(Layer layer) {
    return of(layer, x -> layer.forward(x, Pass.inference()));
  }

  /**
   * Returns a function of one tensor; its {@link #input} is to be said.
   *
   * @param model the record whose parameters the function uses: they keep their names
   */
  public static OnnxExport of(Object model, UnaryOperator<Tensor> function) {
    return ofAll(
        model,
        in -> {
          SequencedMap<String, Tensor> out = new LinkedHashMap<>();
          out.put(OUTPUT, function.apply(in.getFirst()));
          return out;
        });
  }

  /**
   * Returns a function of any number of tensors with named results; each {@link #input} is to be
   * said, in the order of the list.
   */
  public static OnnxExport ofAll(
      Object model, Function<List<Tensor>, SequencedMap<String, Tensor>> function) {
    return new OnnxExport(model, function, List.of(), OUTPUT, false, new LinkedHashMap<>());
  }

  /** Adds an input of 32-bit floats; {@code example} is its shape without the batch. */
  public OnnxExport input(String name, Shape example) {
    return input(name, DType.F32, example);
  }

  /** Adds an input; {@code example} is its shape without the batch. */
  public OnnxExport input(String name, DType type, Shape example) {
    List<Input> all = new ArrayList<>(inputs);
    all.add(new Input(name, type, example));
    return new OnnxExport(model, function, List.copyOf(all), output, openTime, metadata);
  }

  /** Gives the result of a function of one tensor another name than {@code output}. */
  public OnnxExport output(String name) {
    return new OnnxExport(model, function, inputs, name, openTime, metadata);
  }

  /**
   * Leaves the axis after the batch open, too: sequences of any length. That of the inputs is the
   * shortest that is tried.
   */
  public OnnxExport openTime() {
    return new OnnxExport(model, function, inputs, output, true, metadata);
  }

  /** Adds a text to the file, such as where the model comes from. */
  public OnnxExport note(String key, String value) {
    SequencedMap<String, String> all = new LinkedHashMap<>(metadata);
    all.put(key, value);
    return new OnnxExport(model, function, inputs, output, openTime, all);
  }

  /**
   * Writes the file. The same model gives the same bytes.
   *
   * @throws OnnxException if the function does what ONNX can't express, such as draw random
   *     numbers, or the file would have more than 2 GB
   * @throws IllegalStateException if no input was said
   * @throws IllegalArgumentException if the function doesn't take such inputs
   * @throws shinso.train.file.FileException if the file can't be written; it is as it was
   */
  public void write(Path file) {
    ByteString bytes;
    try {
      bytes = ModelWriter.toBytes(data());
    } catch (ArithmeticException e) {
      throw new OnnxException(
          "the parameters have more than the 2 GB that an ONNX file can have; keep the model as"
              + " safetensors");
    }
    AtomicFile.write(
        file,
        bytes.size(),
        out -> {
          for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
            out.write(part);
          }
        });
  }

  private ModelData data() {
    if (inputs.isEmpty()) {
      throw new IllegalStateException("no input is said: input(\"input\", Shape.of(28, 28, 1))");
    }
    Request request =
        new Request(
            model,
            inputs,
            in -> {
              SequencedMap<String, Tensor> named = new LinkedHashMap<>();
              function
                  .apply(in)
                  .forEach((name, value) -> named.put(name.equals(OUTPUT) ? output : name, value));
              return named;
            },
            openTime);
    Graph graph = Exporter.graph(model.getClass().getSimpleName(), request);
    SequencedMap<String, Long> opsets = new LinkedHashMap<>();
    opsets.put("", OPSET);
    return new ModelData(IR_VERSION, opsets, "shinso", "", graph, metadata);
  }
}
