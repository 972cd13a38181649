package shinso.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.tensor.Tensor;
import shinso.nn.model.LatentVariableModel;
import shinso.train.data.DataException;
import shinso.train.data.file.ImageFolder;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;

/** {@code shinso encode}: the codes that a trained model gives to pictures. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description =
        "Print the codes of pictures, a line each with the file and its numbers, with the model of"
            + " a run.")
final class EncodeCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;
  @Mixin private JsonOption json;

  /** What comes out, for programs. */
  private final List<Map<String, Object>> codes = new ArrayList<>();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Pictures (PNG, JPEG, GIF, BMP or TIFF) or folders of them.")
  private List<Path> files = new ArrayList<>();

  @Override
  public Integer call() {
    threads.apply();
    RecipeRun opened = run.open();
    LatentVariableModel model = opened.model(LatentVariableModel.class, "encode");
    ImageInput input = RunPictures.input(opened);
    int exit = 0;
    for (Path file : files) {
      try {
        for (Path image : Files.isDirectory(file) ? ImageFolder.images(file) : List.of(file)) {
          exit = Math.max(exit, picture(model, input, image));
        }
      } catch (DataException e) {
        main.err().println("shinso: " + e.getMessage());
        exit = Errors.FAILED;
      }
    }
    if (json.isGiven()) {
      JsonOption.print(main.out(), Map.of("codes", codes));
    }
    return exit;
  }

  private int picture(LatentVariableModel model, ImageInput input, Path image) {
    try {
      ImageInput.Read read = input.read(image);
      Tensor code = model.encode(read.image().unsqueeze(0)).evaluate(); // [1, *]
      Prediction.checkNumbers(image, code.toDoubleArray());
      if (json.isGiven()) {
        codes.add(row(image, code, read.changes()));
      } else {
        main.out().print(image + ": ");
        CsvRows.print(main.out(), code);
      }
      return 0;
    } catch (DataException e) {
      // One bad picture is no reason not to look at the others.
      main.err().println("shinso: " + e.getMessage());
      return Errors.FAILED;
    }
  }

  private static Map<String, Object> row(Path image, Tensor code, List<String> changes) {
    List<Float> numbers = new ArrayList<>();
    for (float x : code.toFloatArray()) {
      numbers.add(x);
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("file", image.toString());
    row.put("code", numbers);
    row.put("changes", changes);
    return row;
  }
}
