package shinso.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;
import shinso.train.file.FileException;

/** The options of the commands that delete, and their question. */
final class Confirmation {
  private static final Set<String> YES = Set.of("y", "yes");

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
  private boolean dry;

  /** Returns whether nothing is to be deleted. */
  boolean isDry() {
    return dry;
  }

  /**
   * Returns whether what is said is to be done: {@code --yes} says so, else a user at the terminal
   * is asked.
   *
   * @param question without its end
   * @param otherwise the answer where nobody can be asked
   */
  boolean isGiven(Main main, String question, boolean otherwise) {
    BufferedReader answers = main.answers();
    if (yes) {
      return true;
    }
    if (answers == null) {
      return otherwise;
    }
    main.out().print(question + "? [y/N] ");
    main.out().flush();
    try {
      String answer = answers.readLine();
      return answer != null && YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      throw new FileException("the terminal gives no answer; say --yes", e);
    }
  }
}
