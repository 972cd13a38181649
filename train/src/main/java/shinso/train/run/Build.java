package shinso.train.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Shinso this is. */
public final class Build {
  private static final Properties FACTS = read();

  private Build() {}

  /** Returns the version, such as {@code 0.1.0}; {@code development} where Maven built nothing. */
  public static String version() {
    return fact("version", "development");
  }

  /**
   * Returns the commit that the sources were at, with {@code -dirty} behind it if they had been
   * changed since; {@code unknown} if they came without their history.
   */
  public static String commit() {
    return fact("commit", "unknown");
  }

  /** What the build didn't know it has left as it was. */
  private static String fact(String name, String otherwise) {
    String value = FACTS.getProperty(name, "");
    return value.isEmpty() || value.startsWith("${") ? otherwise : value;
  }

  private static Properties read() {
    Properties facts = new Properties();
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        facts.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties in the jar can't be read", e);
    }
    return facts;
  }
}
