package shinso.app.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What the shell makes of a snippet's error. */
@ResourceLock(Resources.SYSTEM_OUT)
final class ShellExecutionTest {
  private static List<StackTraceElement> trace(String snippet) {
    try (JShell shell = JShell.builder().executionEngine(new ShellExecution(), Map.of()).build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      JShellException e =
          assertInstanceOf(JShellException.class, shell.eval(snippet).getFirst().exception());
      return List.of(Objects.requireNonNull(e).getStackTrace());
    }
  }

  /** A wrong shape is the snippet's: how Shinso found it out is no use to who typed it. */
  @Test
  void wrongArgumentsAreShownWithoutWhatFoundThem() {
    List<StackTraceElement> wrong =
        trace("shinso.core.tensor.Tensor.ones(2, 3).matmul(shinso.core.tensor.Tensor.ones(2, 3));");
    assertEquals(1, wrong.size(), wrong.toString());
    assertTrue(String.valueOf(wrong.getFirst().getFileName()).startsWith("#"), wrong.toString());
  }

  /** Of other errors all is shown. */
  @Test
  void otherErrorsKeepTheirTrace() {
    List<StackTraceElement> other = trace("java.util.List.of(1).get(2);");
    assertTrue(other.size() > 1, other.toString());
  }
}
