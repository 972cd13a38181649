package shinso.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shinso train}: trains on a file or folder of the user's own. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    subcommands = {
      TrainCommand.Images.class,
      TrainCommand.Table.class,
      TrainCommand.Text.class,
      TrainCommand.Pairs.class
    },
    description = "Train on your own data, and leave a model and a report in the run's folder.",
    footer = {
      "",
      "shinso predict RUN uses the model on new pictures or rows, shinso sample RUN",
      "goes on with a text, shinso translate RUN writes what belongs to a text."
    })
final class TrainCommand implements Runnable {
  @Spec private CommandSpec spec;
  @ParentCommand private Main main;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code shinso train images}. */
  @Command(
      name = "images",
      mixinStandardHelpOptions = true,
      description = "Train a convolutional network on pictures, a folder for each class.",
      footer = {
        "",
        "FOLDER/cats/1.jpg, FOLDER/dogs/1.jpg: the folders in FOLDER are the classes.",
        "Pictures of any size are turned upright, cut to the square in their middle and",
        "scaled."
      })
  static final class Images implements Callable<Integer> {
    @ParentCommand private TrainCommand parent;
    @Mixin private OwnTraining training;

    @Parameters(paramLabel = "FOLDER", description = "A folder that has one for each class.")
    private Path folder = Path.of("");

    /** Says what is done anyway, so that a command line can be read. */
    @Option(
        names = "--classes-from-folders",
        description = "The class of a picture is the name of its folder, as it always is.")
    @SuppressWarnings("UnusedVariable")
    private boolean classesFromFolders;

    @Option(
        names = "--model",
        paramLabel = "NAME",
        completionCandidates = Candidates.ImageModels.class,
        description = "${COMPLETION-CANDIDATES} (default: resnet).")
    private @Nullable String model;

    @Option(
        names = "--size",
        paramLabel = "PIXELS",
        description = "Rows and columns of what the network sees (default: 32).")
    private @Nullable String size;

    @Option(
        names = "--validation",
        paramLabel = "SHARE",
        description = "Share held out to choose the best epoch (default: 0.15).")
    private @Nullable String validation;

    @Option(
        names = "--test",
        paramLabel = "SHARE",
        description = "Share held out for the final numbers (default: 0.15).")
    private @Nullable String test;

    @Option(
        names = "--broken",
        paramLabel = "SHARE",
        description = "Share of the pictures that may be unreadable (default: 0.1).")
    private @Nullable String broken;

    @Override
    public Integer call() {
      Map<String, @Nullable String> options = new LinkedHashMap<>();
      options.put("model", model);
      options.put("size", size);
      options.put("validation", validation);
      options.put("test", test);
      options.put("broken", broken);
      return training.on(parent.main, "images", folder, options);
    }
  }

  /** {@code shinso train table}. */
  @Command(
      name = "table",
      mixinStandardHelpOptions = true,
      description = "Train a small network to predict a column of a table from the others.",
      footer = {
        "",
        "Texts that occur again and again are categories, and have a number for each;",
        "numbers are brought to mean 0 and deviation 1. What was found in the columns",
        "is said."
      })
  static final class Table implements Callable<Integer> {
    @ParentCommand private TrainCommand parent;
    @Mixin private OwnTraining training;

    @Parameters(paramLabel = "FILE", description = "CSV file in UTF-8, gzipped or plain.")
    private Path file = Path.of("");

    @Option(names = "--target", paramLabel = "COLUMN", description = "Column to be predicted.")
    private @Nullable String target;

    @Option(
        names = "--task",
        paramLabel = "NAME",
        completionCandidates = Candidates.Tasks.class,
        description =
            "auto (default), regression or classification; auto: numbers are quantities, unless"
                + " they are whole and ten or fewer different ones.")
    private @Nullable String task;

    @Option(
        names = "--categories",
        paramLabel = "COLUMNS",
        description = "Columns of numbers that are categories, such as codes: a,b,c.")
    private @Nullable String categories;

    @Option(
        names = "--ignore",
        paramLabel = "COLUMNS",
        description = "Columns that are left out: a,b,c.")
    private @Nullable String ignored;

    @Option(
        names = "--missing",
        paramLabel = "TEXTS",
        description =
            "Texts that stand for a missing value, as an empty field does: a,b,c (default:"
                + " NA,N/A,NaN,null,?); '' for none.")
    private @Nullable String markers;

    @Option(
        names = "--delimiter",
        paramLabel = "CHAR",
        description =
            "What stands between fields: , ; tab or | (default: what the first line has).")
    private @Nullable String delimiter;

    @Option(
        names = "--decimal",
        paramLabel = "CHAR",
        description = "The point of numbers, . or , (default: .).")
    private @Nullable String decimal;

    @Option(
        names = "--no-header",
        description = "The first line is a row; columns are called c1, c2, ….")
    private boolean headless;

    @Option(
        names = "--skip",
        paramLabel = "N",
        description = "Lines at the beginning that are no part of the table.")
    private @Nullable String skipped;

    @Option(
        names = "--validation",
        paramLabel = "SHARE",
        description = "Share of the rows held out to end training in time (default: 0.15).")
    private @Nullable String validation;

    @Option(
        names = "--test",
        paramLabel = "SHARE",
        description = "Share of the rows held out for the final numbers (default: 0.2).")
    private @Nullable String test;

    @Option(
        names = "--broken",
        paramLabel = "SHARE",
        description = "Share of the rows that may be unusable (default: 0.1).")
    private @Nullable String broken;

    @Override
    public Integer call() {
      Map<String, @Nullable String> options = new LinkedHashMap<>();
      options.put("target", target);
      options.put("task", task);
      options.put("categories", categories);
      options.put("ignore", ignored);
      options.put("missing", markers);
      options.put("delimiter", delimiter);
      options.put("decimal", decimal);
      options.put("header", headless ? "no" : null);
      options.put("skip", skipped);
      options.put("validation", validation);
      options.put("test", test);
      options.put("broken", broken);
      return training.on(parent.main, "table", file, options);
    }
  }

  /** {@code shinso train text}. */
  @Command(
      name = "text",
      mixinStandardHelpOptions = true,
      description = "Train a recurrent network to write like a text.",
      footer = {
        "",
        "FILE is text in UTF-8, plain or gzipped. Its last tenth is held out, one half",
        "to choose the best epoch, the other for the final numbers. shinso sample RUN",
        "--prompt TEXT goes on with a text."
      })
  static final class Text implements Callable<Integer> {
    @ParentCommand private TrainCommand parent;
    @Mixin private OwnTraining training;

    @Parameters(paramLabel = "FILE", description = "A text.")
    private Path file = Path.of("");

    @Option(
        names = "--level",
        paramLabel = "LEVEL",
        completionCandidates = Candidates.TextLevels.class,
        description = "What is predicted, ${COMPLETION-CANDIDATES} (default: characters).")
    private @Nullable String level;

    @Override
    public Integer call() {
      Map<String, @Nullable String> options = new LinkedHashMap<>();
      options.put("level", level);
      return training.on(parent.main, "text", file, options);
    }
  }

  /** {@code shinso train pairs}. */
  @Command(
      name = "pairs",
      mixinStandardHelpOptions = true,
      description = "Train a recurrent network to write one text for another.",
      footer = {
        "",
        "FILE has a pair on each line: a text, a tab, and what is to be written for it,",
        "in UTF-8, plain or gzipped. Of the pairs a twentieth is held out to choose the",
        "best epoch, and as many for the final numbers. shinso translate RUN TEXT uses",
        "the model."
      })
  static final class Pairs implements Callable<Integer> {
    @ParentCommand private TrainCommand parent;
    @Mixin private OwnTraining training;

    @Parameters(paramLabel = "FILE", description = "Pairs of texts.")
    private Path file = Path.of("");

    @Option(
        names = "--level",
        paramLabel = "LEVEL",
        completionCandidates = Candidates.TextLevels.class,
        description =
            "What texts are made of, ${COMPLETION-CANDIDATES} (default: characters); words stand"
                + " between blanks.")
    private @Nullable String level;

    @Override
    public Integer call() {
      Map<String, @Nullable String> options = new LinkedHashMap<>();
      options.put("level", level);
      return training.on(parent.main, "pairs", file, options);
    }
  }
}
