package shinso.zoo.harness;

import java.util.List;
import java.util.stream.IntStream;

/** A class that a user names. */
public final class ClassName {
  private ClassName() {}

  /**
   * Returns the number of a class.
   *
   * @param text its name, or its number from 0
   * @param names the names of the classes; empty if they have none
   * @param classes how many there are
   * @throws UsageException if there is no such class
   */
  public static int number(String text, List<String> names, int classes) {
    int named = names.indexOf(text);
    if (named >= 0) {
      return named;
    }
    int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : classes;
    if (number >= classes) {
      List<String> known =
          names.isEmpty() ? IntStream.range(0, classes).mapToObj(String::valueOf).toList() : names;
      throw new UsageException(
          "there is no class '%s'; choose %s".formatted(text, String.join(", ", known)));
    }
    return number;
  }
}
