package shinso.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.app.shell.Script;
import shinso.app.shell.Shell;
import shinso.train.file.FileException;
import shinso.train.loop.Screen;
import shinso.zoo.harness.UsageException;

/** {@code shinso shell}: JShell with all of Shinso imported. */
@Command(
    name = "shell",
    mixinStandardHelpOptions = true,
    description = {
      "Type Java and see what comes out, or run files of it.",
      "",
      "This is the JDK's JShell with all packages of Shinso imported. A file ends at its first error"
          + " with exit code 1; one that ends in .md is a page, whose java blocks are run. What comes"
          + " through a pipe is run as a file is."
    },
    footer = {
      "",
      "  ./shinso shell",
      "  ./shinso shell -i docs/tutorial/03-back-propagation.md",
      "  echo 'IO.println(Tensor.iota(6).reshape(2, 3))' | ./shinso shell"
    })
final class ShellCommand implements Callable<Integer> {
  /** Read by the backend when it is found, which is at the first computation. */
  private static final String ONEDNN = "shinso.onednn";

  @ParentCommand private Main main;
  @Mixin private Threads threads;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCRIPT",
      description = "Files of Java or pages in Markdown; - is the standard input.")
  private List<Path> scripts = new ArrayList<>();

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "Jars and folders of classes to use beside Shinso.")
  private String classPath = "";

  @ArgGroup private Way way = new Way();

  /** What is done, if it is not to run the scripts and end. */
  private static final class Way {
    @Option(
        names = {"-i", "--interactive"},
        description = "Go on in the shell behind the scripts.")
    private boolean interactive;

    @Option(
        names = "--check",
        description =
            "Compare what pages print with the text blocks behind their java blocks. Without oneDNN,"
                + " so that the numbers don't depend on the processor.")
    private boolean check;

    @Option(names = "--update", description = "Write what pages print into them, in the same way.")
    private boolean update;
  }

  @Override
  public Integer call() {
    threads.apply();
    Shell shell = new Shell(main.out(), entries());
    if (way.check || way.update) {
      return compare(shell);
    }
    boolean typed = scripts.isEmpty() && Screen.standard().isTerminal();
    if (typed || way.interactive) {
      if (!Screen.standard().isTerminal()) {
        throw new UsageException("--interactive needs a terminal to type in");
      }
      return shell.talk(Terminals.screen(main.out()), read());
    }
    shell.run(scripts.isEmpty() ? List.of(Script.readStandardInput()) : read());
    return 0;
  }

  private int compare(Shell shell) {
    List<Script> pages = read();
    for (Script page : pages) {
      if (!page.name().endsWith(".md")) {
        throw new UsageException(
            "only pages in Markdown say what they print; the name of '%s' doesn't end in .md"
                .formatted(page.name()));
      }
    }
    if (pages.isEmpty()) {
      throw new UsageException("there are no pages to compare; give their names");
    }
    if (System.getProperty(ONEDNN) == null) {
      System.setProperty(ONEDNN, "off");
    }
    if (way.update) {
      shell.update(pages).forEach(page -> main.out().println(page + " has changed"));
      return 0;
    }
    List<String> differences = shell.check(pages);
    differences.forEach(d -> main.err().println("shinso: " + d));
    if (differences.isEmpty()) {
      main.notes().println("all pages print what they say");
    }
    return differences.isEmpty() ? 0 : Errors.FAILED;
  }

  private List<Script> read() {
    return scripts.stream()
        .map(s -> s.toString().equals("-") ? Script.readStandardInput() : Script.read(s))
        .toList();
  }

  private List<Path> entries() {
    List<Path> entries =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(e -> !e.isEmpty())
            .map(Path::of)
            .toList();
    for (Path entry : entries) {
      if (!Files.exists(entry)) {
        throw new FileException("there is no " + entry + " for the class path");
      }
    }
    return entries;
  }
}
