package shinso.core.backend;

/**
 * An option that a user set, a system property, has a value that can't be; the message is one line
 * for people that names the option, the value and what is allowed.
 */
public final class OptionException extends IllegalArgumentException {
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
