package shinso.core.program;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Executable;

/**
 * Compiled programs, of which the least recently used are dropped when all together keep more than
 * 256 MB, or a quarter of the largest heap if that is less, or are more than 1,000; the last four
 * stay in any case. For use by one thread at a time.
 */
final class ProgramCache<K, V> {
  /** For whole and last batches in training and validation. */
  private static final int FEWEST = 4;

  private static final int MOST = 1000;
  private static final long MOST_BYTES = Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 4);

  private final Function<V, Executable> executable;
  private final Map<K, V> programs = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Creates an empty cache.
   *
   * @param executable what keeps memory of a program
   */
  ProgramCache(Function<V, Executable> executable) {
    this.executable = executable;
  }

  /** Returns a program, or null if there is none. */
  @Nullable V get(K key) {
    return programs.get(key);
  }

  /** Returns the number of programs. */
  int size() {
    return programs.size();
  }

  /** Adds a program, and drops others if they are too many or too large. */
  void put(K key, V program) {
    programs.put(key, program);
    List<V> latest = new ArrayList<>(programs.values()).reversed();
    Map<Object, Boolean> counted = new IdentityHashMap<>();
    int kept = 0;
    long bytes = 0;
    for (V p : latest) {
      Executable e = executable.apply(p);
      bytes += e.memoryBytes();
      for (Map.Entry<Object, Long> part : e.shared().entrySet()) {
        bytes += counted.put(part.getKey(), true) == null ? part.getValue() : 0;
      }
      if (kept >= FEWEST && (kept == MOST || bytes > MOST_BYTES)) {
        break;
      }
      kept++;
    }
    Iterator<V> eldest = programs.values().iterator();
    while (programs.size() > kept) {
      eldest.next();
      eldest.remove();
    }
  }
}
