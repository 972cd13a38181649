package shinso.app;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Sampler;
import shinso.train.figure.Figure;
import shinso.zoo.harness.RecipeRun;

/** {@code shinso sample}: examples that a trained model makes up. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = "Draw examples from the model of a run: a picture, or rows of numbers.")
final class SampleCommand implements Runnable {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many (default: 100).")
  private int count = 100;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What the draws follow from (default: 1).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "PNG file for pictures (default: samples.png in the run's folder).")
  private Path out = Path.of("");

  @Override
  public void run() {
    threads.apply();
    RecipeRun opened = run.open();
    Sampler model = opened.model(Sampler.class, "make up examples");
    Tensor samples = PictureFiles.shaped(opened, model.sample(count, Rng.of(seed)));
    if (PictureFiles.areImages(samples)) {
      Path file = PictureFiles.png(opened, out, "samples.png");
      int scale = Math.max(1, 84 / samples.shape().dim(2));
      Figure.pictures("Samples", samples).scale(scale).write(file);
      main.out().println("samples: " + file);
    } else {
      CsvRows.print(main.out(), samples);
    }
  }
}
