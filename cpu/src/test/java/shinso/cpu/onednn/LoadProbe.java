package shinso.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import shinso.core.backend.OptionException;

/**
 * What {@link LoadTest} runs in a process of its own: loads, multiplies, and prints what happened.
 */
final class LoadProbe {
  private LoadProbe() {}

  public static void main(String[] args) {
    try {
      loadAndMultiply();
    } catch (OptionException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }

  private static void loadAndMultiply() {
    switch (OneDnn.load()) {
      case OneDnn.Loaded.Off(String reason) -> System.out.println("off: " + reason);
      case OneDnn.Loaded.Ready(OneDnn dnn) -> {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment c = Native.floats(arena, 1);
          MemorySegment two = Native.filled(arena, 3, 2);
          Native.run(dnn.primitive(MatmulSpec.of(1, 1, 3)), two, Native.filled(arena, 3, 5), c);
          System.out.println("ready: " + dnn.isa() + " 2·5·3 = " + (int) Native.get(c, 0));
        }
      }
    }
  }
}
