package shinso.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.interchange.onnx.OnnxExport;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Regressor;
import shinso.train.data.Dataset;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;
import shinso.zoo.recurrent.TextModel;

/** What of a run's model can be written as an ONNX file, by name. */
final class ExportedFunctions {
  /** Sequences are tried from this length on. */
  private static final int SHORTEST = 2;

  private final RecipeRun run;
  private final Object model;
  private final SequencedMap<String, Supplier<OnnxExport>> all = new LinkedHashMap<>();
  private final List<Network> parts = new ArrayList<>();

  private ExportedFunctions(RecipeRun run, Object model) {
    this.run = run;
    this.model = model;
  }

  /** Returns the functions, the usual one first. */
  static SequencedMap<String, Supplier<OnnxExport>> of(RecipeRun run, Object model) {
    ExportedFunctions f = new ExportedFunctions(run, model);
    f.interfaces();
    f.networks("", model);
    return f.all;
  }

  private void interfaces() {
    // An ensemble can be either; where the data has no classes it gives numbers.
    boolean numbers = model instanceof Regressor && run.classNames().isEmpty();
    if (model instanceof Classifier c && !numbers) {
      add("logits", c::logits);
      add("probabilities", x -> c.logits(x).softmax(-1));
    }
    if (model instanceof Regressor r) {
      add("prediction", r::predict);
    }
    if (model instanceof LatentVariableModel m) {
      add("encode", m::encode);
      all.put("decode", () -> decode(m));
    }
    if (model instanceof DensityModel d) {
      add("log-probability", d::logProbability);
    }
    if (model instanceof EnergyModel e) {
      add("free-energy", e::freeEnergy);
    }
    if (model instanceof TextModel t) {
      all.put(
          "next-token",
          () ->
              OnnxExport.of(t.language(), x -> t.language().run(x, null, Pass.inference()).output())
                  .input("tokens", DType.I32, Shape.of(SHORTEST))
                  .openTime()
                  .output("logits")
                  .note("vocabulary", t.code().vocabulary().text()));
    }
    if (model instanceof Layer layer) {
      add("output", x -> layer.forward(x, Pass.inference()));
    }
  }

  private void add(String name, UnaryOperator<Tensor> function) {
    all.put(
        name,
        () -> {
          Tensor example = example(function);
          return OnnxExport.of(model, function)
              .input("input", example.dtype(), withoutBatch(example))
              .output(name.replace('-', '_'));
        });
  }

  private static Shape withoutBatch(Tensor example) {
    return example.shape().slice(1, example.shape().rank());
  }

  /** Returns an input as the data has it or, if the function doesn't take that, as a vector. */
  private Tensor example(UnaryOperator<Tensor> function) {
    Dataset.Field input = input();
    Tensor whole = TensorAccess.placeholder(Shape.of(2).concat(input.shape()), input.dtype());
    String refusal = refusal(function, whole);
    if (refusal == null) {
      return whole;
    }
    Tensor vector = TensorAccess.placeholder(Shape.of(2, input.shape().size()), input.dtype());
    if (refusal(function, vector) == null) {
      return vector;
    }
    throw new UsageException(
        "what the model computes takes other inputs than the run's data, %s: %s"
            .formatted(input.shape(), refusal));
  }

  /** Returns what an input is: as the data says or, without any, the first network. */
  private Dataset.Field input() {
    if (run.setup().data() != null) {
      return run.data().test().fields().getFirst();
    }
    if (parts.isEmpty()) {
      throw new UsageException(
          "a run of the recipe %s can't be exported: it reads no data that would say what an input is"
              .formatted(run.recipe().name()));
    }
    return new Dataset.Field("input", parts.getFirst().input(), DType.F32);
  }

  /** Returns why a function doesn't take an input, null if it does; computes nothing. */
  private static @Nullable String refusal(UnaryOperator<Tensor> function, Tensor x) {
    try {
      Objects.requireNonNull(function.apply(x));
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** The code's shape is that which an example has. */
  private OnnxExport decode(LatentVariableModel m) {
    Shape code = m.encode(example(m::encode)).shape();
    return OnnxExport.of(model, m::decode)
        .input("code", code.slice(1, code.rank()))
        .output("output");
  }

  /** Adds the networks that are parts of the model, by the path of components to them. */
  private void networks(String path, @Nullable Object value) {
    if (value instanceof Network network) {
      parts.add(network);
      if (!path.isEmpty()) {
        all.put(path, () -> network(network));
      }
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        networks(path + "." + i, list.get(i));
      }
    } else if (value instanceof Record record) {
      for (RecordComponent c : record.getClass().getRecordComponents()) {
        if (c.getAccessor().trySetAccessible()) {
          networks(path.isEmpty() ? c.getName() : path + "." + c.getName(), read(record, c));
        }
      }
    }
  }

  /** A network of sequences whose length is no matter takes those of any length. */
  private static OnnxExport network(Network network) {
    Shape input = network.input();
    for (int length = SHORTEST; length <= SHORTEST + 1; length++) {
      if (input.rank() != 2
          || network.layers().values().stream().noneMatch(l -> l instanceof Recurrent)
          || refusal(
                  x -> network.forward(x, Pass.inference()),
                  TensorAccess.placeholder(Shape.of(2, length, input.dim(1)), DType.F32))
              != null) {
        return OnnxExport.of(network);
      }
    }
    return OnnxExport.of((Layer) network).input("input", input.with(0, SHORTEST)).openTime();
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }
}
