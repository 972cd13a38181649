package shinso.spark.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.OnnxFile;
import shinso.interchange.onnx.OnnxModel;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Regressor;
import shinso.nn.model.Sampler;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.spark.distributed.Executors;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.energy.AnnealedModel;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.TableFile;
import shinso.zoo.regularization.Ensemble;

/** A model that was opened in this JVM; there is one of each, which all tasks use. */
public final class OpenModel {
  private static final int MOST = 8;
  private static final Map<String, OpenModel> OPEN = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Ability, Object> models;
  private final Shape input;
  private final List<String> classNames;
  private final @Nullable CsvEncoder encoder;
  private final @Nullable Annealed annealed;

  /** A model that can be annealed, and the base rates that it is annealed from. */
  private record Annealed(AnnealedModel model, Tensor rates) {}

  private OpenModel(
      Map<Ability, Object> models,
      Shape input,
      List<String> classNames,
      @Nullable CsvEncoder encoder,
      @Nullable Annealed annealed) {
    this.models = models;
    this.input = input;
    this.classNames = classNames;
    this.encoder = encoder;
    this.annealed = annealed;
  }

  /**
   * Opens a model, or returns the one that is open already.
   *
   * @throws DistributionException if the package is damaged, or its architecture isn't here
   * @throws FileException if the model was made by another version, or doesn't fit
   */
  public static OpenModel of(ModelPackage source) {
    synchronized (OPEN) {
      OpenModel open = OPEN.get(source.sha256());
      if (open == null) {
        Executors.prepare();
        open = open(source.files());
        OPEN.put(source.sha256(), open);
        if (OPEN.size() > MOST) {
          OPEN.remove(OPEN.keySet().iterator().next());
        }
      }
      return open;
    }
  }

  private static OpenModel open(Map<String, byte[]> files) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("shinso-model");
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey()).normalize();
        if (!path.startsWith(folder)) {
          throw new DistributionException(
              "the saved model is damaged: it has a file '%s'".formatted(file.getKey()));
        }
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.write(path, file.getValue());
      }
      return opened(files, folder);
    } catch (IOException e) {
      throw new DistributionException(
          "an executor can't write to its temporary folder: " + e.getMessage(), e);
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private static OpenModel opened(Map<String, byte[]> files, Path folder) throws IOException {
    try {
      byte[] architecture = files.get(ModelPackage.ARCHITECTURE);
      if (architecture != null) {
        return network(new String(architecture, StandardCharsets.UTF_8), folder);
      }
      if (files.containsKey(ModelPackage.ONNX)) {
        return onnx(folder.resolve(ModelPackage.ONNX));
      }
      if (files.containsKey(ModelPackage.RUN)) {
        return run(folder);
      }
      List<OpenModel> members = new ArrayList<>();
      byte[] coding = null;
      for (Path member : members(folder)) {
        members.add(run(member));
        Path columns = member.resolve("data").resolve(TableFile.CODING);
        byte[] mine = Files.exists(columns) ? Files.readAllBytes(columns) : new byte[0];
        if (coding != null && !Arrays.equals(coding, mine)) {
          throw new DistributionException(
              "the runs of an ensemble turn columns into numbers in different ways; train them with the same table and seed, and bootstrap samples of other numbers");
        }
        coding = mine;
      }
      return ensemble(members);
    } catch (FileException e) {
      // The folder is one that the user has never seen.
      throw new FileException(
          e.getMessage()
              .replace(folder + folder.getFileSystem().getSeparator(), "")
              .replace(folder.toString(), "of the model"),
          e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // The folder is one for temporary files, which somebody else empties.
    }
  }

  private static OpenModel run(Path folder) {
    RecipeRun run = RecipeRun.open(folder, folder.toString(), Recipes::ofRun);
    Map<Ability, Object> models = new LinkedHashMap<>();
    for (Ability ability : Ability.all()) {
      if (run.can(ability.type())) {
        models.put(ability, run.model(ability.type(), ability.verb()));
      }
    }
    Path coding = run.dataFile(TableFile.CODING);
    CsvEncoder encoder = Files.exists(coding) ? CsvEncoder.load(coding) : null;
    if (encoder != null) {
      // Of a table's network only one of the two answers means something.
      models.remove(encoder.classNames().isEmpty() ? Ability.CLASSIFY : Ability.REGRESS);
    }
    List<String> names = encoder != null ? encoder.classNames() : run.classNames();
    Annealed annealed =
        run.can(AnnealedModel.class)
            ? annealed(run.model(AnnealedModel.class, "be annealed"), run.baseRates())
            : null;
    return new OpenModel(models, run.input(), names, encoder, annealed);
  }

  private static @Nullable Annealed annealed(AnnealedModel model, @Nullable Tensor rates) {
    return rates == null ? null : new Annealed(model, rates.evaluate());
  }

  private static List<Path> members(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  private static OpenModel ensemble(List<OpenModel> members) {
    OpenModel first = members.getFirst();
    for (OpenModel member : members) {
      if (!member.input.equals(first.input) || !member.classNames.equals(first.classNames)) {
        throw new DistributionException(
            "the runs of an ensemble take the same input and know the same classes, not %s and %s of %s and %s"
                .formatted(first.input, member.input, first.classNames, member.classNames));
      }
    }
    Map<Ability, Object> models = new LinkedHashMap<>();
    if (members.stream().allMatch(m -> m.models.containsKey(Ability.CLASSIFY))) {
      models.put(Ability.CLASSIFY, new Ensemble(members.stream().map(OpenModel::logits).toList()));
    }
    if (members.stream().allMatch(m -> m.models.containsKey(Ability.REGRESS))) {
      models.put(Ability.REGRESS, new Ensemble(members.stream().map(OpenModel::numbers).toList()));
    }
    if (models.isEmpty()) {
      throw new DistributionException(
          "the runs of an ensemble all classify or all predict numbers; these don't");
    }
    return new OpenModel(models, first.input, first.classNames, first.encoder, null);
  }

  private static Layer logits(OpenModel member) {
    Classifier model = (Classifier) Objects.requireNonNull(member.models.get(Ability.CLASSIFY));
    return (x, pass) -> model.logits(x);
  }

  private static Layer numbers(OpenModel member) {
    Regressor model = (Regressor) Objects.requireNonNull(member.models.get(Ability.REGRESS));
    return (x, pass) -> model.predict(x);
  }

  /** A file doesn't say what its outputs mean, unless they are probabilities. */
  private static OpenModel onnx(Path file) {
    OnnxModel model = OnnxFile.read(file);
    Shape input = model.graph().example();
    Regressor outputs = x -> model.forward(x, Pass.inference());
    Tensor two = Tensor.zeros(Shape.of(2).concat(input).dims());
    Shape output = outputs.predict(two).shape();
    if (output.rank() == 0 || output.dim(0) != 2) {
      throw new DistributionException(
          "the ONNX model gives %s for two rows, not an answer for each; write it with an open length of the first axis, the batch"
              .formatted(output));
    }
    Map<Ability, Object> models = new LinkedHashMap<>();
    String last = model.graph().lastOperator();
    Classifier classifier =
        last.equals("Softmax") ? x -> outputs.predict(x).log() : outputs::predict;
    if (last.endsWith("Softmax")) {
      models.put(Ability.CLASSIFY, classifier);
    }
    models.put(Ability.REGRESS, outputs);
    if (output.rank() == 2 && output.dim(1) > 1) {
      models.putIfAbsent(Ability.CLASSIFY, classifier);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; models.containsKey(Ability.CLASSIFY) && i < output.dim(1); i++) {
      names.add(Integer.toString(i));
    }
    return new OpenModel(models, input, names, null, null);
  }

  private static OpenModel network(String text, Path folder) {
    int end = text.indexOf('\n');
    List<int[]> numbers = ModelPackage.numbers(text.substring(end + 1));
    Layer network =
        Architecture.named(text.substring(0, end), numbers.getFirst()).network(Rng.of(0));
    ModelFile.load(folder.resolve(ModelPackage.MODEL), Parameters.all(network));
    Map<Ability, Object> models = new LinkedHashMap<>();
    int classes = numbers.get(1)[0];
    List<String> names = new ArrayList<>();
    if (classes > 0) {
      models.put(Ability.CLASSIFY, Classifier.of(network));
      for (int i = 0; i < classes; i++) {
        names.add(Integer.toString(i));
      }
    } else {
      models.put(Ability.REGRESS, Regressor.of(network));
    }
    return new OpenModel(models, Shape.of(numbers.get(2)), names, null, null);
  }

  /** Returns the shape of one input. */
  public Shape input() {
    return input;
  }

  /** Returns the names of the classes, empty if there are none. */
  public List<String> classNames() {
    return List.copyOf(classNames);
  }

  /** Returns what reads the columns of a table, null if the model was not trained on one. */
  public @Nullable CsvEncoder encoder() {
    return encoder;
  }

  /**
   * Returns what a row gives the model: as many numbers as it takes.
   *
   * @param columns those of the table that it was trained on, or one or more with its numbers
   * @param number of the row, for messages
   * @throws DistributionException if a value is missing or no number, or there are more or fewer
   * @throws shinso.train.data.DataException if a column of a table isn't as it was in training
   */
  float[] read(List<String> columns, Row row, long number) {
    if (encoder == null || !columns.equals(encoder.columns())) {
      List<Integer> shape = Arrays.stream(input.dims()).boxed().toList();
      return new ExampleForm(columns, shape, null, 0).read(row, number).input();
    }
    List<String> cells = new ArrayList<>();
    for (String column : columns) {
      Object value = row.getAs(column);
      cells.add(value == null ? "" : value.toString());
    }
    CsvFile table = CsvFile.of("row " + number, columns, List.of(cells));
    return encoder.encodeFeatures(table).whole().getFirst().toFloatArray();
  }

  /**
   * Returns what the model is asked for.
   *
   * @param name of an ability, or {@code auto} for the first that it has
   * @throws DistributionException if it can't do that
   */
  public Ability ability(String name) {
    if (name.equals("auto") && !models.isEmpty()) {
      return models.keySet().iterator().next();
    }
    Ability ability = Ability.named(name.equals("auto") ? "classify" : name);
    if (!models.containsKey(ability)) {
      throw new DistributionException(
          "the model can't %s; it can %s"
              .formatted(ability, models.isEmpty() ? "do nothing with rows" : models.keySet()));
    }
    return ability;
  }

  /**
   * Returns what the model says: {@code [b, *]}.
   *
   * @param x a batch of inputs
   * @param rng for what is drawn
   */
  public Tensor answer(Ability ability, Tensor x, Rng rng) {
    Object model = Objects.requireNonNull(models.get(ability));
    return switch (ability) {
      case CLASSIFY -> ((Classifier) model).logits(x).softmax(-1);
      case REGRESS -> ((Regressor) model).predict(x);
      case ENCODE -> ((LatentVariableModel) model).encode(x);
      case LOG_LIKELIHOOD -> ((DensityModel) model).logProbability(x);
      case SAMPLE -> ((Sampler) model).sample(x.shape().dims()[0], rng);
      case FREE_ENERGY -> ((EnergyModel) model).freeEnergy(x.flatten(1));
    };
  }

  /** Returns the logarithms of the probabilities of the classes: {@code [b, *] -> [b, classes]}. */
  Tensor logProbabilities(Tensor x) {
    return ((Classifier) Objects.requireNonNull(models.get(Ability.CLASSIFY)))
        .logits(x)
        .logSoftmax(-1);
  }

  /**
   * Returns the model as one that is annealed.
   *
   * @throws DistributionException if it can't be
   */
  public AnnealedModel annealed() {
    if (annealed == null) {
      throw new DistributionException(
          "the model's log Z can't be found by annealing from the base rates of its data; give the path: SparkAnnealing.of(session, () -> path)");
    }
    return annealed.model();
  }

  /**
   * Returns how often each unit is on in the data of a model that is annealed: {@code [units]}.
   *
   * @throws DistributionException if it is none
   */
  public Tensor baseRates() {
    annealed();
    return Objects.requireNonNull(annealed).rates();
  }

  /** Returns how many numbers the model says about a row; computes nothing. */
  public int width(Ability ability) {
    Tensor x = Tensor.zeros(Shape.of(1).concat(input).dims());
    return answer(ability, x, Rng.of(0)).shape().size();
  }
}
