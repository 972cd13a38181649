package shinso.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.ConditionalSampler;
import shinso.nn.model.Sampler;
import shinso.nn.model.TextSampler;
import shinso.train.figure.Figure;
import shinso.zoo.harness.ClassName;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;
import shinso.zoo.harness.UsageException;

/** {@code shinso sample}: examples that a trained model makes up. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = "Draw examples from the model of a run: pictures, rows of numbers, or a text.",
    footer = {
      "",
      "A model of texts goes on with what --prompt gives it, which may be several lines.",
      "",
      "  shinso sample RUN --count 25 --out sheet.png",
      "  shinso sample RUN --count 25 --out digits        # a file for each",
      "  shinso sample RUN --condition 7                  # of a model of classes"
    })
final class SampleCommand implements Runnable {
  private static final int EXAMPLES = 100;
  private static final int TEXT_LENGTH = 500;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many (default: 100; of texts 1).")
  private @Nullable Integer count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What the draws follow from (default: 1).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FILE|FOLDER",
      description =
          "PNG file for a sheet of pictures, or folder for a file each (default: samples.png in the"
              + " run's folder).")
  private Path out = Path.of("");

  @Option(
      names = "--condition",
      paramLabel = "CLASS",
      description = "Name or number of the class of which examples are drawn (default: of all).")
  private @Nullable String condition;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What a text goes on from (default: nothing, or a new line).")
  private @Nullable String prompt;

  @Option(
      names = "--length",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many characters or words are added to a text (default: 500).")
  private @Nullable Integer length;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      converter = Converters.Positive.class,
      description =
          "How daring a text is: 1 as the model says, less for what is more probable (default: 1).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      converter = Converters.Count.class,
      description =
          "Draw each character or word from the K most probable ones (default: from all); 1 takes"
              + " the most probable one.")
  private @Nullable Integer top;

  @Override
  public void run() {
    threads.apply();
    RecipeRun opened = run.open();
    if (opened.can(TextSampler.class)) {
      if (condition != null) {
        throw new UsageException("a model of texts has no classes; use --prompt, not --condition");
      }
      write(opened.model(TextSampler.class, "write"));
      return;
    }
    refuseTextOptions(opened);
    boolean isFile = !out.toString().isEmpty() && !PictureFiles.isFolder(out);
    if (isFile && opened.input().rank() == 3) {
      PictureFiles.png(out); // before it takes time to draw
    }
    int examples = count == null ? EXAMPLES : count;
    if (condition == null) {
      refuseClassesOnly(opened);
      draw(opened, opened.model(Sampler.class, "make up examples").sample(examples, Rng.of(seed)));
    } else {
      ConditionalSampler model =
          opened.model(ConditionalSampler.class, "make up examples of a class");
      int number = ClassName.number(condition, opened.classNames(), model.classes());
      Tensor classes = Tensor.iota(examples).mul(0).add(number);
      draw(opened, model.sampleGiven(classes, Rng.of(seed)));
    }
  }

  private static void refuseClassesOnly(RecipeRun opened) {
    if (!opened.can(Sampler.class) && opened.can(ConditionalSampler.class)) {
      throw new UsageException(
          "the model of a run of %s makes up examples of a class; say of which with --condition"
              .formatted(opened.recipe().name()));
    }
  }

  private void write(TextSampler model) {
    if (!out.toString().isEmpty()) {
      throw new UsageException("texts are printed, so leave --out out and use > FILE");
    }
    TextSampler.Choice choice = new TextSampler.Choice(temperature == null ? 1 : temperature, top);
    int texts = count == null ? 1 : count;
    int tokens = length == null ? TEXT_LENGTH : length;
    String given = prompt == null ? model.opening() : prompt;
    model.continuations(given, texts, tokens, choice, Rng.of(seed)).forEach(main.out()::println);
  }

  private void refuseTextOptions(RecipeRun opened) {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    options.put("--prompt", prompt);
    options.put("--length", length);
    options.put("--temperature", temperature);
    options.put("--top-k", top);
    options.values().removeIf(Objects::isNull);
    if (!options.isEmpty()) {
      throw new UsageException(
          "the model of a run of %s writes no texts; leave %s out"
              .formatted(opened.recipe().name(), String.join(", ", options.keySet())));
    }
  }

  private void draw(RecipeRun opened, Tensor drawn) {
    Tensor samples = RunPictures.shaped(opened, drawn);
    boolean named = !out.toString().isEmpty();
    if (!RunPictures.areImages(samples)) {
      if (named) {
        throw new UsageException(
            "a run of %s makes no pictures: rows are printed, so leave --out out and use > FILE"
                .formatted(opened.recipe().name()));
      }
      CsvRows.print(main.out(), samples);
    } else if (named && PictureFiles.isFolder(out)) {
      PictureFiles.writeEach(out, samples);
      main.out().println("samples: " + out);
    } else {
      Path file = PictureFiles.png(opened, out, "samples.png");
      int scale = Math.max(1, 84 / samples.shape().dim(2));
      Figure.pictures("Samples", samples).scale(scale).write(file);
      main.out().println("samples: " + file);
    }
  }
}
