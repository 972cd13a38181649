package shinso.zoo.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.Regressor;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.file.FileException;
import shinso.train.loop.Learner;
import shinso.train.loop.Screen;

/**
 * A scalar that a recipe's model has on a few examples, so that its derivatives can be checked: the
 * loss of the step of the first stage that trains; for a learner without a loss, such as
 * contrastive divergence, what the interfaces of the model say, and else the metrics of its
 * evaluation.
 *
 * @param name what it is, such as {@code loss} or {@code mean free energy}
 * @param params the parameters by name
 * @param value the scalar, written with the parameters
 */
public record Objective(String name, Map<String, Param> params, Tensor value) {
  private static final String LOSS = "loss";

  /** Keeps a copy in order. */
  public Objective {
    params = new LinkedHashMap<>(params);
  }

  /**
   * Makes a recipe's model, untrained, and its objective. Nothing is trained or kept.
   *
   * @param examples how many of the training set the objective is about
   * @throws UsageException if the recipe has no model that could be differentiated
   * @throws shinso.train.data.DataException if the data is not there or damaged
   */
  public static Objective of(Recipe<?> recipe, Setup setup, int examples) {
    Path folder = temporary();
    try {
      return new Search<>(recipe, setup, examples).in(RecipeRun.create(folder, recipe, setup));
    } finally {
      delete(folder);
    }
  }

  /** Compares the derivatives by all parameters with finite differences in double. */
  public ParameterCheck.Report check(Rng rng) {
    return ParameterCheck.run(params, value, rng);
  }

  /** What the first stage of a recipe is about to do. */
  static final class FirstStage {
    private @Nullable Learner learner;
    private @Nullable Batches batches;

    /** Ends the run. */
    void begin(Learner first, Batches data) {
      learner = first;
      batches = data;
      throw new Stopped("the first stage is known");
    }
  }

  private record Search<M>(Recipe<M> recipe, Setup setup, int examples) {
    Objective in(RecipeRun made) {
      FirstStage first = new FirstStage();
      Screen nowhere = Screen.lines(new PrintStream(OutputStream.nullOutputStream()));
      Run run =
          new Run(
              made.folder(),
              recipe,
              setup,
              new Run.Mode(nowhere, () -> false, null, false, first, Watcher.NONE, null, null));
      M model = recipe.model(run);
      try {
        recipe.run(run, model);
      } catch (Stopped e) {
        // As it should be: nothing is trained here.
      }
      Learner learner = first.learner;
      Batches batches = first.batches;
      List<Tensor> batch =
          batches != null
              ? examples(batches.data())
              : setup.data() == null ? List.of() : examples(run.data().train());
      Rng rng = Rng.of(setup.seed()).split("objective");
      Tensor loss = learner == null ? null : learner.train(batch, rng).metrics().get(LOSS);
      if (learner != null && loss != null) {
        return new Objective("loss of a training step", floating(learner.model()), loss);
      }
      Objective known = batch.isEmpty() ? null : of(model, batch);
      if (known != null) {
        return known;
      }
      if (learner != null) {
        return measured(learner, batch, rng);
      }
      throw new UsageException(
          "the recipe %s has no model whose derivatives could be checked".formatted(recipe.name()));
    }

    private List<Tensor> examples(Dataset data) {
      return data.batch(IntStream.range(0, Math.min(examples, data.size())).toArray());
    }

    private static @Nullable Objective of(Object model, List<Tensor> batch) {
      Tensor x = batch.getFirst();
      return switch (model) {
        case DensityModel m -> of("mean log p(x)", m, m.logProbability(x).mean());
        case EnergyModel m -> of("mean free energy", m, m.freeEnergy(x).mean());
        case Classifier m ->
            of("cross-entropy", m, Losses.softmaxCrossEntropy(m.logits(x), batch.getLast()));
        case Regressor m -> of("squared error", m, Losses.mse(m.predict(x), batch.getLast()));
        default -> null;
      };
    }

    private static Objective of(String name, Object model, Tensor value) {
      return new Objective(name, floating(Parameters.all(model)), value);
    }

    private Objective measured(Learner learner, List<Tensor> batch, Rng rng) {
      List<String> names = new ArrayList<>();
      List<Tensor> numbers = new ArrayList<>();
      learner
          .evaluate(batch, rng)
          .metrics()
          .forEach((name, value) -> {
            if (value.dtype().isFloating() && value.shape().size() == 1) {
              names.add(name);
              numbers.add(value);
            }
          });
      return new Objective(
          String.join(" + ", names),
          floating(learner.model()),
          numbers.stream()
              .reduce(Tensor::add)
              .orElseThrow(() ->
                  new UsageException(
                      "the recipe %s learns without a loss and measures no number of its model"
                          .formatted(recipe.name()))));
    }
  }

  private static Map<String, Param> floating(Map<String, Param> params) {
    Map<String, Param> floating = new LinkedHashMap<>(params);
    floating.values().removeIf(p -> !p.dtype().isFloating());
    return floating;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("shinso-objective");
    } catch (IOException e) {
      throw FileException.writing(Path.of(System.getProperty("java.io.tmpdir", "")), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
