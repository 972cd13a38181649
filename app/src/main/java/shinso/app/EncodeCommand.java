package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.tensor.Tensor;
import shinso.nn.model.LatentVariableModel;
import shinso.train.data.DataException;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;

/** {@code shinso encode}: the codes that a trained model gives to pictures. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = "Print the codes of pictures, a line of numbers each, with the model of a run.")
final class EncodeCommand implements Callable<Integer> {
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
    LatentVariableModel model = opened.model(LatentVariableModel.class, "encode");
    ImageInput input = RunPictures.input(opened);
    int exit = 0;
    for (Path image : images) {
      try {
        Tensor code = model.encode(input.read(image).image().unsqueeze(0)).evaluate();
        Prediction.checkNumbers(image, code.toDoubleArray());
        CsvRows.print(main.out(), code);
      } catch (DataException e) {
        // One bad picture is no reason not to look at the others.
        main.err().println("shinso: " + e.getMessage());
        exit = Errors.FAILED;
      }
    }
    return exit;
  }
}
