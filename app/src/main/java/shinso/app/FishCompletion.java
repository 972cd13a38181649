package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A script that makes fish complete: picocli has one for bash and zsh only. */
final class FishCompletion {
  private static final String RUN = "RUN";
  private static final String SWEEP = "SWEEP";

  private final String name;
  private final StringBuilder script = new StringBuilder();
  private final List<String> paths = new ArrayList<>();

  private FishCompletion(String name) {
    this.name = name;
  }

  /** Returns the script for a command and all of its commands. */
  static String of(String name, CommandLine root) {
    FishCompletion fish = new FishCompletion(name);
    fish.command(root, "");
    return fish.header() + fish.script;
  }

  private String header() {
    List<String> quoted =
        paths.stream().filter(p -> !p.isEmpty()).map(FishCompletion::quoted).toList();
    return """
    # fish completion for NAME; load it with: ./NAME completion fish | source
    set -g __NAME_commands %s
    # Says which command the words before the cursor are.
    function __NAME_path
        set -l words (commandline -opc)
        set -e words[1]
        set -l path ''
        for word in $words
            set -l longer (string trim -- "$path $word")
            if contains -- $longer $__NAME_commands
                set path $longer
            end
        end
        echo $path
    end
    function __NAME_at
        test (__NAME_path) = "$argv"
    end
    # Says the names of runs, or of sweeps, in the usual folder.
    function __NAME_folders
        set -l files runs/*/$argv[1]
        string replace -r '^runs/(.*)/[^/]*$' '$1' -- $files
    end
    complete -c NAME -f
    """
        .replace("NAME", name)
        .formatted(String.join(" ", quoted));
  }

  private void command(CommandLine line, String path) {
    paths.add(path);
    CommandSpec spec = line.getCommandSpec();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        option(option, path);
      }
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      if (!argument.hidden()) {
        String candidates = candidates(argument);
        add(path, candidates.isEmpty() ? "-F" : "-a " + candidates);
      }
    }
    for (Map.Entry<String, CommandLine> sub : line.getSubcommands().entrySet()) {
      CommandSpec other = sub.getValue().getCommandSpec();
      if (!other.usageMessage().hidden()) {
        String[] about = other.usageMessage().description();
        String text = about.length == 0 ? "" : " -d " + quoted(about[0]);
        add(path, "-a " + quoted(sub.getKey()) + text);
        command(sub.getValue(), (path + " " + sub.getKey()).strip());
      }
    }
  }

  private void option(OptionSpec option, String path) {
    StringBuilder s = new StringBuilder();
    for (String each : option.names()) {
      s.append(each.startsWith("--") ? "-l " + each.substring(2) : "-s " + each.substring(1));
      s.append(' ');
    }
    if (option.arity().max() > 0) {
      String candidates = candidates(option);
      boolean file = candidates.isEmpty() && option.type() == Path.class;
      s.append(file ? "-r -F " : "-x ");
      s.append(candidates.isEmpty() ? "" : "-a " + candidates + " ");
    }
    String[] about = option.description();
    add(path, s + (about.length == 0 ? "" : "-d " + quoted(about(option, about[0]))));
  }

  /** The variables of picocli are for its own help. */
  private static String about(OptionSpec option, String text) {
    List<String> words = new ArrayList<>();
    if (option.completionCandidates() != null) {
      option.completionCandidates().forEach(words::add);
    }
    return text.replace("${COMPLETION-CANDIDATES}", String.join(", ", words))
        .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValueString(true)));
  }

  /** Returns what fish is to offer, empty if that is left to it. */
  private static String candidates(ArgSpec argument) {
    List<String> words = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(words::add);
    }
    if (!words.isEmpty()) {
      return quoted(String.join(" ", words));
    }
    return switch (argument.paramLabel()) {
      case RUN -> "'(__NAME_folders run.json)'";
      case SWEEP -> "'(__NAME_folders sweep.json)'";
      default -> "";
    };
  }

  private void add(String path, String what) {
    script.append("complete -c ").append(name).append(" -n ");
    script.append(quoted("__" + name + "_at " + path)).append(' ');
    script.append(what.replace("__NAME_", "__" + name + "_").strip()).append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
