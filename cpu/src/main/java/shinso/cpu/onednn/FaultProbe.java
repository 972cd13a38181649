package shinso.cpu.onednn;

import java.util.List;

/**
 * Tries out known faults, in a process of its own since some end it: prints a line for each that is
 * named on the command line, its name, a tab, and whether oneDNN is right or wrong.
 */
public final class FaultProbe {
  private FaultProbe() {}

  /** Tries the faults with these names in order. */
  public static void main(String[] names) {
    if (!(OneDnn.load() instanceof OneDnn.Loaded.Ready(OneDnn dnn))) {
      throw new IllegalStateException("oneDNN isn't loaded: " + OneDnn.load());
    }
    List<String> wanted = List.of(names);
    for (KnownFaults.Fault f : KnownFaults.all()) {
      if (wanted.contains(f.name())) {
        boolean right = Trial.isRight(dnn, f.example());
        System.out.println(f.name() + "\t" + (right ? "right" : "wrong"));
      }
    }
  }
}
