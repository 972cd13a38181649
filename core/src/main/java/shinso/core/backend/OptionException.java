package shinso.core.backend;

/**
 * An option that a user set, a system property, has a value that can't be; the message is one line
 * for people that names the option, the value and what is allowed.
 *
 * <p>It is no {@link IllegalArgumentException}: it comes up wherever the first number is computed,
 * and whoever explains wrong arguments there, such as those of a layer, has nothing to add.
 */
public final class OptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param allowed what to use instead, such as {@code "on or off"}
   */
  public OptionException(String name, String value, String allowed) {
    super("%s is '%s'; use %s, or leave it out".formatted(name, value, allowed));
  }
}
