package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Completer;
import shinso.train.figure.Figure;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.KeptPart;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;

/** {@code shinso complete}: fills in the part of a picture that a model is not shown. */
@Command(
    name = "complete",
    mixinStandardHelpOptions = true,
    description = "Hide a part of a picture and draw what the model of a run fills in.",
    footer = {
      "",
      "The first picture is what is given, mid-grey where it is hidden. A mask is of the picture as"
          + " the model sees it, of 28 x 28 pixels for digits, and is stretched to that."
    })
final class CompleteCommand implements Runnable {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "PNG, JPEG, GIF, BMP or TIFF.")
  private Path image = Path.of("");

  @Option(
      names = "--keep",
      paramLabel = "PART",
      converter = Converters.Kept.class,
      description = {
        "What the model is shown: top, bottom, left or right, or the light part of a mask such as"
            + " mask.png (default: top)."
      })
  private KeptPart kept = KeptPart.Half.TOP;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many ways of completing it (default: 9).")
  private int count = 9;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What the draws follow from (default: 1).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "PNG file (default: completed.png in the run's folder).")
  private Path out = Path.of("");

  @Override
  public void run() {
    threads.apply();
    RecipeRun opened = run.open();
    Completer model = opened.model(Completer.class, "fill in what is missing");
    Path file = PictureFiles.png(opened, out, "completed.png");
    ImageInput input = RunPictures.input(opened);
    Tensor picture = input.read(image).image();
    Tensor known = kept.mask(picture.shape());
    Tensor shown = picture.mul(known);
    Tensor many = shown.unsqueeze(0).tile(0, count);
    Tensor masks = known.unsqueeze(0).tile(0, count);
    Tensor completed = RunPictures.shaped(opened, model.complete(many, masks, Rng.of(seed)));
    List<Tensor> all = new ArrayList<>();
    all.add(shown.add(known.rsub(1).mul(0.5)).unsqueeze(0));
    all.add(completed);
    Figure.pictures("Completed", Tensor.concat(0, all)).scale(4).write(file);
    main.out().println("completed: " + file);
  }
}
