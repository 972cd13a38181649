package shinso.spark.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Regressor;
import shinso.nn.model.Sampler;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.Executors;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.file.CsvEncoder;
import shinso.train.file.FileException;
import shinso.zoo.Recipes;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.TableFile;

/** A model that was opened in this JVM; there is one of each, which all tasks use. */
public final class OpenModel {
  private static final int MOST = 8;
  private static final Map<String, OpenModel> OPEN = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Ability, Object> models;
  private final Shape input;
  private final List<String> classNames;
  private final @Nullable CsvEncoder encoder;

  private OpenModel(
      Map<Ability, Object> models,
      Shape input,
      List<String> classNames,
      @Nullable CsvEncoder encoder) {
    this.models = models;
    this.input = input;
    this.classNames = classNames;
    this.encoder = encoder;
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
      byte[] architecture = files.get(ModelPackage.ARCHITECTURE);
      return architecture == null
          ? run(folder)
          : network(new String(architecture, StandardCharsets.UTF_8), folder);
    } catch (IOException e) {
      throw new DistributionException(
          "an executor can't write to its temporary folder: " + e.getMessage(), e);
    } finally {
      if (folder != null) {
        delete(folder);
      }
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
    return new OpenModel(models, run.input(), names, encoder);
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
    return new OpenModel(models, Shape.of(numbers.get(2)), names, null);
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
    };
  }

  /** Returns how many numbers the model says about a row; computes nothing. */
  public int width(Ability ability) {
    Tensor x = Tensor.zeros(Shape.of(1).concat(input).dims());
    return answer(ability, x, Rng.of(0)).shape().size();
  }
}
