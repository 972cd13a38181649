package shinso.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.nn.model.Classifier;
import shinso.train.data.DataException;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.Prediction.Guess;
import shinso.zoo.harness.RecipeRun;

/** {@code shinso predict}: what a trained model says about pictures. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Say what pictures show, with the model of a run.",
    footer = {
      "",
      "Pictures of any size are cropped to what they show and scaled; what is dark on light is",
      "inverted. Both is said."
    })
final class PredictCommand implements Callable<Integer> {
  private static final int GUESSES = 3;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "PNG, JPEG, GIF, BMP or TIFF.")
  private List<Path> images = new ArrayList<>();

  @Override
  public Integer call() {
    threads.apply();
    RecipeRun opened = run.open();
    Classifier classifier = opened.model(Classifier.class, "tell classes apart");
    ImageInput input = PictureFiles.input(opened);
    List<String> names = opened.classNames();
    int code = 0;
    for (Path image : images) {
      try {
        show(main.out(), Prediction.of(classifier, input, names, image));
      } catch (DataException e) {
        // One bad picture is no reason not to look at the others.
        main.err().println("shinso: " + e.getMessage());
        code = Errors.FAILED;
      }
    }
    return code;
  }

  private static void show(PrintStream out, Prediction prediction) {
    List<String> guesses =
        prediction.guesses().stream().limit(GUESSES).map(PredictCommand::text).toList();
    StringBuilder line = new StringBuilder();
    line.append(prediction.file()).append(": ").append(guesses.getFirst());
    line.append(", then ").append(String.join(", ", guesses.subList(1, guesses.size())));
    for (String change : prediction.changes()) {
      line.append("; ").append(change);
    }
    out.println(line);
  }

  private static String text(Guess guess) {
    return String.format(Locale.ROOT, "%s (%.1f %%)", guess.name(), 100 * guess.probability());
  }
}
