package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Graph;
import shinso.interchange.onnx.format.ValueInfo;
import shinso.interchange.onnx.write.Merger.Merged;
import shinso.interchange.onnx.write.Merger.OpenAxis;

/** Traces a function for several sizes and makes one graph of the traces. */
public final class Exporter {
  /** Sizes of the first axis: primes, which hardly anything else in a model is as long as. */
  private static final int[] BATCHES = {31, 37, 41};

  /** How much longer than the example the second axis is. */
  private static final int[] LONGER = {0, 2, 5};

  private Exporter() {}

  /**
   * An input.
   *
   * @param example its shape without the batch
   */
  public record Input(String name, DType type, Shape example) {}

  /**
   * What is exported.
   *
   * @param model whose parameters keep their names
   * @param openTime whether the axis after the batch is open as well, in all inputs
   */
  public record Request(
      Object model,
      List<Input> inputs,
      Function<List<Tensor>, ? extends SequencedMap<String, Tensor>> function,
      boolean openTime) {}

  /**
   * Returns the graph of what a function computes, for batches of all sizes.
   *
   * @throws OnnxException if ONNX can't express that
   * @throws IllegalArgumentException if the function doesn't take these shapes
   */
  public static Graph graph(String name, Request request) {
    Input first = request.inputs.getFirst();
    List<OpenAxis> axes = new ArrayList<>(List.of(new OpenAxis(first.name, 0, "batch")));
    List<int[]> points = new ArrayList<>();
    if (request.openTime) {
      axes.add(new OpenAxis(first.name, 1, "time"));
      int t = first.example.dim(0);
      for (int corner = 0; corner < 4; corner++) {
        points.add(new int[] {BATCHES[corner & 1], t + LONGER[corner >> 1]});
      }
      points.add(new int[] {BATCHES[2], t + LONGER[2]});
    } else {
      for (int batch : BATCHES) {
        points.add(new int[] {batch});
      }
    }
    List<Tidied> graphs = new ArrayList<>();
    List<SequencedMap<String, Tensor>> outputs = new ArrayList<>();
    for (int[] point : points) {
      List<Tensor> inputs = placeholders(request, point);
      SequencedMap<String, Tensor> traced = new LinkedHashMap<>(request.function.apply(inputs));
      outputs.add(traced);
      List<String> names = request.inputs.stream().map(Input::name).toList();
      Set<String> taken = new HashSet<>(names);
      taken.addAll(traced.keySet());
      graphs.add(
          Tidied.of(
              Lowering.of(
                  new Traced(inputs, traced, request.model),
                  names,
                  List.copyOf(traced.keySet()),
                  request.model),
              taken));
    }
    Merged merged = Merger.merge(axes, points, graphs);
    return new Graph(
        name,
        merged.nodes(),
        merged.initializers(),
        request.inputs.stream().map(in -> info(in, request.openTime)).toList(),
        infos(axes, points, outputs));
  }

  private static List<Tensor> placeholders(Request request, int[] point) {
    List<Tensor> inputs = new ArrayList<>();
    for (Input in : request.inputs) {
      Shape example = in.example;
      if (point.length > 1) {
        if (example.rank() == 0) {
          throw new OnnxException("the input '" + in.name + "' has no second axis to be open");
        }
        example = example.with(0, point[1]);
      }
      inputs.add(TensorAccess.placeholder(Shape.of(point[0]).concat(example), in.type));
    }
    return inputs;
  }

  private static ValueInfo info(Input in, boolean openTime) {
    List<ValueInfo.Dim> dims = new ArrayList<>(List.of(ValueInfo.Dim.open("batch")));
    for (int i = 0; i < in.example.rank(); i++) {
      dims.add(
          i == 0 && openTime ? ValueInfo.Dim.open("time") : ValueInfo.Dim.of(in.example.dim(i)));
    }
    return new ValueInfo(in.name, Values.type(in.type), dims);
  }

  private static List<ValueInfo> infos(
      List<OpenAxis> axes, List<int[]> points, List<SequencedMap<String, Tensor>> outputs) {
    List<ValueInfo> infos = new ArrayList<>();
    outputs
        .getFirst()
        .forEach((name, first) -> {
          List<ValueInfo.Dim> dims = new ArrayList<>();
          for (int i = 0; i < first.shape().rank(); i++) {
            int axis = i;
            List<Long> lengths =
                outputs.stream().map(o -> (long) tensor(o, name).shape().dim(axis)).toList();
            dims.add(dim(name, axes, Polynomial.through(points, lengths)));
          }
          infos.add(new ValueInfo(name, Values.type(first.dtype()), dims));
        });
    return infos;
  }

  private static Tensor tensor(SequencedMap<String, Tensor> outputs, String name) {
    Tensor t = outputs.get(name);
    if (t == null) {
      throw new OnnxException("the function has the output '" + name + "' for some sizes only");
    }
    return t;
  }

  private static ValueInfo.Dim dim(
      String output, List<OpenAxis> axes, @Nullable Polynomial length) {
    if (length == null) {
      return ValueInfo.Dim.open("length_of_" + output);
    }
    if (length.isConstant()) {
      return ValueInfo.Dim.of(length.constant());
    }
    int axis = length.axis();
    return ValueInfo.Dim.open(axis >= 0 ? axes.get(axis).name() : "length_of_" + output);
  }
}
