package shinso.app.shell;

import java.io.File;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What snippets are compiled with. They run on the class path, where all of Shinso lies; the
 * compiler is shown the same jars as modules, too, so that {@code import module shinso.zoo} stands
 * for fifty imports.
 *
 * @param further what snippets may use beside the class path of this process
 * @param modulePath where Shinso's modules lie, and the modules that these need
 */
record ShellSetup(String further, String modulePath) {
  /** The modules that are imported; each brings along those that it requires transitively. */
  private static final List<String> MODULES = List.of("shinso.zoo", "shinso.interchange");

  /**
   * Names that more than one module has are said once more; which one is meant is what a user of
   * Shinso would say.
   */
  static final String IMPORTS =
      MODULES.stream().map(m -> "import module " + m + ";\n").collect(Collectors.joining())
          + """
          import module java.base;
          import shinso.core.backend.Buffer;
          import shinso.core.backend.Executable;
          import shinso.nn.chain.Enumeration;
          import shinso.nn.estimator.Draw;
          import shinso.train.data.catalog.Checksum;
          import shinso.train.judge.NearestNeighbours;
          import shinso.train.loop.Callback;
          import static shinso.app.shell.Show.show;
          """;

  /** Returns the setup of this process, with further entries of the class path. */
  static ShellSetup of(List<Path> more) {
    List<String> further = more.stream().map(path -> path.toAbsolutePath().toString()).toList();
    return new ShellSetup(
        String.join(File.pathSeparator, further),
        modules(entriesOf(System.getProperty("java.class.path")), new LinkedHashSet<>(MODULES)));
  }

  private static List<String> entriesOf(String path) {
    return Arrays.stream(path.split(File.pathSeparator)).filter(e -> !e.isEmpty()).toList();
  }

  /** Returns where modules and all that they require lie; what the JDK has needs no place. */
  private static String modules(List<String> entries, Set<String> roots) {
    Map<String, ModuleReference> known = new HashMap<>();
    for (String entry : entries) {
      try {
        ModuleFinder.of(Path.of(entry))
            .findAll()
            .forEach(m -> known.putIfAbsent(m.descriptor().name(), m));
      } catch (FindException notAModule) {
        // A jar whose name gives no name of a module is on the class path alone.
      }
    }
    Set<String> needed = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(roots);
    Set<String> places = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      ModuleReference module = known.get(name);
      if (module != null && needed.add(name)) {
        module.location().map(URI::normalize).ifPresent(l -> places.add(Path.of(l).toString()));
        module.descriptor().requires().stream().map(Requires::name).forEach(open::push);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  /** Returns the options of javac by which it finds the modules; JShell's tool has them, too. */
  List<String> moduleOptions() {
    return List.of("--module-path", modulePath, "--add-modules", String.join(",", MODULES));
  }
}
