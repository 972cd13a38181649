package shinso.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The systems that the zoo is to hold, by the ids of their rows. */
public final class Catalogue {
  private static final String FILE = "catalogue.txt";

  private Catalogue() {}

  /**
   * Returns what each row is about, by its id, such as {@code I3}, in the catalogue's order.
   *
   * @throws IllegalStateException if the jar lacks the list
   */
  public static Map<String, String> rows() {
    Map<String, String> rows = new LinkedHashMap<>();
    try (InputStream in = Catalogue.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing from the jar");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .forEach(line -> {
            int space = line.indexOf(' ');
            rows.put(line.substring(0, space), line.substring(space + 1));
          });
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " can't be read from the jar", e);
    }
    return Collections.unmodifiableMap(rows);
  }
}
