package shinso.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.nn.model.Translator;
import shinso.train.data.DataException;

/** {@code shinso translate}: what a trained model writes for texts. */
@Command(
    name = "translate",
    mixinStandardHelpOptions = true,
    description = "Print what the model of a run writes for texts, a line for each.")
final class TranslateCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TEXT",
      description = "A text, in quotes if it has blanks.")
  private List<String> texts = new ArrayList<>();

  @Override
  public Integer call() {
    threads.apply();
    Translator model = run.open().model(Translator.class, "translate");
    int exit = 0;
    for (String text : texts) {
      try {
        main.out().println(model.translate(List.of(text)).getFirst());
      } catch (DataException e) {
        // One bad text is no reason not to write for the others.
        main.err().println("shinso: " + e.getMessage());
        exit = Errors.FAILED;
      }
    }
    return exit;
  }
}
