package shinso.app;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shinso completion}: what makes a shell complete commands, options and names. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a script that makes a shell complete commands, options and names.",
    footer = {
      "",
      "For this shell, and in ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish for all that",
      "follow:",
      "  source <(./shinso completion bash)",
      "  source <(./shinso completion zsh)",
      "  ./shinso completion fish | source"
    })
final class CompletionCommand implements Runnable {
  /** The commands of the launcher script. */
  private static final List<String> LAUNCHER = List.of("test", "bench", "docs", "mvn");

  @Spec private CommandSpec spec;

  /** Of bash and zsh the script finds out which of the two reads it. */
  @Parameters(
      paramLabel = "SHELL",
      converter = Converters.Shell.class,
      completionCandidates = Candidates.Shells.class,
      description = "bash, zsh or fish.")
  private String shell = "";

  @Override
  public void run() {
    CommandLine all = spec.root().commandLine();
    for (String name : LAUNCHER) {
      all.addSubcommand(name, CommandSpec.create());
    }
    String name = spec.root().name();
    spec.commandLine()
        .getOut()
        .print(shell.equals("fish") ? FishCompletion.of(name, all) : AutoComplete.bash(name, all));
    spec.commandLine().getOut().flush();
  }
}
