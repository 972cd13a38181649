package shinso.app.shell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.execution.LocalExecutionControlProvider;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;
import shinso.train.UserException;

/** Runs snippets in this process, and shows pictures as such. JShell finds it by its name. */
public final class ShellExecution extends LocalExecutionControlProvider {
  /** What {@code --execution} of JShell's tool is given. */
  static final String NAME = "shinso";

  /** For {@code ServiceLoader}. */
  public ShellExecution() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ExecutionControl createExecutionControl(ExecutionEnv env, Map<String, String> parameters) {
    return new Control();
  }

  /** Takes the values of snippets before JShell makes texts of them. */
  private static final class Control extends LocalExecutionControl {
    private static final Method CALL = method("call");

    /** The package of the classes that JShell makes of snippets. */
    private static final String SNIPPETS = "REPL.";

    /** The snippet that is run next; it runs in a thread of its own. */
    private static volatile @Nullable Method snippet;

    Control() {
      super(ShellExecution.class.getClassLoader());
    }

    private static Method method(String name) {
      try {
        Method method = Control.class.getDeclaredMethod(name);
        method.setAccessible(true);
        return method;
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    protected String invoke(Method method) throws Exception {
      snippet = method;
      return super.invoke(CALL);
    }

    /** Runs the snippet in place of itself. */
    @SuppressWarnings("UnusedMethod") // by CALL
    private static @Nullable Object call() throws Throwable {
      Method method = snippet;
      if (method == null) {
        throw new IllegalStateException("there is no snippet");
      }
      try {
        return Show.value(method.invoke(null));
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause();
        throw cause == null ? e : shortened(cause);
      }
    }

    /** What a user did wrong is in the snippet, not in what Shinso calls to find it out. */
    private static Throwable shortened(Throwable thrown) {
      if (thrown instanceof IllegalArgumentException || thrown instanceof UserException) {
        StackTraceElement[] all = thrown.getStackTrace();
        for (int i = 0; i < all.length; i++) {
          if (all[i].getClassName().startsWith(SNIPPETS)) {
            thrown.setStackTrace(Arrays.copyOfRange(all, i, all.length));
            break;
          }
        }
      }
      return thrown;
    }
  }
}
