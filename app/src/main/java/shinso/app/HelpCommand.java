package shinso.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shinso.zoo.harness.UsageException;

/** {@code shinso help}: what {@code --help} says, asked for in front of the command. */
@Command(
    name = "help",
    mixinStandardHelpOptions = true,
    description = "Show how a command is used, as --help behind it does.")
final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      completionCandidates = Candidates.Commands.class,
      description = "Such as run, or data get (default: all commands).")
  private List<String> names = new ArrayList<>();

  @Override
  public void run() {
    CommandLine line = spec.root().commandLine();
    for (String name : names) {
      CommandLine next = line.getSubcommands().get(name);
      if (next == null) {
        throw unknown(line, name);
      }
      line = next;
    }
    line.usage(spec.commandLine().getOut());
  }

  private static UsageException unknown(CommandLine line, String name) {
    return line.getSubcommands().isEmpty()
        ? new UsageException(
            "%s has no commands, so there is no '%s'; see %1$s --help"
                .formatted(line.getCommandSpec().qualifiedName(), name))
        : UsageException.unknown("command", name, Candidates.commands(line.getCommandSpec()));
  }
}
