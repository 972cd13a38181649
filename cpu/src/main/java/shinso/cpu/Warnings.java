package shinso.cpu;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Warnings that results depend on: each is given once, in the log, or on standard error where the
 * program has no log, since SLF4J without a provider says nothing.
 */
final class Warnings {
  private static final Logger LOG = LoggerFactory.getLogger(CpuBackend.class);
  private static final Set<String> GIVEN = ConcurrentHashMap.newKeySet();

  private Warnings() {}

  static void give(String line) {
    if (!GIVEN.add(line)) {
      return;
    }
    if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
      System.err.println("shinso: " + line);
    } else {
      LOG.warn(line);
    }
  }
}
