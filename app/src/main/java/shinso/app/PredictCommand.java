package shinso.app;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.nn.model.Classifier;
import shinso.train.data.DataException;
import shinso.train.data.file.ImageFolder;
import shinso.train.file.AtomicFile;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.Prediction;
import shinso.zoo.harness.Prediction.Guess;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RowPredictions;
import shinso.zoo.harness.RunPictures;
import shinso.zoo.harness.TableFile;
import shinso.zoo.harness.UsageException;

/** {@code shinso predict}: what a trained model says about pictures or rows. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description =
        "Say what pictures show, or what rows of a table come to, with the model of a run.",
    footer = {
      "",
      "A model of digits or clothes crops pictures to what they show and scales them, and inverts",
      "what is dark on light; both is said. A model of photographs takes the square in their"
          + " middle.",
      "",
      "Of rows, a CSV table is printed: theirs with the predictions behind it. Their columns may",
      "stand in any order, the target may be missing."
    })
final class PredictCommand implements Callable<Integer> {
  private static final int GUESSES = 3;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;
  @Mixin private JsonOption json;

  /** What is said of pictures, for programs. */
  private final List<Map<String, Object>> pictures = new ArrayList<>();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Pictures (PNG, JPEG, GIF, BMP or TIFF) or folders of them, or a CSV file.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "CSV file for the predictions of rows (default: standard output).")
  private @Nullable Path out;

  @Override
  public Integer call() {
    threads.apply();
    RecipeRun opened = run.open();
    if (Files.exists(opened.dataFile(TableFile.CODING))) {
      return rows(opened);
    }
    Classifier classifier = opened.model(Classifier.class, "tell classes apart");
    ImageInput input = RunPictures.input(opened);
    if (out != null) {
      throw new UsageException("--out is for rows of a table; leave it out for pictures");
    }
    List<String> names = opened.classNames();
    int code = 0;
    for (Path file : files) {
      try {
        for (Path image : Files.isDirectory(file) ? ImageFolder.images(file) : List.of(file)) {
          code = Math.max(code, picture(classifier, input, names, image));
        }
      } catch (DataException e) {
        main.err().println("shinso: " + e.getMessage());
        code = Errors.FAILED;
      }
    }
    if (json.isGiven()) {
      JsonOption.print(main.out(), Map.of("pictures", pictures));
    }
    return code;
  }

  private int picture(Classifier classifier, ImageInput input, List<String> names, Path image) {
    try {
      Prediction prediction = Prediction.of(classifier, input, names, image);
      if (json.isGiven()) {
        pictures.add(row(prediction));
      } else {
        show(main.out(), prediction);
      }
      return 0;
    } catch (DataException e) {
      // One bad picture is no reason not to look at the others.
      main.err().println("shinso: " + e.getMessage());
      return Errors.FAILED;
    }
  }

  private int rows(RecipeRun opened) {
    if (files.size() > 1) {
      throw new UsageException(
          "one file of rows is predicted at a time; leave out %s".formatted(files.get(1)));
    }
    if (json.isGiven() && out != null) {
      throw new UsageException(
          "--out is for CSV, and --json goes to standard output; leave one out");
    }
    RowPredictions predictions = RowPredictions.of(opened, files.getFirst());
    StringBuilder csv = new StringBuilder(CsvRows.line(predictions.columns()));
    predictions.rows().forEach(row -> csv.append(System.lineSeparator()).append(CsvRows.line(row)));
    if (json.isGiven()) {
      JsonOption.print(main.out(), Map.of("rows", rows(predictions)));
    } else if (out == null) {
      main.out().println(csv);
    } else {
      AtomicFile.write(out, csv.append(System.lineSeparator()).toString());
      main.out().println("predictions: " + out);
    }
    predictions.notes().forEach(note -> main.err().println("shinso: " + note));
    predictions.problems().forEach(problem -> main.err().println("shinso: " + problem));
    return predictions.problems().isEmpty() ? 0 : Errors.FAILED;
  }

  private static List<Map<String, String>> rows(RowPredictions predictions) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (List<String> cells : predictions.rows()) {
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) {
        row.put(predictions.columns().get(i), cells.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Map<String, Object> row(Prediction prediction) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("file", prediction.file().toString());
    List<Map<String, Object>> guesses = new ArrayList<>();
    for (Guess guess : prediction.guesses()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("class", guess.name());
      fields.put("probability", JsonOption.number(guess.probability()));
      guesses.add(fields);
    }
    row.put("guesses", guesses);
    row.put("changes", prediction.changes());
    return row;
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
