package shinso.dashboard.run;

import java.util.List;

/** How another {@code shinso} is started: as this one was. */
@FunctionalInterface
public interface Launcher {
  /** Returns the program and its arguments that run the command line with some arguments. */
  List<String> command(List<String> arguments);
}
