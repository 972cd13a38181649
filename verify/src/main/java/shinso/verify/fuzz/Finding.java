package shinso.verify.fuzz;

/**
 * A program that went wrong.
 *
 * @param check what was compared
 * @param kind what stays the same while the program is made smaller
 * @param message what was found
 */
public record Finding(Check check, String kind, String message) {
  /** What is compared with what. */
  public enum Check {
    /** Writing the program with the methods of tensors. */
    WRITING,
    /** The program as a whole against the reference interpreter in double. */
    WHOLE,
    /** The second run of an executable against the first: the same bits. */
    AGAIN,
    /** Each operation on its own against the reference interpreter on the same operands. */
    STEP,
    /** The program as a whole against its operations on their own: the same bits. */
    STEPS,
    /** Two threads against one: the same bits. */
    THREADS,
    /** Without oneDNN: the reference, or the same bits if there is no contraction. */
    PORTABLE,
    /** New values of parameters in the place of the old ones: the same bits. */
    IN_PLACE,
    /** {@link shinso.core.program.Program}, three steps: the same bits. */
    PROGRAM
  }

  /** A wrong number. */
  static Finding wrong(Check check, String message) {
    return new Finding(check, "wrong", message);
  }

  /** An exception. */
  static Finding thrown(Check check, Throwable e) {
    String message = String.valueOf(e.getMessage());
    String kind = e.getClass().getSimpleName() + ": " + message.replaceAll("[-0-9.\\[\\], ]+", "#");
    StackTraceElement[] trace = e.getStackTrace();
    String where = "";
    for (StackTraceElement s : trace) {
      if (s.getClassName().startsWith("shinso.") && !s.getClassName().contains("fuzz")) {
        where = " at " + s;
        break;
      }
    }
    String at = where.replaceAll("\\(.*", "").replaceAll("[0-9]+", "#");
    return new Finding(check, kind + at, e.getClass().getName() + ": " + message + where);
  }

  @Override
  public String toString() {
    return check + ": " + message;
  }
}
